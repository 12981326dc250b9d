"""FrontFile: what a front has ordered on another machine, on the disk, so that what is made is not lost with it."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from studio import files
from studio.atomic import writing

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # what is asked below is only whether it is there

FOLDER = "remote"
_FILE, _LOCK = "front.json", "lock"
_CAP_BYTES = 64 * 2**20
_NAME = re.compile(r"[0-9a-f]{32}")


class KeptOrder(msgspec.Struct, frozen=True, omit_defaults=True):
    """Enough to save a picture of it as if nothing had happened."""

    task: str
    params: dict[str, Any] = {}
    names: dict[str, str] = {}
    folder: str = ""


class _Kept(msgspec.Struct, frozen=True):
    url: str
    orders: dict[str, KeptOrder]


class FrontFile:
    """Of one front; locked as long as its program lives."""

    def __init__(self, home: Path, name: str) -> None:
        self.name, self.folder = name, home / FOLDER / name
        self._lock = -1

    def claim(self) -> bool:
        """Whether it is ours from now on. A disk that takes nothing leaves the front without a file."""
        try:
            files.make_private(self.folder)
            self._lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            if fcntl is not None:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> None:
        """Whoever starts next may take it up."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def remove(self) -> None:
        """All that was ordered is here."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.release()

    def save(self, url: str, orders: Mapping[str, KeptOrder]) -> None:
        with contextlib.suppress(OSError):  # a full disk is told by the pictures that it does not take
            files.make_private(self.folder)
            with writing(self.folder / _FILE) as file:
                file.write(msgspec.json.encode(_Kept(url, dict(orders))))

    def load(self) -> tuple[str, dict[str, KeptOrder]]:
        """The address of its engine and what was ordered; nothing where that cannot be read."""
        try:
            kept = msgspec.json.decode(files.read_bounded(self.folder / _FILE, _CAP_BYTES), type=_Kept)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return "", {}
        return kept.url, kept.orders


def left(home: Path, url: str) -> Iterator[tuple[FrontFile, dict[str, KeptOrder]]]:
    """Fronts of this engine whose programs ended before all was here; claimed."""
    with contextlib.suppress(OSError):
        for folder in sorted((home / FOLDER).iterdir()):
            front = FrontFile(home, folder.name)
            if not _NAME.fullmatch(folder.name) or not front.claim():
                continue
            kept_url, orders = front.load()
            if kept_url == url and orders:
                yield front, orders
            elif not orders:
                front.remove()
            else:
                front.release()
