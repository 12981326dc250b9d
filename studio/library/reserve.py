"""Room that the library keeps for the day when the disk is full: without it nothing could be deleted either."""

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path

FILE = "reserve"
SIZE_BYTES = 256 * 1024
"""More than SQLite's journal and its index of that take for a few hundred rows."""
LEAST_FREE_BYTES = 64 * SIZE_BYTES
"""On a disk with less than this the room is better left to pictures."""
_BRIMFUL_BYTES = 64 * 1024


def keep(root: Path) -> None:
    """Set it aside, where there is room and it is not there yet."""
    file = root / FILE
    with contextlib.suppress(OSError):
        if file.exists() or shutil.disk_usage(root).free < LEAST_FREE_BYTES:
            return
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, os.urandom(SIZE_BYTES))  # zeros take no room on some file systems
        finally:
            os.close(descriptor)


def release(root: Path) -> bool:
    """Give the room back; whether there was any."""
    try:
        (root / FILE).unlink()
    except OSError:
        return False
    return True


def is_wanted(root: Path, error: OSError | sqlite3.Error) -> bool:
    """Whether it is for want of room that something failed: SQLite also calls that an error of the disk."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return True
    return is_brimful(root)


def is_brimful(root: Path) -> bool:
    """Whether nothing more can be written there."""
    try:
        return shutil.disk_usage(root).free < _BRIMFUL_BYTES
    except OSError:
        return False
