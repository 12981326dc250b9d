"""SavedQueue: keeps the jobs that are not done yet on the disk, so that the next start can go on with them."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from studio.desktop.shell.worker import Worker
from studio.jobs import QUEUE_FILE, Job, JobQueue, encode_jobs, load_jobs, save_jobs

IDLE_MS = 50


class SavedQueue(QObject):
    """Follows a queue. `found` tells how many jobs an earlier session has left; they are held, and begin when asked."""

    found = Signal(int)

    def __init__(self, queue: JobQueue, worker: Worker, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._worker, self._path = queue, worker, folder / QUEUE_FILE
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(IDLE_MS)
        self._soon.timeout.connect(self._save)
        self._follows = False
        self._last: bytes | None = None

    def begin(self) -> None:
        """Bring back what waited, and keep what comes."""
        self._worker.run(lambda: load_jobs(self._path), self._hold)

    def _hold(self, jobs: list[Job]) -> None:
        jobs = [job for job in jobs if self._queue.get(job.id) is None]
        if jobs:
            self._queue.hold(jobs)
            self.found.emit(len(jobs))
        self._follows = True
        for signal in (self._queue.added, self._queue.ended, self._queue.reordered):
            signal.connect(self._soon.start)
        if self._queue.pending:
            self._soon.start()

    def freeze(self) -> None:
        """The program ends: what waits now is what the next start finds, and not what is cancelled on the way."""
        if self._follows:
            self._last = encode_jobs(self._queue.pending)
        self._soon.stop()

    def close(self) -> None:
        """When nothing else writes any more."""
        if self._last is not None:
            self._write(self._last)

    def _save(self) -> None:
        content = encode_jobs(self._queue.pending)
        self._worker.run(lambda: self._write(content), _nothing)

    def _write(self, content: bytes) -> None:
        try:
            save_jobs(self._path, content)
        except OSError:  # a full disk is told by what keeps the canvas
            return


def _nothing(_: Any) -> None:
    """What was done on the worker's thread has no outcome."""
