"""Fetching: several files of a plan at once, with one account of what has arrived."""

import contextlib
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

from studio.downloads._cache import HubCache
from studio.downloads._plan import DownloadPlan, RemoteFile
from studio.downloads._transfer import PART, is_right, storage_error, transfer
from studio.downloads._web import Web
from studio.errors import Cancelled, UserError

AT_ONCE = 4
"""Files that are fetched side by side."""
MARGIN_BYTES = 512 * 2**20
"""Of the disk, what must stay free."""
SPAN_S = 10.0
"""Of which the speed is the mean."""


class DownloadProgress:
    """How much of a download has arrived, and how fast. Written by several threads."""

    def __init__(self, total_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.total_bytes = total_bytes
        self._clock, self._lock = clock, threading.Lock()
        self._there: dict[str, int] = {}
        self._seen: deque[tuple[float, int]] = deque()
        self._received = 0

    def count(self, name: str, bytes_there: int) -> None:
        """So much of one file is there now."""
        with self._lock:
            before = self._there.get(name)
            self._there[name] = bytes_there
            if before is not None:  # what was there at first was not received now
                self._received += max(0, bytes_there - before)
            now = self._clock()
            if not self._seen or now - self._seen[-1][0] >= SPAN_S / 50:
                self._seen.append((now, self._received))
            while now - self._seen[0][0] > SPAN_S:
                self._seen.popleft()

    @property
    def done_bytes(self) -> int:
        with self._lock:
            return sum(self._there.values())

    @property
    def bytes_per_s(self) -> float:
        """0 where nothing has been seen yet."""
        with self._lock:
            if not self._seen:
                return 0.0
            (since, before) = self._seen[0]
            passed = self._clock() - since
            return (self._received - before) / passed if passed > 0 else 0.0

    @property
    def eta_s(self) -> float | None:
        speed = self.bytes_per_s
        return (self.total_bytes - self.done_bytes) / speed if speed > 0 else None


def fetch(web: Web, plan: DownloadPlan, progress: DownloadProgress) -> Path:
    """All files of the plan into the hub's cache; returns the folder of the model.

    Every file has been hashed when this returns. Raises UserError, and Cancelled when `web.stop` is set; what was
    fetched stays, and the next call, with a Web of its own, goes on from there.
    """
    cache = HubCache(web.hub.cache, plan.id)
    try:
        there = sum(_size(cache.blob(file), file) for file in plan.files)
        check_room(cache.folder, plan.id, plan.size_bytes - there)
        _in_parallel(web, plan, lambda file: _one(web, cache, plan, file, progress))
        return cache.link(plan)
    except OSError as error:
        raise storage_error(cache.root, error) from error


def clean_up(hub_cache: Path, plan: DownloadPlan) -> None:
    """Remove what a download that is given up has begun; whole files stay, they may be another's."""
    cache = HubCache(hub_cache, plan.id)
    for file in plan.files:
        blob = cache.blob(file)
        with contextlib.suppress(OSError):
            blob.with_name(blob.name + PART).unlink()


def _one(web: Web, cache: HubCache, plan: DownloadPlan, file: RemoteFile, progress: DownloadProgress) -> None:
    blob, name = cache.blob(file), f"{plan.id}/{file.path}"
    with cache.locked(file, web.stop):
        if is_right(blob, file, web):
            progress.count(name, file.size_bytes)
            return
        url = web.hub.file_url(plan.id, plan.commit, file.path)
        transfer(web, url, file, blob, plan.id, lambda there: progress.count(name, there))


def _in_parallel(web: Web, plan: DownloadPlan, work: Callable[[RemoteFile], None]) -> None:
    """The largest first. The first error ends the others, whose parts stay."""
    pool = ThreadPoolExecutor(AT_ONCE, "download")
    files = sorted(plan.files, key=lambda file: -file.size_bytes)
    futures: set[Future[None]] = {pool.submit(work, file) for file in files}
    try:
        done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        errors = [error for each in done if (error := each.exception())]
        if errors:
            raise next((error for error in errors if not isinstance(error, Cancelled)), errors[0])
    except BaseException:
        web.stop.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def check_room(folder: Path, what: str, wanted_bytes: int) -> None:
    """Raises UserError when the disk cannot hold what is to come."""
    place = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(place).free
    if wanted_bytes > 0 and wanted_bytes + MARGIN_BYTES > free:
        raise UserError(
            "{} needs {} GB on the disk of {}, which has {} GB free; nothing was downloaded. Free some space, or "
            "choose a larger disk.",
            what,
            round((wanted_bytes + MARGIN_BYTES) / 1e9, 1),
            folder,
            round(free / 1e9, 1),
            code="storage",
        )


def _size(blob: Path, file: RemoteFile) -> int:
    for each in (blob, blob.with_name(blob.name + PART)):
        with contextlib.suppress(OSError):
            return min(each.stat().st_size, file.size_bytes)
    return 0
