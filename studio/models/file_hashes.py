"""FileHashes: the SHA-256 of whole files, as other programs tell them; remembered, also where a file was moved."""

import contextlib
import hashlib
import os
import threading
from pathlib import Path

import msgspec

from studio import files
from studio.atomic import writing

BLOCK_BYTES = 2**20


class FileHashes:
    """Kept in one file, by size, time of change and inode: a file that was moved on its disk is known again."""

    def __init__(self, cache_file: Path) -> None:
        self._cache_file = cache_file
        self._lock = threading.Lock()
        self._kept: dict[str, str] | None = None

    def of(self, path: Path) -> str:
        """Reads the file unless it is known. Raises OSError."""
        status = path.stat()
        if known := self._known().get(_identity(status)):
            return known
        digest = hashlib.sha256()
        with files.open_regular(path) as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
        self._keep(_identity(status), digest.hexdigest())
        return digest.hexdigest()

    def known(self, path: Path) -> str:
        """As far as that is known without reading the file; '' else."""
        try:
            return self._known().get(_identity(path.stat()), "")
        except OSError:
            return ""

    def _known(self) -> dict[str, str]:
        with self._lock:
            if self._kept is None:
                self._kept = {}
                with contextlib.suppress(OSError, msgspec.DecodeError):  # none yet, or damaged: made anew
                    self._kept = msgspec.json.decode(self._cache_file.read_bytes(), type=dict[str, str])
            return self._kept

    def _keep(self, identity: str, found: str) -> None:
        """Without a word when the disk is full: only time is lost."""
        known = self._known()
        with self._lock:
            known[identity] = found
            with contextlib.suppress(OSError):
                files.make_private(self._cache_file.parent)
                with writing(self._cache_file) as stream:
                    stream.write(msgspec.json.encode(known))


def _identity(status: os.stat_result) -> str:
    return f"{status.st_size}|{status.st_mtime_ns}|{status.st_ino}"
