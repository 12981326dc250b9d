"""ServerInfo: where a `studio serve` of this home listens, for the other fronts on this machine."""

import contextlib
import os
from pathlib import Path

import msgspec

from studio import __version__, files
from studio.atomic import writing

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # what is asked below is only whether it is there

FOLDER = "server"
LOCK = "lock"
_FILE = "server.json"
_CAP_BYTES = 16_384


class ServerInfo(msgspec.Struct, frozen=True):
    """What the runtime file of a home tells, to its user alone."""

    url: str
    token: str
    front_token: str
    """For the studio's own fronts, which may name files of this machine; made anew with each start."""
    pid: int
    version: str


def save(home: Path, info: ServerInfo) -> None:
    """Write it, readable by this user alone. Raises OSError."""
    files.make_private(home / FOLDER)
    with writing(home / FOLDER / _FILE) as file:
        file.write(msgspec.json.encode(info))


def load(home: Path) -> ServerInfo | None:
    """None where no server runs: what listens at its port could be anybody then."""
    try:
        content = files.read_bounded(home / FOLDER / _FILE, _CAP_BYTES)
        info = msgspec.json.decode(content, type=ServerInfo)
    except (OSError, msgspec.DecodeError):
        return None
    return info if _holds_lock(home / FOLDER / LOCK, info.pid) else None


def of_this_version(home: Path) -> ServerInfo | None:
    """One whose engine understands this program."""
    info = load(home)
    return info if info and info.version == __version__ else None


def remove(home: Path) -> None:
    """When the server ends."""
    with contextlib.suppress(OSError):
        (home / FOLDER / _FILE).unlink()


def _holds_lock(path: Path, pid: int) -> bool:
    """Whether a server lives: it holds the lock as long as it does."""
    if fcntl is None:
        import psutil

        return psutil.pid_exists(pid)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
