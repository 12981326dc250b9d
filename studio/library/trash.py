"""The trash: deleted pictures, whose rows and files stay together until it is emptied.

A file's folder tells whether it lies in the trash; where a kill comes between the file and its row, the next sweep lets
the row follow.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from studio import atomic
from studio.library.index import Index, Row

FOLDER = "trash"


class Emptied(NamedTuple):
    """What is gone for good."""

    count: int
    size_bytes: int


def place(id: str) -> str:
    """Where a deleted picture's file lies, relative to the library."""
    return f"{FOLDER}/{id}.png"


def move(root: Path, index: Index, rows: Sequence[Row], *, trashed: bool) -> None:
    """Into the trash, or back: all of them, or none. A file that is gone already stays so, and only its row moves.

    Raises OSError and sqlite3.Error as they come.
    """
    done: list[tuple[Path, Path]] = []

    def rename() -> None:
        for row in rows:
            ends = root / row.path, root / place(row.id)
            source, target = ends if trashed else ends[::-1]
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if source.exists():
                source.replace(target)
                done.append((source, target))
        for folder in {path.parent for pair in done for path in pair}:
            atomic.sync_folder(folder)

    try:
        index.trash({row.id: trashed for row in rows}, rename)
    except (OSError, sqlite3.Error):
        for source, target in reversed(done):
            with contextlib.suppress(OSError):  # a sweep lets the row follow, else
                target.replace(source)
        raise


def empty(root: Path, index: Index, rows: Sequence[tuple[str, Sequence[Path]]]) -> Emptied:
    """Remove pictures (id, files) for good. Raises OSError and sqlite3.Error; what is gone by then is forgotten."""
    gone, size_bytes = [], 0
    try:
        for id, files in rows:
            for file in files:
                with contextlib.suppress(FileNotFoundError):
                    size = file.stat().st_size
                    file.unlink()
                    size_bytes += size
            gone.append(id)
    finally:
        index.forget(gone)
    return Emptied(len(gone), size_bytes)
