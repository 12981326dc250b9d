"""What a picture file tells of the machine that it was made on: names of files, never their folders.

Files are copied, sent and published; a folder names users, clients and projects. Whole paths stay in the index.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import msgspec

from studio.library import picture_id
from studio.library.recipe import Embedded, Recipe, decode, encode

_LONGEST_PATH = 4096
_WORD = re.compile(r"(?:(?<=[\s“”\"'`(\[])|^)(?:~/|/|file://|[A-Za-z]:\\|\\\\)[^\s“”\"'`]+")


def shareable(recipe: Recipe, folders: Iterable[Path] = ()) -> Recipe:
    """The recipe with bare file names instead of paths; `folders` are cut off wherever sentences name them."""
    recipe = decode(encode(recipe))  # as it is stored: plugins put anything into it, circles too
    names: dict[str, str] = {}
    parents = [parent if picture_id.is_id(parent) else _named(parent, names) for parent in recipe.parents]
    return msgspec.structs.replace(
        recipe,
        parents=parents,
        params=_without_paths(recipe.params, names),
        values=_without_paths(recipe.values, names),
        read=_without_paths(recipe.read, names),
        model=_without_paths(recipe.model, names),
        notes=[_sentence(note, names, folders) for note in recipe.notes],
    )


def shareable_ref(ref: str) -> str:
    """A library id as it is; of a path the name."""
    return ref if picture_id.is_id(ref) else _name(ref)


def shareable_embedded(embedded: Embedded) -> Embedded:
    return msgspec.structs.replace(embedded, recipe=shareable(embedded.recipe))


def _without_paths(value: Any, names: dict[str, str]) -> Any:
    """The value, with all paths in it, at whatever depth, cut to names; `names` holds those that were cut."""
    if isinstance(value, str):
        return _named(value, names) if value in names or _is_path(value) else value
    if isinstance(value, dict):
        return {key: _without_paths(entry, names) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_without_paths(entry, names) for entry in value]
    return value


def _named(path: str, names: dict[str, str]) -> str:
    names[path] = _name(path)
    return names[path]


def _name(path: str) -> str:
    plain = path.removeprefix("file://")
    return PureWindowsPath(plain).name if _is_windows(plain) else PurePosixPath(plain).name


def _is_path(text: str) -> bool:
    """Whether a whole text is a path with a folder in it, rather than words that begin with a slash."""
    if len(text) > _LONGEST_PATH or not text.isprintable():
        return False
    if text.startswith(("file://", "~/")) or _is_windows(text):
        return True
    parts = PurePosixPath(text).parts
    return len(parts) > 2 and parts[0] in ("/", "//") and os.path.lexists(f"/{parts[1]}")


def _is_windows(text: str) -> bool:
    return PureWindowsPath(text).is_absolute() and not text.startswith("/")


def _sentence(text: str, names: dict[str, str], folders: Iterable[Path]) -> str:
    for path, name in sorted(names.items(), key=lambda each: -len(each[0])):
        if _name(path) != path:
            text = text.replace(path, name)
    for folder in (*folders, Path(os.path.expanduser("~"))):  # noqa: PTH111 - Path's raises where there is none
        if len(folder.parts) > 1:
            text = text.replace(f"{folder}{os.sep}", "").replace(str(folder), folder.name)
    return _WORD.sub(lambda found: _cut(found[0]), text)


def _cut(word: str) -> str:
    path = word.rstrip(".,;:!?)]")
    return _name(path) + word[len(path) :] if _is_path(path) else word
