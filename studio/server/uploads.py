"""Uploads: pictures, masks and embeddings that clients send, each kept once under the hash of its bytes."""

import asyncio
import contextlib
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from studio import files
from studio.atomic import discard_abandoned, writing
from studio.server.api_error import ApiError

PREFIX = "file-"
MOST_BYTES = 4 * 2**30
"""Of all together; those that were not used for longest go first."""
MOST_FILES = 20_000
COMING = 4
"""At once; others wait before anything of theirs is read."""
_ID = re.compile(r"file-[0-9a-f]{64}")
_BLOCK = 2**20
_INCOMING = ".incoming-"


class Upload(msgspec.Struct, frozen=True):
    """A file that a client has sent."""

    id: str
    path: Path
    size_bytes: int
    name: str
    created: int
    """Seconds since 1970."""
    suffix: str = ""
    """The ending that the engine knows its kind by; '' for a picture."""


class _Label(msgspec.Struct):
    name: str
    created: int
    suffix: str = ""


class Uploads:
    """A folder of files under their hashes; a label beside each has the name that its client gave it."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder, self._most_bytes = folder, most_bytes
        self.coming = asyncio.Semaphore(COMING)
        """Held by each that comes piece by piece: the disk has room for so many."""

    def keep(self, source: IO[bytes], name: str, now: float, suffix: str = "") -> Upload:
        """Store what can be read from `source`. Raises ApiError when the disk does not take it."""
        digest, size = hashlib.sha256(), 0
        while block := source.read(_BLOCK):
            digest.update(block)
            size += len(block)
        id = PREFIX + digest.hexdigest()
        source.seek(0)
        try:
            self._store(self._path(id), source, _Label(name[:255], int(now), suffix))
        except OSError as error:
            raise _not_stored(error) from None
        self._prune(size)
        found = self.find(id)
        assert found is not None
        return found

    def temporary(self) -> IO[bytes]:
        """A file that goes when it is closed, for what comes in piece by piece. Raises ApiError."""
        try:
            files.make_private(self.folder)
            return tempfile.NamedTemporaryFile(dir=self.folder, prefix=_INCOMING)
        except OSError as error:
            raise _not_stored(error) from None

    def write(self, file: IO[bytes], chunk: bytes) -> None:
        """Raises ApiError when the disk does not take it."""
        try:
            file.write(chunk)
        except OSError as error:
            raise _not_stored(error) from None

    def find(self, id: str) -> Upload | None:
        """None for what is no id, too."""
        if not _ID.fullmatch(id):
            return None
        path = self._path(id)
        try:
            size = path.stat().st_size
            os.utime(path)
            label = msgspec.json.decode(files.read_bounded(path.with_suffix(".json"), 4096), type=_Label)
        except (OSError, msgspec.DecodeError):
            return None
        return Upload(id, path, size, label.name, label.created, label.suffix)

    def remove(self, path: Path) -> None:
        """A file and its label."""
        for each in (path, path.with_suffix(".json")):
            with contextlib.suppress(OSError):
                each.unlink()

    def sweep(self) -> None:
        """Remove what a server that was killed had begun to write."""
        with contextlib.suppress(OSError):
            for entry in self.folder.iterdir():
                discard_abandoned(entry)
                if entry.name.startswith(_INCOMING):
                    entry.unlink()

    def _path(self, id: str) -> Path:
        return self.folder / id.removeprefix(PREFIX)

    def _store(self, path: Path, source: IO[bytes], label: _Label) -> None:
        files.make_private(self.folder)
        if not path.exists():
            with writing(path) as file:
                shutil.copyfileobj(source, file, _BLOCK)
        with writing(path.with_suffix(".json")) as file:
            file.write(msgspec.json.encode(label))

    def _prune(self, newest_bytes: int) -> None:
        oldest = sorted(self._found(), key=lambda found: found[1].st_mtime)
        total = sum(status.st_size for _, status in oldest)
        for left, (path, status) in zip(range(len(oldest), 0, -1), oldest, strict=True):
            if total <= max(self._most_bytes, newest_bytes) and left <= MOST_FILES:
                return
            total -= status.st_size
            self.remove(path)

    def _found(self) -> Iterator[tuple[Path, os.stat_result]]:
        """What lies there, and was not removed by another request meanwhile."""
        for entry in self.folder.iterdir():
            if _ID.fullmatch(PREFIX + entry.name):
                with contextlib.suppress(OSError):
                    yield entry, entry.stat()


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def _not_stored(error: OSError) -> ApiError:
    message = f"The file could not be stored ({error.strerror}); nothing was kept of it."
    return ApiError(507, message, "storage", type="server_error")
