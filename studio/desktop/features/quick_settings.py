"""QuickSettings: keeps the bar at the picture and the form one: what is changed in either shows in the other."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt

from studio.desktop.canvas.document import PictureSource
from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.quick.pick import QuickFields, pick
from studio.desktop.workbench import Workbench


class QuickSettings(QObject):
    """The form is where values are; the bar shows some of them and hands on what is changed there."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._viewer, self._forms = workbench.viewer, workbench.forms
        self.bar = workbench.viewer.values
        self.bar.submitted.connect(self._submit)
        self.bar.image_wanted.connect(self.use_shown)
        self.bar.more_wanted.connect(workbench.forms.show)
        workbench.viewer.turned.connect(self._refresh_image)
        workbench.forms.chosen.connect(self._choose)
        workbench.forms.allowed.connect(self.bar.button.setEnabled)
        workbench.forms.add_picture_preparation(self._prepare)
        self.bar.button.setEnabled(workbench.forms.is_allowed)
        self._form: FormLike | None = None
        self._picked = QuickFields()
        self._given: tuple[PictureSource, Any] | None = None
        """A picture that was put into the form from here, and what the form made of it."""

    def _choose(self) -> None:
        """Another form, or none."""
        if self._form is not None:
            self._form.changed.disconnect(self._follow)
        task, self._form = self._forms.task, self._forms.form
        self._picked = pick(task) if task and self._form is not None else QuickFields()
        for quick_editor in self.bar.show_task(task.title if task else "", self._picked):
            quick_editor.changed.connect(lambda quick_editor=quick_editor: self._lead(quick_editor))
        if self._form is not None:
            self._form.changed.connect(self._follow)
            self._follow()
        self.bar.offer(self._form is not None)

    def _lead(self, quick_editor: Any) -> None:
        if self._form is not None:
            quick_editor.write_to(self._form.editor(quick_editor.field.name))

    def _follow(self) -> None:
        if self._form is None:
            return
        model = self._form.model
        for quick_editor in self.bar.quick_editors:
            quick_editor.use_model(model)
            quick_editor.read_from(self._form.editor(quick_editor.field.name))
        self._refresh_image()

    # ---- the picture

    def _refresh_image(self) -> None:
        """Offered while the task would begin from another picture than the one that is shown."""
        piece, name = self._viewer.piece, self._picked.image
        given = self._form.editor(name).value() if self._form is not None and name else None
        other = (
            bool(name) and piece is not None and isinstance(given, str) and given not in (piece.ref, str(piece.file))
        )
        self.bar.offer_shown(other)

    def use_shown(self) -> None:
        """The task shall begin from the picture that is shown."""
        name, piece = self._picked.image, self._viewer.piece
        if self._form is None or not name or piece is None:
            return
        field = self._form.editor(name)

        def opened() -> None:  # a picture from outside is kept as a file of ours
            self._given = piece, field.value()
            self._refresh_image()

        self._form.set_image(name, piece.ref)
        field.opened.connect(opened, Qt.ConnectionType.SingleShotConnection)

    def _submit(self) -> None:
        """Start the job; where no picture was given, it begins from the one that is shown."""
        self._forms.prepare_picture(self._forms.generate)

    def _prepare(self, then: Callable[[], object]) -> None:
        """Call `then` when the form has a picture: its own, or else the one that is shown."""
        if self._form is None:
            return
        field = self._form.editor(self._picked.image) if self._picked.image else None
        if field is not None and not isinstance(field.value(), str) and self._viewer.piece is not None:
            self.use_shown()
        if field is not None and field.opening:  # the form looks at the file first
            field.opened.connect(lambda: then(), Qt.ConnectionType.SingleShotConnection)
        else:
            then()


def install(workbench: Workbench) -> None:
    QuickSettings(workbench)
