"""ServerInfo: where a `studio serve` of this home listens, for the other fronts on this machine."""

import contextlib
import os
from pathlib import Path

import msgspec

from studio import files
from studio.atomic import writing

FOLDER = "server"
_FILE = "server.json"
_CAP_BYTES = 16_384


class ServerInfo(msgspec.Struct, frozen=True):
    """What the runtime file of a home tells, to its user alone."""

    url: str
    token: str
    pid: int
    version: str


def save(home: Path, info: ServerInfo) -> None:
    """Write it, readable by this user alone. Raises OSError."""
    files.make_private(home / FOLDER)
    with writing(home / FOLDER / _FILE) as file:
        file.write(msgspec.json.encode(info))


def load(home: Path) -> ServerInfo | None:
    """None where no server runs, as far as the file tells."""
    try:
        path = home / FOLDER / _FILE
        info = msgspec.json.decode(files.read_bounded(path, _CAP_BYTES), type=ServerInfo)
        os.kill(info.pid, 0)
    except (OSError, msgspec.DecodeError):
        return None
    return info


def remove(home: Path) -> None:
    """When the server ends."""
    with contextlib.suppress(OSError):
        (home / FOLDER / _FILE).unlink()
