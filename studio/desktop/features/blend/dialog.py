"""BlendFeature: the board as a window beside the form that it fills, and the jobs of its previews."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout

from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.features.blend import weights
from studio.desktop.features.blend.board import BlendBoard
from studio.desktop.forms.task_fields import canvas_fields, example_params
from studio.desktop.shell import qt_image
from studio.desktop.shell.notices import plain_label
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.form import TaskForm
from studio.jobs import Job
from studio.messages import Saved

THUMBNAIL = 256


class BlendFeature(QObject):
    """Its button is beside that of a task that blends."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        self.dialog: BlendDialog | None = None
        about = self.tr("Blend board: mix pictures by dragging between them")
        title = self.tr("Blend board")
        workbench.actions.add(Action("blend", title, self.ask, "blend", about=about, section=Section.JOBS))
        self._tool = tool_button(workbench.actions, "blend", workbench.window, "tool")
        workbench.forms.add_tool(self._tool)
        self._tool.hide()
        workbench.forms.chosen.connect(self._choose)

    def _choose(self) -> None:
        task = self._workbench.forms.task
        fields = canvas_fields(task) if self._workbench.forms.form is not None else None
        on_canvas = fields is not None and bool(fields.mask)
        self._tool.setVisible(not on_canvas and task is not None and weights.find(task) is not None)

    def ask(self) -> None:
        """Open the board with the pictures that the form has."""
        task, form = self._workbench.forms.task, self._workbench.forms.form
        fields = weights.find(task) if task else None
        if task is None or form is None or fields is None:
            return
        refs = [ref for ref in form.values().get(fields.image) or [] if isinstance(ref, str)]
        if not weights.FEWEST <= len(refs) <= weights.MOST:
            words = self.tr(
                "The blend board needs two to four pictures in the form, and there are {0}; add them first."
            )
            self._workbench.notices.show_error("job", UserError(words.format(len(refs))))
            return
        self.dialog = BlendDialog(self._workbench, task, fields, refs)
        self.dialog.show()


class BlendDialog(QDialog):
    """Where the puck is let go of becomes the weights in the form."""

    def __init__(self, workbench: Workbench, task: TaskForm, fields: weights.BlendFields, refs: list[str]) -> None:
        super().__init__(workbench.window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Blend board"))
        self._workbench, self._task, self._fields, self._refs = workbench, task, fields, refs
        self._session = workbench.session
        self._previews: dict[str, int] = {}
        self._folder = workbench.session.settings.cache_dir / "previews"
        self.board = BlendBoard(self)
        self.board.released.connect(self._fill)
        about = plain_label(self.tr("Drag the handle towards the picture you want more of; the weights follow."))
        about.setProperty("role", "hint")
        self.preview = QPushButton(self.tr("Previews"))
        self.preview.setToolTip(self.tr("Make a small preview for several positions on the board"))
        self.preview.clicked.connect(self._make_previews)
        self.generate = QPushButton(task.title.replace("&", "&&"))
        self.generate.setProperty("role", "primary")
        self.generate.clicked.connect(workbench.forms.generate)
        row = QHBoxLayout()
        row.addWidget(about, 1)
        row.addWidget(self.preview)
        row.addWidget(self.generate)
        column = QVBoxLayout(self)
        column.addWidget(self.board, 1)
        column.addLayout(row)
        workbench.session.jobs.saved.connect(self._saved)
        self._load()

    def _load(self) -> None:
        def work() -> list[QImage]:
            paths = [self._session.path(ref) for ref in self._refs]
            return [qt_image.shrunk(qt_image.load(path).full, THUMBNAIL) for path in paths]

        self._session.worker.run(work, self._show, self._show_failed)

    def _show(self, corners: list[QImage]) -> None:
        self.board.show_corners(corners)
        self.board.setFocus()

    def _fill(self) -> None:
        form = self._workbench.forms.form_of(self._task.id)
        if form is not None:
            form.set_values({**form.values(), self._fields.weight: self.board.weights})

    def _make_previews(self) -> None:
        form = self._workbench.forms.form_of(self._task.id)
        if form is None:
            return
        self.board.clear_previews()
        self._previews = {}
        values = example_params(self._task, form.values())
        try:
            for number, (x, y) in enumerate(weights.places(len(self._refs))):
                shares = weights.weights(len(self._refs), x, y)
                wanted = {**values, self._fields.weight: shares}
                job = self._session.jobs.submit(self._task.id, wanted, quiet=True, folder=str(self._folder))
                self._previews[job.id] = number
        except UserError as error:
            self._show_failed(error)

    def _saved(self, job: Job, saved: Saved) -> None:
        number = self._previews.get(job.id)
        if number is None:
            return
        path = Path(saved.path)
        self._session.worker.run(
            lambda: qt_image.passing(path, THUMBNAIL, self._folder),
            lambda image: self._show_preview(job.id, image),
            lambda error: None,
        )

    def _show_preview(self, id: str, image: QImage) -> None:
        if id in self._previews:
            self.board.show_preview(self._previews[id], image)

    def _show_failed(self, error: UserError) -> None:
        self._workbench.notices.show_error("job", error)
