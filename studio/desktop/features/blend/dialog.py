"""Blender: the board as a window beside the form that it fills, and the jobs of its previews."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout

from studio.desktop.features.blend import weights
from studio.desktop.features.blend.board import BlendBoard
from studio.desktop.features.examples import plan
from studio.desktop.job import Job
from studio.desktop.shell import qt_image
from studio.desktop.shell.notices import plain_label
from studio.errors import UserError
from studio.form import parse
from studio.messages import Saved, TaskInfo

if TYPE_CHECKING:
    from studio.desktop.main_window import MainWindow

THUMBNAIL = 256


class BlendFeature(QObject):
    failed = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.dialog: BlendDialog | None = None

    def fields(self, task: TaskInfo | None) -> weights.BlendFields | None:
        """What the board would fill; None for a task that does not blend."""
        return weights.find(parse(task.schema)) if task else None

    def ask(self) -> None:
        """Open the board with the pictures that the form has."""
        task, form = self._window.task_panel.task, self._window.task_panel.form
        fields = self.fields(task)
        if task is None or form is None or fields is None:
            return
        refs = [ref for ref in form.values().get(fields.image) or [] if isinstance(ref, str)]
        if not weights.FEWEST <= len(refs) <= weights.MOST:
            words = self.tr(
                "The board needs two, three or four pictures in the form, and there are {0}; add them first."
            )
            self.failed.emit(UserError(words.format(len(refs))))
            return
        self.dialog = BlendDialog(self._window, task, fields, refs)
        self.dialog.failed.connect(self.failed)
        self.dialog.show()


class BlendDialog(QDialog):
    """Where the puck is let go of becomes the weights in the form."""

    failed = Signal(object)

    def __init__(self, window: "MainWindow", task: TaskInfo, fields: weights.BlendFields, refs: list[str]) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Blend board"))
        self._window, self._task, self._fields, self._refs = window, task, fields, refs
        self._previews: dict[str, int] = {}
        self.board = BlendBoard(self)
        self.board.settled.connect(self._fill)
        about = plain_label(self.tr("Drag the puck towards what there should be more of; the form follows."))
        about.setProperty("role", "hint")
        self.preview = QPushButton(self.tr("Previews"))
        self.preview.setToolTip(self.tr("Make one small picture for each of the places of the board"))
        self.preview.clicked.connect(self._make_previews)
        self.generate = QPushButton(task.title.replace("&", "&&"))
        self.generate.setProperty("role", "primary")
        self.generate.clicked.connect(window.generate)
        row = QHBoxLayout()
        row.addWidget(about, 1)
        row.addWidget(self.preview)
        row.addWidget(self.generate)
        column = QVBoxLayout(self)
        column.addWidget(self.board, 1)
        column.addLayout(row)
        window.session.jobs.saved.connect(self._saved)
        self._load()

    def _load(self) -> None:
        def work() -> list[QImage]:
            paths = [self._window.open_ref(ref) for ref in self._refs]
            return [qt_image.shrunk(qt_image.load(path).full, THUMBNAIL) for path in paths]

        self._window.worker.run(work, self._show, self.failed.emit)

    def _show(self, corners: list[QImage]) -> None:
        self.board.show_corners(corners)
        self.board.setFocus()

    def _fill(self) -> None:
        form = self._window.task_panel.form_of(self._task.id)
        if form is not None:
            form.set_values({**form.values(), self._fields.weight: self.board.weights})

    def _make_previews(self) -> None:
        form = self._window.task_panel.form_of(self._task.id)
        if form is None:
            return
        self.board.clear_previews()
        self._previews = {}
        values = plan.order(parse(self._task.schema), form.values())
        try:
            for number, (x, y) in enumerate(weights.places(len(self._refs))):
                shares = weights.weights(len(self._refs), x, y)
                job = self._window.session.jobs.submit(
                    self._task.id, {**values, self._fields.weight: shares}, quiet=True
                )
                self._previews[job.id] = number
        except UserError as error:
            self.failed.emit(error)

    def _saved(self, job: Job, saved: Saved) -> None:
        number = self._previews.get(job.id)
        if number is None:
            return
        path = Path(saved.path)
        self._window.worker.run(
            lambda: qt_image.shrunk(qt_image.load(path).full, THUMBNAIL),
            lambda image: self._show_preview(job.id, image),
            lambda error: None,
        )

    def _show_preview(self, id: str, image: QImage) -> None:
        if id in self._previews:
            self.board.show_preview(self._previews[id], image)
