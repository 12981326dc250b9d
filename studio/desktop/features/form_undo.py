"""Changes of a form as steps in the stack that all other acts are in."""

import zlib
from typing import Any

from PySide6.QtCore import QObject, QTimer

from studio.desktop.canvas.undo import StateCommand
from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.source_field import CANVAS, SourceField
from studio.desktop.forms.task_fields import CanvasFields, canvas_fields
from studio.desktop.workbench import Workbench

IDLE_MS = 400


class FormUndo(QObject):
    """Follows one form. What somebody types becomes a step when they pause, or before something else becomes one; what
    the canvas fills is in its own steps."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._stack = workbench, workbench.document.stack
        self._form: FormLike | None = None
        self._canvas: CanvasFields | None = None
        self._values: dict[str, Any] = {}
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self.push)
        self._stack.pushing.connect(self._push_pending)
        workbench.forms.chosen.connect(self._choose)

    def _choose(self) -> None:
        forms = self._workbench.forms
        self._follow(forms.form, canvas_fields(forms.task))

    def _follow(self, form: FormLike | None, canvas: CanvasFields | None) -> None:
        if form is self._form:
            return
        self.push()
        if self._form is not None:
            self._form.changed.disconnect(self._idle.start)
        self._form, self._canvas = form, canvas
        if form is not None:
            self._values = _read(form, canvas)
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
        canvas = self._canvas
        before, after = self._values, _read(form, canvas)
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        self._workbench.keep_ui_state()
        if not changed:
            return
        self._values = after
        merging = 1000 + zlib.crc32(repr((id(form), changed, _masks(after, changed))).encode()) % 2**24

        def show(values: object) -> None:
            assert isinstance(values, dict)
            if form is self._form:
                self._values = values
            follows = canvas is not None and values.get(canvas.image) is CANVAS
            form.set_values({**values, **(self._frame(canvas) if canvas and follows else {})})

        self._stack.push(StateCommand(self.tr("Settings"), before, after, show, merging, done=True))

    def _frame(self, canvas: CanvasFields) -> dict[str, int]:
        """Of the canvas, which is in steps of its own."""
        frame = self._workbench.document.frame
        return dict(zip(canvas.sides, (frame.left(), frame.top(), frame.right(), frame.bottom()), strict=False))


def _masks(values: dict[str, Any], names: list[str]) -> list[Any]:
    """Of regions that have changed: each stroke is a step."""
    entries = [entry for name in names if isinstance(values.get(name), list) for entry in values[name]]
    return [entry.get("mask") for entry in entries if isinstance(entry, dict)]


def _read(form: FormLike, canvas: CanvasFields | None) -> dict[str, Any]:
    """Its values; of what follows the canvas only that it does."""
    values = form.values()
    source = form.editor(canvas.image) if canvas else None
    if canvas is None or not isinstance(source, SourceField) or not source.follows:
        return values
    return {**{name: value for name, value in values.items() if name not in canvas.names}, canvas.image: CANVAS}


def install(workbench: Workbench) -> None:
    FormUndo(workbench)
