"""MemoryFile: what an engine says about its memory, in a file, so that other programs can tell it without an engine."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil

from studio import files
from studio.atomic import writing
from studio.messages import MemoryReport

FOLDER = "engines"
"""Of the cache."""
CAP_BYTES = 2**20
FORGOTTEN_S = 86_400.0
"""A file so old of a process that cannot be found is taken away by the next engine: it was killed."""


class EngineMemory(msgspec.Struct, frozen=True):
    """One engine that runs, and what it held when it last changed."""

    pid: int
    started: float
    """When its process was, by the wall's clock: another one may have the same number later."""
    at: float
    report: MemoryReport = MemoryReport()


class MemoryFile:
    """Of this process. Losing it, or failing to write it, harms nobody."""

    def __init__(self, cache_dir: Path) -> None:
        self._file = cache_dir / FOLDER / f"{os.getpid()}.json"
        self._started = psutil.Process().create_time()
        self._written: MemoryReport | None = None
        self._removed = False

    def keep(self, report: MemoryReport) -> None:
        """Write it down if anything but the time has changed."""
        steady = _steady(report)
        if steady == self._written or self._removed:
            return
        with contextlib.suppress(OSError):
            files.make_private(self._file.parent)
            with writing(self._file) as stream:
                stream.write(msgspec.json.encode(EngineMemory(os.getpid(), self._started, time.time(), report)))
            self._written = steady

    def remove(self) -> None:
        """At the end; nothing is written after that."""
        self._removed = True
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Take away what engines left behind that were killed."""
        with contextlib.suppress(OSError):
            for file in self._file.parent.glob("*.json"):
                if time.time() - file.stat().st_mtime > FORGOTTEN_S and _running(file) is None:
                    file.unlink(missing_ok=True)


def engines(cache_dir: Path) -> Iterator[EngineMemory]:
    """Those that run now, as far as this machine's processes can be seen."""
    for file in sorted((cache_dir / FOLDER).glob("*.json")):
        if found := _running(file):
            yield found


def _running(file: Path) -> EngineMemory | None:
    try:
        told = msgspec.json.decode(files.read_bounded(file, CAP_BYTES), type=EngineMemory)
        process = psutil.Process(told.pid)
        alive = process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - told.started) < 1.0
    except (OSError, ValueError, msgspec.MsgspecError, psutil.Error):
        return None
    return told if alive else None


def _steady(report: MemoryReport) -> MemoryReport:
    """Without what changes by itself."""
    quiet = [msgspec.structs.replace(each, idle_s=0.0) for each in report.components]
    rooms = [msgspec.structs.replace(each, room_bytes=0) for each in report.devices]
    return msgspec.structs.replace(report, components=quiet, devices=rooms)
