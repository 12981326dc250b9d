"""What the user is told when the disk or the index does not do as it is asked."""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from studio.errors import UserError, os_reason
from studio.text import Text

_FULL = (errno.ENOSPC, errno.EDQUOT)


class StorageError(UserError):
    """The library could not be changed and nothing is half done; whoever has the picture keeps it and may try again."""

    def __init__(self, template: str, *args: object) -> None:
        super().__init__(template, *args, code="storage")


SAVED = "The picture could not be saved in {}: {}. {}"
DELETED = "Nothing could be deleted in {}: {}. {}"
RESTORED = "Nothing could be restored in {}: {}. {}"
EMPTIED = "The trash could not be emptied in {}: {}. {}"
SWEPT = "The library {} could not be put in order: {}. {}"
UNSAVABLE = "Pictures could not be saved in {}: {}. {}"
"""What failed: the template of a sentence about the library's folder, the reason, and the advice."""
KEPT = Text("It is not lost: free some space or choose another folder, then save it again.")
FREE = Text("Make the folder writable, or free some space.")
UNCHANGED = Text("Nothing was changed: make the folder writable or free some space, then try again.")
LEFT = Text("What is left of it stays there: try again.")
DROPPED = Text(
    "It is too large to be kept meanwhile, so it was lost: free some space, then run the job again."
)


@contextlib.contextmanager
def explained(root: Path, advice: Text = KEPT, failed: str = SAVED) -> Iterator[None]:
    """Turn the system's errors while the library is changed into StorageError, in the user's words."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise StorageError(failed, root, reason(error), advice) from error


@contextlib.contextmanager
def put_in_order(root: Path, file: Path) -> Iterator[None]:
    """Turn the errors while a library is put in order into UserError: no picture is at stake then."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise damaged(file, error) from error
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, sqlite3.Error) and _is_damage(error):
            raise damaged(file, error) from error
        raise StorageError(SWEPT, root, reason(error), UNCHANGED) from error


@contextlib.contextmanager
def looked_up(file: Path) -> Iterator[None]:
    """Turn SQLite's errors while the index is only read into UserError."""
    try:
        yield
    except UnicodeDecodeError as error:  # SQLite keeps any bytes as text
        raise damaged(file, error) from error
    except sqlite3.Error as error:
        if _is_damage(error):
            raise damaged(file, error) from error
        raise UserError(
            "The library's index {} could not be read: {}. Its pictures are untouched: look whether the drive is "
            "still there, then try again.",
            file,
            reason(error),
            code="library_unreadable",
        ) from error


def reason(error: OSError | sqlite3.Error) -> Text:
    """What went wrong, as a part of a sentence."""
    if isinstance(error, OSError):
        return Text("the disk is full" if error.errno in _FULL else os_reason(error).lower())
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    words = {
        sqlite3.SQLITE_FULL: "the disk is full",
        sqlite3.SQLITE_BUSY: "another program holds its index for too long",
        sqlite3.SQLITE_READONLY: "the folder is read-only",
        sqlite3.SQLITE_CANTOPEN: "its index cannot be opened",
    }.get(code)
    return Text(words or str(error))


def _is_damage(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def damaged(file: Path, error: sqlite3.Error | UnicodeDecodeError) -> UserError:
    """For an index that SQLite cannot make sense of."""
    return UserError(
        "The library's index {} is damaged ({}); the pictures beside it are untouched. Move that file away and start "
        "again: it is rebuilt from the pictures.",
        file,
        error,
        code="library_damaged",
    )
