"""Files that others made or named: opened without waiting, read in bounded size."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

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
        data = file.read(most_bytes + 1) if size <= most_bytes else b""
    if max(size, len(data)) > most_bytes:
        raise FileTooLongError(errno.EFBIG, f"it is longer than {most_bytes / 2**20:g} MiB")
    return data


def _require_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise IrregularFileError(errno.EINVAL, "it is a device or a pipe, not a file")
