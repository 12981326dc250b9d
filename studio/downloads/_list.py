"""DownloadList: what is being fetched and what waits, kept on the disk, so that the next start goes on with it."""

import contextlib
import enum
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import filelock
import msgspec

from studio import settings
from studio.atomic import writing
from studio.downloads._acquisition import Acquisition, Places, acquisition
from studio.downloads._fetch import DownloadProgress
from studio.downloads._hub import Hub
from studio.downloads._order import DownloadOrder
from studio.downloads._web import Stop, Web
from studio.errors import Cancelled, UserError

FILE, CLOSING_S = "downloads.json", 5.0


class DownloadState(enum.Enum):
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (DownloadState.DONE, DownloadState.CANCELLED)


@dataclass(eq=False)
class Download:
    """One order and what has become of it. Its list alone changes it."""

    order: DownloadOrder
    state: DownloadState = DownloadState.WAITING
    error: UserError | None = None
    """Why it failed."""
    paths: tuple[Path, ...] = ()
    """What has been added to the catalogue."""
    license: str = ""
    commits: dict[str, str] = field(default_factory=dict)
    """What each revision meant when it was begun: it goes on with the same files."""
    progress: DownloadProgress = field(default_factory=lambda: DownloadProgress(0))
    stop: Stop = field(default_factory=Stop)


class _Kept(msgspec.Struct):
    """As it is written down."""

    order: DownloadOrder
    state: DownloadState
    commits: dict[str, str] = {}


class DownloadList:
    """Runs one download after the other on a thread of its own. For any thread.

    `changed` and `finished` are called on that thread: for a list that has changed, and for a download that has ended
    well and whose model is in the catalogue.
    """

    def __init__(
        self, home: Path, cache_dir: Path, hub: Hub, changed: Callable[[], object],
        finished: Callable[[Download], object], patience: float = 1.0,
    ) -> None:  # fmt: skip
        self._file, self._hub, self._patience = home / FILE, hub, patience
        self._places = Places(home / "models", cache_dir)
        self._changed, self._finished = changed, finished
        self._downloads: list[Download] = []
        self._wake = threading.Condition()
        self._closed = False
        home.mkdir(parents=True, exist_ok=True)
        # Taken and released on different threads.
        self._lock = filelock.FileLock(home / f"{FILE}.lock", thread_local=False)
        self._owns = self._claim()
        """Whether it is kept: of two studios on one home, the first one keeps its own."""
        if self._owns:
            self._downloads = list(_load(self._file))
        self._thread = threading.Thread(target=self._work, name="downloads", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Download]:
        with self._wake:
            return iter(self._downloads[:])

    @property
    def places(self) -> Places:
        return self._places

    def add(self, order: DownloadOrder) -> Download:
        """One that is there already and has not ended is not added again, but goes on."""
        with self._wake:
            there = next((each for each in self._downloads if each.order.id == order.id and not each.state.ended), None)
            if there is None:
                self._downloads = [each for each in self._downloads if each.order.id != order.id]
                there = Download(order)
                self._downloads.append(there)
                self._keep()
        self.resume(there)
        return there

    def pause(self, download: Download) -> None:
        """What was fetched stays."""
        self._leave(download, DownloadState.PAUSED)

    def resume(self, download: Download) -> None:
        """Also one that has failed."""
        with self._wake:
            if download.state in (DownloadState.PAUSED, DownloadState.FAILED):
                download.state, download.error = DownloadState.WAITING, None
            self._keep()
            self._wake.notify_all()
        self._changed()

    def cancel(self, download: Download) -> None:
        """What was begun is removed; whole files in the hub's cache stay."""
        was = download.state
        self._leave(download, DownloadState.CANCELLED)
        if was is not DownloadState.RUNNING and not was.ended:  # else its thread does it, when it has let go
            threading.Thread(target=self._clean_up, args=(download,), name="download-clean-up", daemon=True).start()

    def clear(self) -> None:
        """Forget those that have ended."""
        with self._wake:
            self._downloads = [each for each in self._downloads if not each.state.ended]
            self._keep()
        self._changed()

    def close(self) -> None:
        """Those that run go on at the next start."""
        with self._wake:
            self._closed = True
            for each in self._downloads:
                if each.state is DownloadState.RUNNING:
                    each.stop.set()
            self._wake.notify_all()
        self._thread.join(CLOSING_S)
        if self._owns:
            self._lock.release()

    def _claim(self) -> bool:
        with contextlib.suppress(filelock.Timeout):
            self._lock.acquire(blocking=False)
            return True
        return False

    def _leave(self, download: Download, state: DownloadState) -> None:
        with self._wake:
            if download.state.ended:
                return
            if download.state is DownloadState.RUNNING:
                download.stop.set()
            download.state = state
            self._keep()
        self._changed()

    # ---- on the thread

    def _work(self) -> None:
        while (download := self._next()) is not None:
            try:
                paths = self._run(download)
            except Cancelled:
                if download.state is DownloadState.CANCELLED:
                    self._clean_up(download)
                continue  # its state has been changed by whoever stopped it
            except UserError as error:
                if error.code == "moved":
                    download.commits = {}  # whoever goes on with it has been told, and gets what is there now
                self._end(download, DownloadState.FAILED, error=error)
                continue
            self._end(download, DownloadState.DONE, paths=paths)
            self._finished(download)

    def _next(self) -> Download | None:
        with self._wake:
            while True:
                if self._closed:
                    self._keep()
                    return None
                for each in self._downloads:
                    if each.state is DownloadState.WAITING:
                        each.state, each.stop = DownloadState.RUNNING, Stop()
                        self._keep()
                        return each
                self._wake.wait()

    def _run(self, download: Download) -> tuple[Path, ...]:
        self._changed()
        with Web(self._hub, download.stop, self._patience) as web:
            found = self._acquisition(web, download)
            download.license = found.license
            download.progress = DownloadProgress(found.size_bytes)
            with self._wake:
                self._keep()
            self._changed()
            paths = tuple(found.run(web, download.progress))
        for path in paths:
            with contextlib.suppress(UserError):  # it is there already
                settings.add_model(path)
        return paths

    def _acquisition(self, web: Web, download: Download) -> Acquisition:
        found = acquisition(web, download.order, self._places, download.commits)
        download.commits = {each.id: each.commit for each in found.plans}
        return found

    def _clean_up(self, download: Download) -> None:
        """Where the source cannot be asked what the files are, they stay."""
        if not download.commits and not download.order.url:
            return
        with contextlib.suppress(UserError, Cancelled), Web(self._hub, patience=0) as web:
            self._acquisition(web, download).clean_up(self._hub)

    def _end(
        self, download: Download, state: DownloadState, *, error: UserError | None = None, paths: tuple[Path, ...] = ()
    ) -> None:
        with self._wake:
            if not self._closed and download.state is DownloadState.RUNNING:
                download.state, download.error, download.paths = state, error, paths
                self._keep()
        self._changed()

    def _keep(self) -> None:
        """Write down what has not ended."""
        if not self._owns:
            return
        rows = [_Kept(each.order, each.state, each.commits) for each in self._downloads if not each.state.ended]
        with contextlib.suppress(OSError):  # a full disk is told by the download itself
            if rows or self._file.exists():
                with writing(self._file) as file:
                    file.write(msgspec.json.encode(rows))


def _load(file: Path) -> Iterator[Download]:
    """What an earlier start has left: what ran then waits now. A file that cannot be read holds nothing."""
    with contextlib.suppress(OSError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        for row in msgspec.json.decode(file.read_bytes(), type=list[_Kept]):
            state = DownloadState.WAITING if row.state is DownloadState.RUNNING else row.state
            yield Download(row.order, state, commits=row.commits)
