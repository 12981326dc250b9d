"""Waiting: the jobs that are not done yet, on the disk, so that the next start can go on with them."""

from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from studio import files
from studio.atomic import writing
from studio.desktop.job import Job, JobQueue
from studio.desktop.shell.worker import Worker

FILE = "queue.json"
IDLE_MS = 50


class SavedJob(msgspec.Struct):
    id: str
    task: str
    params: dict[str, Any]
    reveal: bool = False


class SavedQueue(QObject):
    """Follows a book. `found` tells how many jobs an earlier session has left; they are held, and begin when asked."""

    found = Signal(int)

    def __init__(self, book: JobQueue, worker: Worker, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book, self._worker, self._path = book, worker, folder / FILE
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(IDLE_MS)
        self._soon.timeout.connect(self._save)

    def begin(self) -> None:
        """Bring back what waited, and keep what comes."""
        self._worker.run(self._read, self._hold)

    def _read(self) -> list[SavedJob]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=list[SavedJob])
        except (OSError, ValueError, RecursionError):  # none yet, or damaged: then nothing waits
            return []

    def _hold(self, orders: list[SavedJob]) -> None:
        known = {job.id for job in self._book}
        jobs = [Job(order.id, order.task, order.params, order.reveal) for order in orders if order.id not in known]
        if jobs:
            self._book.hold(jobs)
            self.found.emit(len(jobs))
        for signal in (self._book.added, self._book.ended, self._book.reordered):
            signal.connect(self._soon.start)
        if self._book.pending:
            self._soon.start()

    def _save(self) -> None:
        held = self._book.held
        jobs = [*(job for job in self._book.pending if job not in held), *held]
        data = msgspec.json.encode([SavedJob(job.id, job.task, job.params, job.reveal) for job in jobs])
        self._worker.run(lambda: self._write(data), _nothing)

    def _write(self, data: bytes) -> None:
        try:
            files.make_private(self._path.parent)
            with writing(self._path) as file:
                file.write(data)
        except OSError:  # a full disk is told by what keeps the canvas
            return


def _nothing(_: Any) -> None:
    """What was done on the worker's thread has no outcome."""
