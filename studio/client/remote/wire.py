"""What a front and the server of another machine send each other, beside the messages of any engine's pipe."""

import msgspec

from studio.messages import PROTOCOL

CONTENT = "file-"
"""What the names of contents begin with: pictures, masks and kept embeddings, by the SHA-256 of their bytes."""
OTHER_PROTOCOL, UNKNOWN_FRONT, NO_CONTENT = "other_protocol", "unknown_front", "content_missing"
"""Codes of refusals that the front acts on."""


class Hello(msgspec.Struct, frozen=True):
    """The front's first words, and those after a lost connection."""

    version: str
    protocol: int = PROTOCOL


class Welcome(msgspec.Struct, frozen=True):
    version: str
    protocol: int
    resumed: bool
    """Whether the server still knows this front and its jobs; else it was restarted meanwhile."""
    jobs: list[str] = []
    """Those that go on, or of which something is to be told."""
    left: int = 0
    """If it does not: the number of the last event that brings a picture which was finished before."""


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event with its number. A front asks for what follows the last that it has dealt with."""

    number: int
    event: msgspec.Raw
    sha256: str = ""
    """Of the file, for Saved."""
    size_bytes: int = 0


class Items(msgspec.Struct, frozen=True):
    items: list[Item]
