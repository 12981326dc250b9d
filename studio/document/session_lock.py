"""Owner: which running program a session folder belongs to, so that a second one leaves it alone."""

from pathlib import Path

import msgspec

from studio import files
from studio.atomic import writing

FILE = "owner.json"


class SessionLock(msgspec.Struct):
    pid: int
    created: float
    """When the process began: numbers of processes are used again."""


def claim(folder: Path) -> bool:
    """Whether the folder is this program's now; False while another one that runs has it. Raises OSError."""
    import psutil

    me = SessionLock(psutil.Process().pid, psutil.Process().create_time())
    try:
        other = msgspec.json.decode((folder / FILE).read_bytes(), type=SessionLock)
        if other != me and psutil.Process(other.pid).create_time() == other.created:
            return False
    except (OSError, ValueError, RecursionError, OverflowError, psutil.Error):  # nobody yet, or somebody who is gone
        pass
    files.make_private(folder)
    with writing(folder / FILE) as file:
        file.write(msgspec.json.encode(me))
    return True
