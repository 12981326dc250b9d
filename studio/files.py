"""Files that others made or named: opened without waiting, read in bounded size, and paths as people write them."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from studio.errors import UserError

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class IrregularFileError(OSError):
    """A pipe or a device where a file is expected: it may never end, or keep whoever reads it waiting."""


class FileTooLongError(OSError):
    """More bytes than there can be any use for."""


def open_regular(path: Path) -> BinaryIO:
    """A file, or what a link leads to, opened for reading.

    Raises IsADirectoryError, IrregularFileError, and OSError and ValueError as the system does.
    """
    _require_regular(path.stat())
    # A pipe that took the file's place after the look above must not keep us waiting either.
    file = os.fdopen(os.open(path, _FLAGS), "rb")
    try:
        _require_regular(os.fstat(file.fileno()))
    except BaseException:
        file.close()
        raise
    return file


def read_bounded(path: Path, most_bytes: int) -> bytes:
    """All of a file. Raises as `open_regular` does, and FileTooLongError; `strerror` is the reason in words."""
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(size + 1) if size <= most_bytes else b""  # no more: room for all of it is made first
        if len(data) > size:  # it grows, or does not tell its size
            data += file.read(most_bytes + 1 - len(data))
    if max(size, len(data)) > most_bytes:
        raise FileTooLongError(errno.EFBIG, "it is far longer than any that is useful")
    return data


def absolute(path: str | os.PathLike[str]) -> Path:
    """The path with ~ expanded, from the working folder on. Raises UserError where one of the two is unknown.

    A name such as ~draft.png, which names no user, is an ordinary name.
    """
    given = Path(path)
    try:
        return given.expanduser().absolute()
    except RuntimeError:  # there is no such user, or nobody knows where the home is
        if given.parts[0] == "~":
            raise UserError(
                "{} begins with your home folder, which is not known; write the whole path instead.",
                given,
                code="no_home",
            ) from None
        return _from_working_folder(given)
    except FileNotFoundError:
        raise _no_working_folder(given) from None


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user alone. Raises OSError."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)


def others_may_write(folder: Path) -> bool:
    """Whether users besides this one may put files into a folder that is there, or change those in it."""
    if os.name == "nt":  # rights are told in another way there
        return False
    try:
        entries = [folder.stat(), *(entry.stat() for entry in os.scandir(folder))]
    except OSError:
        return False
    shared = stat.S_IWGRP | stat.S_IWOTH
    return any(each.st_mode & shared or each.st_uid not in (0, os.getuid()) for each in entries)


def home() -> Path:
    """The user's home folder; the root where nobody knows it."""
    try:
        return Path.home()  # noqa: TID251 - here
    except RuntimeError:
        return Path("/")


def _from_working_folder(path: Path) -> Path:
    try:
        return path.absolute()
    except FileNotFoundError:
        raise _no_working_folder(path) from None


def _no_working_folder(path: Path) -> UserError:
    return UserError(
        "The folder in which this was started is gone, so {} cannot be found from there; go to another folder, or "
        "write the whole path.",
        path,
        code="no_folder",
    )


def _require_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise IrregularFileError(errno.EINVAL, "it is a device or a pipe, not a file")
