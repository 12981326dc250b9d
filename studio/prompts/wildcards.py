"""Wildcards: lists of words in the user's folder, a .txt with a line each, or .yaml with lists under names.

A few lists of light, views, weather and the like ship with the studio; one of the user's of the same name is taken.
"""

import fnmatch
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from studio import files
from studio.errors import UserError, os_reason
from studio.prompts.decoding import NotText, decoded, yaml_document
from studio.text import Text

FOLDER = "wildcards"
"""In the home of the studio."""
MOST_BYTES = 8 * 2**20
MOST_YAML_BYTES = 2**20
"""Which takes a second to read."""
MOST_FILES = 10_000
SOME = 5
"""Lists that a sentence names where none is like the one that is missing."""
_WEIGHT = re.compile(r"\s*(\d+\.?\d*|\.\d+)::")


@dataclass(frozen=True)
class Line:
    text: str
    weight: float = 1.0


class Wildcards:
    """What is in a folder at the moment; each file is read when it is first asked for."""

    def __init__(self, folder: Path | None, shipped: Path | None = None) -> None:
        """The user's folder, None for none; and lists that stand in where there is none of that name."""
        self._folder, self._shipped = folder, shipped
        self._files: dict[str, Path] | None = None
        self._lists: dict[str, list[Line]] = {}

    def lines(self, name: str) -> list[Line]:
        """Of one list, or, where the name holds `*`, of all that fit it. Raises UserError."""
        wanted = name.casefold().strip("/")
        known = self._found()
        names = fnmatch.filter(known, wanted) if "*" in wanted else [wanted] if wanted in known else []
        if not names:
            self._read_documents()
            names = fnmatch.filter(self._lists, wanted) if "*" in wanted else [wanted] if wanted in self._lists else []
        found = [line for each in sorted(names) for line in self._list(each)]
        if not found:
            raise self._missing(name, bool(names))
        return found

    def names(self) -> list[str]:
        """Of all lists."""
        self._read_documents()
        return sorted({*self._found(), *self._lists})

    def _found(self) -> dict[str, Path]:
        if self._files is None:
            folders = [each for each in (self._shipped, self._folder) if each]
            self._files = {name: path for folder in folders for name, path in _text_files(folder)}
        return self._files

    def _list(self, name: str) -> list[Line]:
        if name not in self._lists:
            path = self._found()[name]
            try:
                text = decoded(files.read_bounded(path, MOST_BYTES))
            except (OSError, NotText) as error:
                raise _unreadable(path, error) from None
            self._lists[name] = [_line(line) for raw in text.splitlines()
                                 if (line := raw.strip()) and not line.startswith("#")]  # fmt: skip
        return self._lists[name]

    def _read_documents(self) -> None:
        """All YAML: what their lists are called stands in them."""
        for path in _walk(self._folder, (".yaml", ".yml")) if self._folder else ():
            try:
                document = yaml_document(files.read_bounded(path, MOST_YAML_BYTES))
            except (OSError, NotText) as error:
                raise _unreadable(path, error) from None
            for name, entries in _lists(document, ""):
                self._lists.setdefault(name, [_line(entry) for entry in entries])

    def _missing(self, name: str, empty: bool) -> UserError:
        if empty:
            return UserError(
                "The list of wildcards “{}” is empty, so nothing was made; write a line into it.",
                name, code="no_wildcard",
            )  # fmt: skip
        known = self.names()
        some = known if len(known) <= SOME else [*known[:SOME], "…"]
        there = Text("known are: {}", ", ".join(some)) if known else Text("which has none yet")
        if near := get_close_matches(name.casefold(), known, 3, 0.5):
            there = Text("similar: {}", ", ".join(near))
        return UserError(
            "There is no list of wildcards “{}” in {} ({}), so nothing was made; put a file {}.txt there, or write "
            "\\_\\_ for lines that are text.",
            name, str(self._folder or Text("any folder")), there, name.replace("*", "…"), code="no_wildcard",
        )  # fmt: skip


def _text_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in _walk(folder, (".txt",)):
        yield path.relative_to(folder).with_suffix("").as_posix().casefold(), path


def _walk(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    seen = 0
    for parent, folders, names in os.walk(folder):  # which does not follow links to folders, so it ends
        folders.sort()
        for name in sorted(names):
            seen += 1
            if seen > MOST_FILES:
                raise UserError(
                    "There are more than {} files in {}, so nothing was made; keep lists of wildcards there, and "
                    "nothing else.",
                    MOST_FILES, folder, code="no_wildcard",
                )  # fmt: skip
            if name.lower().endswith(suffixes):
                yield Path(parent) / name


def _lists(value: Any, name: str) -> Iterator[tuple[str, list[str]]]:
    """The lists within a document, by the names that lead to them, joined by /."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _lists(inner, f"{name}/{key}".strip("/").casefold())
    elif name:
        entries = value if isinstance(value, list) else [value]
        yield name, [str(entry) for entry in entries if isinstance(entry, str | int | float)]


def _line(text: str) -> Line:
    weight = _WEIGHT.match(text)
    return Line(text[weight.end() :].strip(), float(weight[1])) if weight else Line(text)


def _unreadable(path: Path, error: Exception) -> UserError:
    reason = os_reason(error) if isinstance(error, OSError) else error.args[0]
    return UserError(
        "The list of wildcards {} cannot be read ({}), so nothing was made; fix it, or move it out of its folder.",
        path, reason, code="no_wildcard",
    )  # fmt: skip
