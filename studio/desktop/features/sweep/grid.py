"""SweepGrid: the pictures of a sweep side by side, each where its values meet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from studio.desktop.features.sweep.axis import Axis
from studio.desktop.shell import qt_image
from studio.desktop.shell.worker import Worker
from studio.desktop.style import theme
from studio.desktop.style.label_text import tooltip
from studio.desktop.style.sentence import say
from studio.jobs import Job, JobQueue, JobState
from studio.messages import Saved

SIDE = 160
SIZE = QSize(900, 680)
LONGEST = 40


class SweepGrid(QDialog):
    """A window beside the studio. `shown` carries the Job whose picture was chosen."""

    shown = Signal(object)

    def __init__(self, title: str, axes: Sequence[Axis], jobs: JobQueue, worker: Worker, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Parameter grid: {0}").format(title))
        self._axes, self._worker = axes, worker
        self.cells: dict[str, QToolButton] = {}
        self._jobs: dict[str, Job] = {}
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setSpacing(6)
        self._name_axes()
        self._grid.setRowStretch(len(axes[1].values) + 1 if len(axes) > 1 else 2, 1)
        self._grid.setColumnStretch(len(axes[0].values) + 1, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        self.resize(SIZE)
        jobs.saved.connect(self._saved)
        jobs.changed.connect(self._changed)

    def add(self, job: Job, across: int, down: int) -> None:
        """A job whose picture belongs in this place."""
        cell = QToolButton()
        cell.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        cell.setIconSize(QSize(SIDE, SIDE))
        cell.setFixedSize(SIDE + 12, SIDE + theme.scaled(34))
        cell.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        cell.clicked.connect(lambda: self.shown.emit(job))
        self.cells[job.id], self._jobs[job.id] = cell, job
        self._grid.addWidget(cell, down + 1, across + 1)
        values = [axis.values[at] for axis, at in zip(self._axes, (across, down), strict=False)]
        name = ", ".join(f"{axis.field.title} {value}" for axis, value in zip(self._axes, values, strict=True))
        cell.setAccessibleName(name)
        cell.setToolTip(tooltip(_short(name, 200)))
        self._changed(job)

    def _name_axes(self) -> None:
        for number, value in enumerate(self._axes[0].values):
            self._grid.addWidget(_label(self._axes[0], value), 0, number + 1)
        if len(self._axes) > 1:
            for number, value in enumerate(self._axes[1].values):
                self._grid.addWidget(_label(self._axes[1], value), number + 1, 0)

    def _changed(self, job: Job) -> None:
        cell = self.cells.get(job.id)
        if cell is None or job.state is JobState.DONE:
            return
        words = {
            JobState.WAITING: self.tr("waiting"),
            JobState.RUNNING: f"{job.done / job.total * 100:.0f}%" if job.total else "…",
            JobState.UNSAVED: self.tr("not saved"),
            JobState.FAILED: self.tr("failed"),
            JobState.CANCELLED: self.tr("cancelled"),
            JobState.INTERRUPTED: self.tr("interrupted"),
        }
        cell.setText(words[job.state])
        if job.message:
            cell.setToolTip(tooltip(_short(say(job.message), 300)))

    def _saved(self, job: Job, saved: Saved) -> None:
        if job.id not in self.cells or len(job.saved) > 1:
            return
        path = Path(saved.path)

        def show(image: QImage) -> None:
            cell = self.cells[job.id]
            cell.setIcon(QIcon(QPixmap.fromImage(image)))
            cell.setText("")

        self._worker.run(lambda: qt_image.shrunk(qt_image.load(path).full, 2 * SIDE), show, lambda error: None)


def _label(axis: Axis, value: Any) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(_short(f"{axis.field.title}\n{value}", LONGEST))
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setProperty("role", "hint")
    return label


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
