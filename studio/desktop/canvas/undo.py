"""UndoStack and its commands: acts on the canvas as steps that can be undone; each holds only what it changed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

if TYPE_CHECKING:
    from studio.desktop.canvas.mask_overlay import MaskOverlay
    from studio.document.mask import Change


class UndoStack(QUndoStack):
    """The one undo of the window. What is still being collected becomes a step at `pushing`, before the next."""

    pushing = Signal()
    pushed = Signal(int, bool)
    """There is a new step. How many there were before it, and whether it became one with the last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.busy = False
        """Whether it is being filled or a step is being added: what `indexChanged` tells then, `pushed` will."""
        self._depth = self._before = 0

    def push(self, command: QUndoCommand) -> None:
        self.pushing.emit()
        before, self.busy = self.index(), True
        super().push(command)
        self.busy = False
        if not self._depth:
            self.pushed.emit(before, not shiboken6.isValid(command))

    def beginMacro(self, text: str) -> None:
        self.pushing.emit()
        if not self._depth:
            self._before = self.index()
        self._depth += 1
        super().beginMacro(text)

    def endMacro(self) -> None:
        self.pushing.emit()
        self._depth -= 1
        self.busy = True
        super().endMacro()
        self.busy = False
        if not self._depth:
            self.pushed.emit(self._before, False)

    def refill(self, commands: Sequence[QUndoCommand], at: int) -> None:
        """Other steps, of which so many are done; none is carried out. They are to ask `busy`."""
        self.busy = True
        self.clear()
        for command in commands:
            super().push(command)
        self.setIndex(at)
        self.busy = False
        self.indexChanged.emit(at)


class MaskCommand(QUndoCommand):
    """A stroke, a selection, an inversion: already done when it is pushed."""

    def __init__(self, overlay: "MaskOverlay", change: "Change", text: str) -> None:
        super().__init__(text)
        self._overlay, self.change = overlay, change
        self._done = True

    def redo(self) -> None:
        if not self._done:
            self._overlay.apply(self.change.after, self.change.ground[1])
        self._done = True

    def undo(self) -> None:
        self._overlay.apply(self.change.before, self.change.ground[0])
        self._done = False


class KeptCommand(QUndoCommand):
    """From one state to another, which are shown unless the stack is only being filled."""

    def __init__(
        self, stack: UndoStack, text: str, before: object, after: object, show: Callable[[object], None]
    ) -> None:
        super().__init__(text)
        self._stack, self._before, self._after, self._show = stack, before, after, show

    def redo(self) -> None:
        if not self._stack.busy:
            self._show(self._after)

    def undo(self) -> None:
        if not self._stack.busy:
            self._show(self._before)


class StateCommand(QUndoCommand):
    """From one state to another, both kept whole: for what is small, as a list of layers or the values of a form.

    Commands with the same `merging` number become one. With `done` the state is there already when it is pushed.
    """

    def __init__(
        self,
        text: str,
        before: object,
        after: object,
        show: Callable[[object], None],
        merging: int = -1,
        *,
        done: bool = False,
    ) -> None:
        super().__init__(text)
        self._before, self.after, self._show, self._merging, self._done = before, after, show, merging, done

    def redo(self) -> None:
        if not self._done:
            self._show(self.after)
        self._done = False

    def undo(self) -> None:
        self._show(self._before)

    def id(self) -> int:
        return self._merging

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, StateCommand):
            return False
        self.after = other.after
        return True
