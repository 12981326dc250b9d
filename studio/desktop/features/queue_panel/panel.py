"""QueuePanel: what runs, what waits, in the order in which it will run, and below what has ended, the latest first."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio import files
from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import show_action
from studio.desktop.actions.table import Actions
from studio.desktop.features.queue_panel.job_row import JobRow
from studio.desktop.features.queue_panel.row_drag import RowDrag
from studio.desktop.shell import qt_image
from studio.desktop.shell.notices import plain_label
from studio.desktop.shell.worker import Worker
from studio.jobs import Job, JobQueue
from studio.messages import Saved

THUMBNAIL = 128
"""Pixels, for screens of high resolution too."""

ACTIONS = ("queue.pause", "queue.cancel-all", "queue.clear")


class QueuePanel(QWidget):
    """A row for each job, with its picture."""

    shown = Signal(object)
    """A Job whose pictures shall be seen."""
    retry_wanted = Signal(object)

    def __init__(self, book: JobQueue, actions: Actions, worker: Worker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.jobs, self._actions, self._worker = book, actions, worker
        self._titles: dict[str, str] = {}
        self._rows: dict[str, JobRow] = {}
        self.setAccessibleName(self.tr("Queue"))
        self._hint = plain_label(self.tr("Jobs appear here and run one after the other."))
        self._hint.setProperty("role", "hint")
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        self._drag = RowDrag(page, self._movable, self._move)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        self._add_actions()
        self._pause, self._cancel_all, self._clear = QPushButton(self), QPushButton(self), QPushButton(self)
        for button, id in zip((self._pause, self._cancel_all, self._clear), ACTIONS, strict=True):
            show_action(button, actions.qaction(id))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        top = QHBoxLayout()
        top.addWidget(self._pause, 1)
        top.addWidget(self._cancel_all, 1)
        column.addWidget(self._hint)
        column.addLayout(top)
        column.addWidget(area, 1)
        column.addWidget(self._clear)
        for job in book:  # a window in another language begins with what is there
            self._add(job)
        book.added.connect(self._add)
        book.reordered.connect(self._sort)
        book.changed.connect(self._change)
        book.noted.connect(self._note)
        book.removed.connect(self._remove)
        book.saved.connect(self._show_saved)
        book.previewed.connect(self._show_preview)
        self._sort()

    def _add_actions(self) -> None:
        jobs, section = self.jobs, Section.QUEUE
        pause, resume = self.tr("Pause"), self.tr("Resume")
        for action in (
            Action(
                "queue.pause", pause, lambda: jobs.resume() if jobs.paused else jobs.pause(), "queue",
                enabled=lambda: jobs.paused or bool(jobs.pending), checked=lambda: jobs.paused,
                now=lambda: resume if jobs.paused else pause, section=section,
            ),
            Action(
                "queue.resume", self.tr("Resume the queue"), jobs.resume, "pause", self.tr("Paused"),
                about=self.tr("The queue is paused; click to resume it"), enabled=lambda: jobs.paused, section=section,
            ),
            Action(
                "queue.cancel-all", self.tr("Cancel all"), jobs.cancel_all, "cancel",
                enabled=lambda: len(jobs.pending) > 1, section=section,
            ),
            Action(
                "queue.clear", self.tr("Clear finished"), jobs.clear, "clear",
                enabled=lambda: any(job.state.ended for job in jobs), section=section,
            ),
        ):  # fmt: skip
            self._actions.add(action)
        self._actions.add_source(lambda: [action for row in self._rows.values() for action in row.actions_now()])

    def set_titles(self, titles: dict[str, str]) -> None:
        """What tasks are called, by id."""
        self._titles = titles
        for row in self._rows.values():
            row.refresh(self._title(row.job))

    def save_elsewhere(self, job: Job) -> None:
        """A picture that the library could not take, into a folder."""
        dialog = QFileDialog(self, self.tr("Save the picture to"), str(files.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.jobs.save_again(job, name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _title(self, job: Job) -> str:
        return self._titles.get(job.task, job.task)

    def _add(self, job: Job) -> None:
        if job.unlisted:
            return
        row = self._rows[job.id] = JobRow(job, self)
        self._drag.watch(row)
        self._column.insertWidget(self._waiting_rows(), row)
        self._sort()
        if job.saved:
            self._show_saved(job, job.saved[0])

    def _waiting_rows(self) -> int:
        return sum(not row.job.state.ended for row in self._rows.values()) - 1

    def _change(self, job: Job) -> None:
        if row := self._rows.get(job.id):
            row.refresh(self._title(job))
        if job.state.ended:
            self._sort()  # what has ended does not stand between those that wait
        self._refresh()

    def _note(self, job: Job, text: str) -> None:
        self._change(job)

    def _sort(self) -> None:
        """In the order in which they run: what runs, the next one, those after it; then what has ended."""
        ended = [job for job in self.jobs if job.state.ended]
        rows = [row for job in [*self.jobs.pending, *reversed(ended)] if (row := self._rows.get(job.id))]
        for place, row in enumerate(rows):
            item = self._column.itemAt(place)
            if item is None or item.widget() is not row:
                self._column.removeWidget(row)
                self._column.insertWidget(place, row)
            row.refresh(self._title(row.job))
        self._refresh()

    def _movable(self) -> list[JobRow]:
        return [row for job in self.jobs.held if (row := self._rows.get(job.id))]

    def _move(self, row: JobRow, place: int) -> None:
        self.jobs.move(row.job, place - self.jobs.held.index(row.job))

    def _show_saved(self, job: Job, saved: Saved) -> None:
        """The first picture stands for all."""
        path = Path(saved.path)
        if job.id in self._rows and saved is job.saved[0] and not job.folder:
            self._worker.run(
                lambda: qt_image.shrunk(qt_image.load(path).full, THUMBNAIL),
                lambda image: self._show_picture(job, image),
                lambda error: None,  # it has no picture then, and the row says enough
            )

    def _show_preview(self, job: Job, data: bytes) -> None:
        if job.id in self._rows and self.isVisible() and not job.saved:
            self._worker.run(
                lambda: qt_image.shrunk(qt_image.preview(data), THUMBNAIL),
                lambda image: None if job.saved else self._show_picture(job, image),
                lambda error: None,  # the next one may be better
            )

    def _show_picture(self, job: Job, picture: QImage) -> None:
        if row := self._rows.get(job.id):
            row.show_picture(picture)

    def _remove(self, job: Job) -> None:
        if row := self._rows.pop(job.id, None):
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._refresh()

    def _refresh(self) -> None:
        self._hint.setVisible(not self._rows)
        self._actions.refresh(*ACTIONS, "queue.resume")
        for button, id in zip((self._pause, self._cancel_all, self._clear), ACTIONS, strict=True):
            button.setVisible(self._actions[id].enabled())
