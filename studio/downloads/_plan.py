"""DownloadPlan: which files of a model are fetched, how large they are and what they must hash to, before any byte."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from studio.errors import UserError
from studio.text import Text

INDEX = "model_index.json"
WEIGHTS = ".safetensors"
BESIDE = (".json", ".txt", ".model", ".jinja")
LEFT_OUT = {"safety_checker"}
"""Parts of pipelines that we never run."""
MOST_FILES, LONGEST_NAME = 10_000, 240
_VARIANT = re.compile(r"^(?P<stem>[^.]+)\.(?P<variant>[A-Za-z][A-Za-z0-9_]*?)(?P<shard>-\d{5}-of-\d{5})?\.safetensors$")
_PLAIN = re.compile(r"^[^.]+\.safetensors$")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True)
class RemoteFile:
    """A file that can be fetched. One of `sha256` and `git_sha1` is known, by which it is checked."""

    path: str
    size_bytes: int
    sha256: str = ""
    git_sha1: str = ""
    """As git names a file: small ones of the hub have no other hash."""

    @property
    def etag(self) -> str:
        """Its name in the hub's cache."""
        return self.sha256 or self.git_sha1

    def hasher(self) -> "hashlib._Hash":
        if self.sha256:
            return hashlib.sha256()
        return hashlib.sha1(f"blob {self.size_bytes}\0".encode(), usedforsecurity=False)


@dataclass(frozen=True)
class DownloadPlan:
    """A model of the hub at one commit, and the files of it that are wanted."""

    id: str
    revision: str
    commit: str
    files: tuple[RemoteFile, ...]
    license: str = ""
    gated: bool = False

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)


def check_names(files: Iterable[RemoteFile]) -> None:
    """Raises UserError for a name that would leave the folder, or that some system cannot store."""
    for number, file in enumerate(files):
        if number >= MOST_FILES:
            raise UserError(
                "The model lists more than {} files, so nothing was downloaded; name the file you want.", MOST_FILES,
                code="bad_address",
            )  # fmt: skip
        if not is_safe(file.path):
            raise UserError(
                "The model has a file with the unsafe name {}, so nothing was downloaded; get it from another source.",
                repr(file.path[:200]),
                code="unsafe_name",
            )


def is_safe(path: str) -> bool:
    parts = path.split("/")
    return bool(path) and len(path) <= LONGEST_NAME and all(map(_is_safe_part, parts))


def _is_safe_part(part: str) -> bool:
    plain = part.isprintable() and not any(char in part for char in '\\:*?"<>|')
    return plain and part not in ("", ".", "..") and not part.endswith((" ", ".")) and not _RESERVED.match(part)


def choose(
    files: Sequence[RemoteFile], index: Mapping[str, Any] | None, wanted: Sequence[str] = (), precision: str = "fp16"
) -> tuple[RemoteFile, ...]:
    """The files that a family needs: by its model_index.json, by name, or the one model that there is.

    `precision`: the variant of the weights that is preferred; where a part has none, its plain weights are taken.
    Raises UserError where there are no safetensors weights, or several models to choose from.
    """
    by_path = {file.path: file for file in files}
    if wanted:
        return _named(by_path, wanted)
    if index is None:
        return _lone(files, precision)
    chosen = [file for file in files if "/" not in file.path and _is_about(file.path)]
    for part, about in index.items():
        if isinstance(about, list) and len(about) == 2 and about[0] and part not in LEFT_OUT:
            chosen += _of_part(part, [file for file in files if file.path.startswith(f"{part}/")], precision)
    return tuple(dict.fromkeys(chosen))


def _named(by_path: Mapping[str, RemoteFile], wanted: Sequence[str]) -> tuple[RemoteFile, ...]:
    if missing := [path for path in wanted if path not in by_path]:
        there = ", ".join([path for path in by_path if path.endswith(WEIGHTS)][:8]) or "none"
        raise UserError(
            "The model has no file {}, so nothing was downloaded. Files of weights: {}.", missing[0], there,
            code="missing_file",
        )  # fmt: skip
    about = [file for path, file in by_path.items() if "/" not in path and _is_about(path) and path != INDEX]
    return tuple(dict.fromkeys([*(by_path[path] for path in wanted), *about]))


def _lone(files: Sequence[RemoteFile], precision: str) -> tuple[RemoteFile, ...]:
    """A model without parts, such as a ControlNet: its config and one set of weights."""
    root = [file for file in files if "/" not in file.path]
    about = [file for file in root if _is_about(file.path) or file.path.endswith(BESIDE)]
    weights = [file for file in root if file.path.endswith(WEIGHTS)]
    if any(file.path == "config.json" for file in root):
        return tuple(dict.fromkeys([*about, *_of_part("", root, precision)]))
    if len(weights) == 1:
        return tuple(dict.fromkeys([*(file for file in about if _is_about(file.path)), *weights]))
    every = [file.path for file in files if file.path.endswith(WEIGHTS)]
    if not every:
        raise _no_weights("", files)
    raise UserError(
        "It holds several models, so nothing was downloaded; name the file that you want: {}.", ", ".join(every[:12]),
        code="several_files",
    )  # fmt: skip


def _is_about(path: str) -> bool:
    """The licence, and what the model is made of."""
    return path in (INDEX, "README.md") or path.upper().startswith(("LICENSE", "LICENCE"))


def _of_part(part: str, files: Sequence[RemoteFile], precision: str) -> list[RemoteFile]:
    names = {PurePosixPath(file.path).name: file for file in files if file.path.count("/") == (1 if part else 0)}
    weights = {name: file for name, file in names.items() if name.endswith(WEIGHTS)}
    variants = {name: match["variant"] for name in weights if (match := _VARIANT.match(name))}
    chosen = [name for name, variant in variants.items() if variant == precision]
    ending = f"{WEIGHTS}.index.{precision}.json" if chosen else f"{WEIGHTS}.index.json"
    chosen = chosen or [name for name in weights if _PLAIN.match(name)]
    if not chosen and any(name.endswith((".bin", ".pt", ".ckpt")) for name in names):
        raise _no_weights(part, files)
    whole = [name for name in chosen if "-of-" not in name]
    ending = "/" if whole else ending  # whole ones beside the same in shards: then nothing needs an index
    kept = [name for name in names if name.endswith(BESIDE) and (".index." not in name or name.endswith(ending))]
    return [names[name] for name in (*kept, *(whole or chosen))]


def _no_weights(part: str, files: Sequence[RemoteFile]) -> UserError:
    where = Text(" in {}", part) if part else ""
    return UserError(
        "It has no {} weights{}, only formats that can run code or none, so nothing was downloaded; choose a model "
        "with {} files.", WEIGHTS, where, WEIGHTS, code="no_weights",
    )  # fmt: skip
