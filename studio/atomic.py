"""Files that are there whole or not at all, whatever ends the process."""

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

TEMPORARY = ".tmp"
_OURS = re.compile(r"\..+\.([0-9]{1,9})-[0-9a-f]{8}\.tmp", re.DOTALL)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under `path` only when the block ends well; what was there before stays until then.

    Raises OSError as the system does; nothing is left behind then. Once this returns the data is on the disk.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY}")
    try:
        with open(temporary, "xb", opener=_private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last: a renamed file is safe only when its folder is on the disk too."""
    if os.name == "nt":  # folders cannot be opened there, and NTFS journals its names
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems that sync no folders
            raise
    finally:
        os.close(descriptor)


def writer(temporary: Path) -> int | None:
    """The process that wrote a temporary file of ours; None for a name that is not one."""
    match = _OURS.fullmatch(temporary.name)
    return int(match[1]) if match else None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
