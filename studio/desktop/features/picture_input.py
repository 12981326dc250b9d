"""PictureInput: the picture in the viewer becomes the input of another task."""

from PySide6.QtCore import QObject

from studio.desktop.canvas.document import PictureSource
from studio.desktop.forms.source_field import SourceField
from studio.desktop.workbench import Workbench


class PictureInput(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._forms, self._viewer = workbench.forms, workbench.viewer
        workbench.forms.tasks_changed.connect(self._offer_tasks)
        workbench.viewer.use_wanted.connect(self.use)

    def _offer_tasks(self) -> None:
        """Those that take a picture."""
        takes = [
            (task.id, task.title) for task in self._forms.tasks if any(field.widget == "image" for field in task.fields)
        ]
        self._viewer.set_targets(takes)

    def use(self, piece: PictureSource | None, task: str) -> None:
        """Go to a task with what is shown: it takes it from the canvas, or into the first of its fields."""
        form = self._forms.form_of(task)
        if form is None or not form.image_fields():
            return
        name = form.image_fields()[0][0]
        source = form.editor(name)
        if isinstance(source, SourceField):
            source.use_canvas()
        elif piece is not None:
            form.set_image(name, piece.ref)
        self._forms.choose(task)


def install(workbench: Workbench) -> None:
    PictureInput(workbench)
