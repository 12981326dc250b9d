"""FormLog: changes of a form as steps in the stack that all other acts are in."""

import zlib
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from studio.desktop.canvas.undo import StateCommand, UndoStack

IDLE_MS = 400


class FormLike(Protocol):
    changed: Any

    def values(self) -> dict[str, Any]: ...
    def set_values(self, values: dict[str, Any]) -> None: ...


class FormUndo(QObject):
    """Follows one form. What somebody types becomes a step when they pause, or before something else becomes one;
    `left_out` fields are others' business."""

    noted = Signal()

    def __init__(self, stack: UndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self._form: FormLike | None = None
        self._left_out: frozenset[str] = frozenset()
        self._values: dict[str, Any] = {}
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self.note)
        stack.pushing.connect(self._note_pending)

    def follow(self, form: FormLike | None, left_out: frozenset[str] = frozenset()) -> None:
        if form is self._form:
            return
        self.note()
        if self._form is not None:
            self._form.changed.disconnect(self._idle.start)
        self._form, self._left_out = form, left_out
        if form is not None:
            self._values = self._read(form)
            form.changed.connect(self._idle.start)

    def _note_pending(self) -> None:
        if self._idle.isActive():
            self.note()

    def note(self) -> None:
        """Make a step of what has changed, now."""
        self._idle.stop()
        form = self._form
        if form is None:
            return
        before, after = self._values, self._read(form)
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        self.noted.emit()
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
