"""Where a batch goes: a folder, or an object store by fsspec. What is written is there whole or not at all."""

import contextlib
import os
from pathlib import Path
from typing import Any, Protocol

from studio import files
from studio.atomic import writing
from studio.errors import UserError, os_reason


class BatchStore(Protocol):
    """Files by names with `/`. All raise UserError."""

    def write(self, name: str, data: bytes) -> None: ...
    def read(self, name: str) -> bytes | None:
        """None for one that is not there."""

    def remove(self, name: str) -> None:
        """Nothing happens for one that is not there."""

    def names(self, folder: str) -> set[str]:
        """Of all files in a folder and in those within it."""


def open_store(place: str) -> BatchStore:
    """`place`: a folder, or a URL that fsspec knows, such as s3://bucket/batch. Raises UserError."""
    scheme, separator, rest = place.partition("://")
    if not separator:
        return FolderStore(files.absolute(place))
    return FolderStore(files.absolute(rest)) if scheme == "file" else ObjectStore(place)


class FolderStore:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: set[Path] = set()

    def write(self, name: str, data: bytes) -> None:
        path = self._root / name
        try:
            if path.parent not in self._made:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(path.parent)
            with writing(path) as file:
                file.write(data)
        except OSError as error:
            raise _unwritten(str(path), os_reason(error)) from None

    def read(self, name: str) -> bytes | None:
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unread(str(self._root / name), os_reason(error)) from None

    def remove(self, name: str) -> None:
        try:
            (self._root / name).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritten(str(self._root / name), os_reason(error)) from None

    def names(self, folder: str) -> set[str]:
        found: set[str] = set()
        for place, _, names in os.walk(self._root / folder):
            prefix = Path(place).relative_to(self._root).as_posix()
            found.update(f"{prefix}/{name}" for name in names if not name.startswith("."))
        return found


class ObjectStore:
    """A put of an object store is whole or not at all; of other file systems the record, which comes last, tells."""

    def __init__(self, url: str) -> None:
        import fsspec

        try:
            self._files, root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError, OSError) as error:
            raise UserError(
                "{} cannot be opened: {} Install what fsspec asks for, or name a folder.", url, f"{error}.",
                code="output",
            ) from None  # fmt: skip
        self._root = str(root).rstrip("/")

    def write(self, name: str, data: bytes) -> None:
        path = f"{self._root}/{name}"
        with _told(path, _unwritten):
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(path, data)

    def read(self, name: str) -> bytes | None:
        path = f"{self._root}/{name}"
        with contextlib.suppress(FileNotFoundError), _told(path, _unread):
            content: bytes = self._files.cat_file(path)
            return content
        return None

    def remove(self, name: str) -> None:
        path = f"{self._root}/{name}"
        with contextlib.suppress(FileNotFoundError), _told(path, _unwritten):
            self._files.rm_file(path)

    def names(self, folder: str) -> set[str]:
        path = f"{self._root}/{folder}"
        found: list[Any] = []
        with contextlib.suppress(FileNotFoundError), _told(path, _unread):
            self._files.invalidate_cache()
            found = self._files.find(path)
        return {str(each).removeprefix(f"{self._root}/") for each in found}


@contextlib.contextmanager
def _told(path: str, sentence: Any) -> Any:
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:  # each of fsspec's file systems raises errors of its own
        raise sentence(path, str(error) or type(error).__name__) from error


def _unwritten(path: str, reason: str) -> UserError:
    return UserError(
        "{} could not be written ({}). What was written before is kept; the same command goes on from there.", path,
        reason, code="output",
    )  # fmt: skip


def _unread(path: str, reason: str) -> UserError:
    return UserError("{} could not be read ({}); nothing was changed.", path, reason, code="output")
