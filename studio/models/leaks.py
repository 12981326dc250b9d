"""Leaks: components that were given up and are still alive, because somebody holds on to them."""

import weakref
from collections.abc import Iterable
from typing import Any

from studio.models.tensor_storage import release
from studio.text import Text

Gone = tuple["weakref.ref[Any]", int]
"""A module that was given up, and the bytes that it took alone."""


class Leaks:
    """Whoever calls holds the manager's lock."""

    def __init__(self) -> None:
        self._alive: list[Gone] = []
        self._told: list[Text] = []

    def follow(self, gone: Iterable[Gone]) -> None:
        """See that these are freed; what is not is told once, with who holds it."""
        given_up = [*gone]
        self._told += release([reference for reference, _ in given_up])
        self._alive += given_up
        self._alive = [each for each in self._alive if each[0]() is not None]

    @property
    def bytes(self) -> int:
        """Of those that are alive now."""
        return sum(size for reference, size in self._alive if reference() is not None)

    def take(self) -> list[Text]:
        """What has been found since this was last asked, a sentence each."""
        told, self._told = self._told, []
        return told
