"""ValueLink: keeps the bar at the picture and the form one: what is changed in either shows in the other."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from studio.desktop.canvas.document import PictureSource
from studio.desktop.forms.quick.bar import QuickSettingsBar
from studio.desktop.forms.quick.pick import QuickFields, pick
from studio.form import UnsupportedSchema, parse
from studio.messages import TaskInfo

if TYPE_CHECKING:
    from studio.desktop.viewer.viewer import Viewer


class QuickSettings(QObject):
    """The form is where values are; the bar shows some of them and hands on what is changed there."""

    submitted = Signal()

    def __init__(self, stage: "Viewer", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = stage
        self.bar: QuickSettingsBar = stage.values
        self.bar.submitted.connect(self.submit)
        self.bar.image_wanted.connect(self.use_shown)
        stage.turned.connect(self._refresh_image)
        self._form: Any = None
        self._picked = QuickFields()
        self._taken: tuple[PictureSource, Any] | None = None
        """A picture that was given to the form from here, and what the form made of it."""

    def use(self, task: TaskInfo | None, form: Any) -> None:
        """The form of the chosen task; None for no bar."""
        if self._form is not None:
            self._form.changed.disconnect(self._follow)
        self._form = form if hasattr(form, "editor") else None
        self._picked = _picked(task) if self._form is not None else QuickFields()
        for quick_editor in self.bar.show_task(task.title if task else "", self._picked):
            quick_editor.changed.connect(lambda quick_editor=quick_editor: self._lead(quick_editor))
        if self._form is not None:
            self._form.changed.connect(self._follow)
            self._follow()
        self._viewer.offer_values(self._form is not None)

    def allow(self, allowed: bool) -> None:
        """Whether anything can be started."""
        self.bar.button.setEnabled(allowed)

    def _lead(self, quick_editor: Any) -> None:
        if self._form is not None:
            quick_editor.lead(self._form.editor(quick_editor.field.name))

    def _follow(self) -> None:
        model = self._form.model
        for quick_editor in self.bar.quick_editors:
            quick_editor.use_model(model)
            quick_editor.follow(self._form.editor(quick_editor.field.name))
        self._refresh_image()

    # ---- the picture

    def _refresh_image(self) -> None:
        """Offered while the task would begin from another picture than the one that is shown."""
        piece, name = self._viewer.piece, self._picked.image
        given = self._form.editor(name).value() if self._form is not None and name else None
        other = (
            bool(name) and piece is not None and isinstance(given, str) and given not in (piece.ref, str(piece.file))
        )
        if self.bar.use_shown.isVisibleTo(self.bar) != other:
            self.bar.use_shown.setVisible(other)
            self.bar.refit()

    def use_shown(self) -> None:
        """The task shall begin from the picture that is shown."""
        name, piece = self._picked.image, self._viewer.piece
        if self._form is None or not name or piece is None:
            return
        well = self._form.editor(name)

        def note() -> None:  # a picture from outside is kept as a file of ours
            self._taken = piece, well.value()
            self._refresh_image()

        self._form.set_image(name, piece.ref)
        well.looked.connect(note, Qt.ConnectionType.SingleShotConnection)

    def submit(self) -> None:
        """Start the job; where no picture was given, it begins from the one that is shown."""
        self.prepare(self.submitted.emit)

    def prepare(self, then: Callable[[], object]) -> None:
        """Call `then` when the form has a picture: its own, or else the one that is shown."""
        if self._form is None:
            return
        well = self._form.editor(self._picked.image) if self._picked.image else None
        if well is not None and not isinstance(well.value(), str) and self._viewer.piece is not None:
            self.use_shown()
        if well is not None and well.opening:  # the form looks at the file first
            well.looked.connect(lambda: then(), Qt.ConnectionType.SingleShotConnection)
        else:
            then()


def _picked(task: TaskInfo | None) -> QuickFields:
    try:
        return pick(parse(task.schema)) if task else QuickFields()
    except UnsupportedSchema:
        return QuickFields()
