"""Changes of a form as steps in the stack that all other acts are in."""

import zlib
from typing import Any

from PySide6.QtCore import QObject, QTimer

from studio.desktop.canvas.undo import StateCommand
from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.task_fields import canvas_fields
from studio.desktop.workbench import Workbench

IDLE_MS = 400


class FormUndo(QObject):
    """Follows one form. What somebody types becomes a step when they pause, or before something else becomes one; what
    the canvas fills is in its own steps."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._stack = workbench, workbench.document.stack
        self._form: FormLike | None = None
        self._left_out: frozenset[str] = frozenset()
        self._values: dict[str, Any] = {}
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self.push)
        self._stack.pushing.connect(self._push_pending)
        workbench.forms.chosen.connect(self._choose)

    def _choose(self) -> None:
        forms = self._workbench.forms
        filled = canvas_fields(forms.task)
        self._follow(forms.form, filled.names if filled and forms.form else frozenset())

    def _follow(self, form: FormLike | None, left_out: frozenset[str]) -> None:
        if form is self._form:
            return
        self.push()
        if self._form is not None:
            self._form.changed.disconnect(self._idle.start)
        self._form, self._left_out = form, left_out
        if form is not None:
            self._values = self._read(form)
            form.changed.connect(self._idle.start)

    def _push_pending(self) -> None:
        if self._idle.isActive():
            self.push()

    def push(self) -> None:
        """Make a step of what has changed, now."""
        self._idle.stop()
        form = self._form
        if form is None:
            return
        before, after = self._values, self._read(form)
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        self._workbench.keep_ui_state()
        if not changed:
            return
        self._values = after
        merging = 1000 + zlib.crc32(repr((id(form), changed)).encode()) % 2**24

        left_out = self._left_out

        def show(values: object) -> None:
            assert isinstance(values, dict)
            if form is self._form:
                self._values = values
            others = {name: value for name, value in form.values().items() if name in left_out}
            form.set_values({**values, **others})

        self._stack.push(StateCommand(self.tr("Settings"), before, after, show, merging, done=True))

    def _read(self, form: FormLike) -> dict[str, Any]:
        return {name: value for name, value in form.values().items() if name not in self._left_out}


def install(workbench: Workbench) -> None:
    FormUndo(workbench)
