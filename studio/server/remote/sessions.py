"""RemoteSessions: the fronts of other machines, each kept for a while after it was last heard of."""

import contextlib
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from studio import files
from studio.server.api_error import LIMIT, ApiError
from studio.server.job_service import JobService
from studio.server.remote.redaction import Redaction
from studio.server.remote.session import RemoteSession
from studio.server.uploads import PREFIX, Uploads

KEPT_S = 24 * 3600.0
"""After a front was last heard of: a laptop sleeps over night."""
MOST = 256
_NAME = re.compile(r"[0-9a-f]{32}")


class RemoteSessions:
    """By name. `redacted`: a text without folders of this machine."""

    def __init__(self, jobs: JobService, uploads: Uploads, folder: Path, redacted: Callable[[str], str]) -> None:
        self._jobs, self._uploads, self._folder = jobs, uploads, folder
        self._redacted = redacted
        self._sessions: dict[str, RemoteSession] = {}

    def open(self, name: str) -> tuple[RemoteSession, bool]:
        """The front of this name, and whether it was known. Raises ApiError."""
        self._sweep()
        if known := self.find(name):
            return known, True
        if not _NAME.fullmatch(name):
            raise ApiError(404, "There is no front of this name.", "not_found")
        if len(self._sessions) >= MOST:
            raise ApiError(429, f"{MOST} fronts use this engine already.", "queue_full", type=LIMIT, retry_after=60)
        folder = self._folder / name
        try:
            files.make_private(folder)
        except OSError as error:
            message = f"The front could not be taken in ({error.strerror})."
            raise ApiError(507, message, "storage", retry_after=10) from None
        made = RemoteSession(name, self._jobs, self._uploads, folder, Redaction(lambda text: self._told(text, folder)))
        self._sessions[name] = made
        return made, False

    def find(self, name: str) -> RemoteSession | None:
        return self._sessions.get(name)

    def close(self, name: str) -> None:
        """Its front has all that it wants: nothing of it is kept."""
        if session := self._sessions.pop(name, None):
            session.close()

    def _told(self, text: str, folder: Path) -> str:
        """Contents are called as they were sent."""
        jobs = re.escape(str(folder))
        whole = re.fullmatch(rf"{jobs}/[\w-]+/([0-9a-f]{{64}})(\.\w+)?", text)
        if whole:
            return f"{PREFIX}{whole[1]}"
        return self._redacted(re.sub(rf"{jobs}/[\w-]+/", "", text))

    def _sweep(self) -> None:
        """Forget those that were not heard of for long, also of an earlier server."""
        now = time.monotonic()
        for name, session in [*self._sessions.items()]:
            if now - session.contacted > KEPT_S:
                self.close(name)
        with contextlib.suppress(OSError):
            for folder in self._folder.iterdir():
                if folder.name not in self._sessions and time.time() - folder.stat().st_mtime > KEPT_S:
                    shutil.rmtree(folder, ignore_errors=True)
