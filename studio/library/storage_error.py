"""What the user is told when the disk or the index does not do as it is asked."""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from studio.errors import UserError

_FULL = (errno.ENOSPC, errno.EDQUOT)


class StorageError(UserError):
    """The library could not be changed and nothing is half done; whoever has the picture keeps it and may try again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="storage")


KEPT = "It is not lost: free some space or choose another folder, then save it again."
SAVED, DELETED, RESTORED, EMPTIED = (
    "The picture could not be saved in", "Nothing could be deleted in", "Nothing could be restored in",
    "The trash could not be emptied in",
)  # fmt: skip
"""What failed; the library's folder follows."""
UNSAVABLE = "Pictures could not be saved in"
FREE = "Make the folder writable, or free some space."
UNCHANGED = "Nothing was changed: make the folder writable or free some space, then try again."
LEFT = "What is left of it stays there: try again."
DROPPED = "It is too large to be kept meanwhile, so nothing of it is left: free some space, then run the job again."


@contextlib.contextmanager
def explained(root: Path, advice: str = KEPT, failed: str = SAVED) -> Iterator[None]:
    """Turn the system's errors while the library is changed into StorageError, in the user's words."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"{failed} {root}: {reason(error)}. {advice}") from error


@contextlib.contextmanager
def looked_up(file: Path) -> Iterator[None]:
    """Turn SQLite's errors while the index is only read into UserError."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise damaged(file, error) from error
        raise UserError(
            f"The library's index {file} could not be read: {reason(error)}. Its pictures are untouched: look whether "
            "the drive is still there, then try again.",
            code="library_unreadable",
        ) from error


def reason(error: OSError | sqlite3.Error) -> str:
    """What went wrong, as a part of a sentence."""
    if isinstance(error, OSError):
        return "the disk is full" if error.errno in _FULL else (error.strerror or str(error)).lower()
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "another program holds its index for too long",
        sqlite3.SQLITE_READONLY: "the folder is read-only",
        sqlite3.SQLITE_CANTOPEN: "its index cannot be opened",
    }.get(code, str(error))


def damaged(file: Path, error: sqlite3.Error) -> UserError:
    """For an index that SQLite cannot make sense of."""
    return UserError(
        f"The library's index {file} is damaged ({error}); the pictures beside it are untouched. "
        "Move that file away and start again: it is made anew from the pictures.",
        code="library_damaged",
    )
