"""DownloadQueue: the downloads of this program, as Qt's signals; they outlive the window that began them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from studio.desktop.shell.worker import Worker
from studio.settings import Settings

if TYPE_CHECKING:  # slow to import, and not needed for the first paint
    from studio.downloads import Download, DownloadList

KEPT = "downloads.json"


class DownloadQueue(QObject):
    """Its list is made when it is first asked for, or at the start if an earlier one has left something."""

    changed = Signal()
    finished = Signal(object)
    """A Download whose model is in the catalogue now."""
    _heard = Signal()
    _ended = Signal(object)

    def __init__(self, settings: Settings, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._worker = settings, worker
        self._list: DownloadList | None = None
        self._made: DownloadList | None = None
        """The same, as soon as there is something that must be closed."""
        self._wanted: list[Callable[[DownloadList], object]] = []
        self._closed = False
        # From the list's own thread into the window's.
        self._heard.connect(self.changed, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self.finished, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Go on with what an earlier start has left."""
        if (self._settings.home / KEPT).exists():
            self.use(lambda downloads: None)

    def use(self, act: "Callable[[DownloadList], object]") -> None:
        """Call `act` with the list, at once or as soon as it has been made."""
        if self._list is not None:
            act(self._list)
            return
        self._wanted.append(act)
        if len(self._wanted) == 1:
            self._worker.run(self._open, self._opened)

    @property
    def downloads(self) -> "list[Download]":
        return list(self._list) if self._list is not None else []

    def close(self) -> None:
        """What runs goes on at the next start."""
        self._closed = True
        if self._made is not None:
            self._made.close()

    def _open(self) -> "DownloadList":
        from studio.downloads import DownloadList, Hub  # on a worker's thread: the window is to be seen first

        home, cache = self._settings.home, self._settings.cache_dir
        self._made = DownloadList(home, cache, Hub.from_environ(), self._tell, self._tell_ended)
        return self._made

    def _tell(self) -> None:
        if not self._closed:
            self._heard.emit()

    def _tell_ended(self, download: "Download") -> None:
        if not self._closed:
            self._ended.emit(download)

    def _opened(self, downloads: "DownloadList") -> None:
        self._list = downloads
        wanted, self._wanted = self._wanted, []
        for act in wanted:
            act(downloads)
        self.changed.emit()
