"""Files that are there whole or not at all, whatever ends the process."""

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, which lets nobody remove a file that is open
    fcntl = None  # type: ignore[assignment]  # what is asked below is only whether it is there

TEMPORARY = ".tmp"
_OURS = re.compile(r"\..+\.[0-9]{1,9}-[0-9a-f]{8}\.tmp", re.DOTALL)
_SHOWN_BYTES = 64
"""Of the file's own name in that of its temporary file: names end at 255 bytes."""
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


@contextlib.contextmanager
def writing(path: Path, published: Callable[[], None] = lambda: None) -> Iterator[BinaryIO]:
    """A file that appears under `path` only when the block ends well; what was there before stays until then.

    A lock is held on it until all is done, `published` included, which is called when the file is in its place and on
    the disk: that it is locked tells others that its writer lives.
    Raises OSError as the system does; nothing is left behind then.
    """
    with _temporary(path) as (file, temporary):
        yield file
        _finish(file)
        temporary.replace(path)
        sync_folder(path.parent)
        published()


def write_new(places: Iterable[Path], write: Callable[[BinaryIO], None]) -> Path:
    """Write a file under the first of `places`, all in one folder, that is free; nothing is ever overwritten.

    Raises OSError as the system does; nothing is left behind then.
    """
    places = iter(places)
    path = next(places)
    with _temporary(path) as (file, temporary):
        write(file)
        _finish(file)
        while not _published_as(temporary, path):
            path = next(places)
    sync_folder(path.parent)
    return path


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


def is_temporary(path: Path) -> bool:
    """Whether the file is named as temporary files of ours are."""
    return _OURS.fullmatch(path.name) is not None


def is_being_written(path: Path) -> bool:
    """Whether a writer of ours still holds the file. Raises OSError for one that cannot be opened."""
    if fcntl is None:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    finally:
        os.close(descriptor)
    return False


def discard_abandoned(temporary: Path) -> bool:
    """Remove a temporary file of ours whose writer is gone; whether that was so. Raises OSError as the system does.

    Only what can be locked is removed: no clock and no list of processes tells for sure that a writer is dead, who may
    be stopped, or live in a container.
    """
    if not is_temporary(temporary):
        return False
    if fcntl is None:
        temporary.unlink()
        return True
    descriptor = os.open(temporary, os.O_RDONLY | os.O_NONBLOCK)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        temporary.unlink()
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return False
        raise
    finally:
        os.close(descriptor)
    return True


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file beside `path`, locked; removed if the block fails, closed in any case."""
    file, temporary = _claimed(path)
    try:
        with file:
            yield file, temporary
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _claimed(path: Path) -> tuple[BinaryIO, Path]:
    shown = path.name.encode(errors="surrogateescape")[:_SHOWN_BYTES].decode(errors="ignore")
    while True:
        temporary = path.with_name(f".{shown}.{os.getpid()}-{secrets.token_hex(4)}{TEMPORARY}")
        file = open(temporary, "xb", opener=_private)  # noqa: SIM115 - whoever asked for it closes it
        if _locked(file):
            return file, temporary
        file.close()  # somebody who sweeps was faster, and has removed it


def _locked(file: BinaryIO) -> bool:
    """Lock it for as long as it is open; whether it is still there. Where there are no locks, nobody sweeps either."""
    if fcntl is None:
        return True
    with contextlib.suppress(OSError):
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
    return os.fstat(file.fileno()).st_nlink > 0


def _finish(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    if fcntl is None:  # Windows renames no open file
        file.close()


def _published_as(temporary: Path, path: Path) -> bool:
    """Give it its name unless that is taken."""
    try:
        if os.name == "nt":
            temporary.rename(path)  # refused there where something is
        else:
            os.link(temporary, path)
            temporary.unlink()
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _claimed_name(temporary, path)  # FAT has no links
    return True


def _claimed_name(temporary: Path, path: Path) -> bool:
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    try:
        temporary.replace(path)
    except BaseException:
        path.unlink()
        raise
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
