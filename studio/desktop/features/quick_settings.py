"""QuickSettings: keeps the bar at the picture and the form one: what is changed in either shows in the other."""

from typing import Any

from PySide6.QtCore import QObject

from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.quick.pick import QuickFields, pick
from studio.desktop.forms.source_field import SourceField
from studio.desktop.workbench import Workbench


class QuickSettings(QObject):
    """The form is where values are; the bar shows some of them and hands on what is changed there."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._viewer, self._forms = workbench.viewer, workbench.forms
        self.bar = workbench.viewer.values
        self.bar.submitted.connect(workbench.forms.generate)
        self.bar.image_wanted.connect(self.use_shown)
        self.bar.seen.connect(lambda seen: workbench.forms.be_primary(not seen))
        self.bar.more_wanted.connect(workbench.forms.show)
        workbench.forms.chosen.connect(self._choose)
        workbench.forms.allowed.connect(self.bar.button.setEnabled)
        self.bar.button.setEnabled(workbench.forms.is_allowed)
        self._form: FormLike | None = None
        self._picked = QuickFields()

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

    @property
    def _source(self) -> SourceField | None:
        """Where the picture is named that the task begins from."""
        editor = self._form.editor(self._picked.image) if self._form is not None and self._picked.image else None
        return editor if isinstance(editor, SourceField) else None

    def _refresh_image(self) -> None:
        """Offered while the task begins from another picture than that on the canvas."""
        self.bar.offer_shown(self._source is not None and not self._source.follows)

    def use_shown(self) -> None:
        """The task shall begin from what stands on the canvas."""
        if self._source is not None:
            self._source.use_canvas()


def install(workbench: Workbench) -> None:
    QuickSettings(workbench)
