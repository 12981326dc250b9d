"""MaskTool: what all tools that select in the mask share: whether they add, take away, or keep what both have."""

import enum
from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QUndoStack

from studio.desktop.canvas.mask_overlay import MaskOverlay
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.canvas.undo import MaskCommand
from studio.document.mask import Mask

Shift, Alt = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


class Combine(enum.Enum):
    """What a new selection does to what is marked already."""

    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


class MaskTool(Tool):
    """Has the mask, its undo, and what a selection does; Shift, Alt or both at its beginning choose it for this one."""

    def __init__(self, view: SceneView, overlay: MaskOverlay, stack: QUndoStack) -> None:
        super().__init__(view)
        self.overlay, self.stack = overlay, stack
        self.combine = Combine.ADD
        self._combining = Combine.ADD

    def _begin(self, pointer: PointerEvent) -> None:
        """What this selection does."""
        shift, alt = bool(pointer.modifiers & Shift), bool(pointer.modifiers & Alt)
        right = pointer.button == Qt.MouseButton.RightButton
        if shift and alt:
            self._combining = Combine.INTERSECT
        elif shift:
            self._combining = Combine.ADD
        elif alt or right:
            self._combining = Combine.SUBTRACT if self.combine is not Combine.SUBTRACT else Combine.ADD
        else:
            self._combining = self.combine

    def _inside(self, at: QPointF) -> QPointF:
        """A point of the picture in pixels of the mask."""
        return at - QPointF(self.overlay.origin)

    def _select(self, text: str, draw: Callable[[Mask, bool], object], combining: Combine | None = None) -> None:
        """`draw(mask, erases)` marks the selection in a mask, or takes it away."""
        how = combining or self._combining
        if how is Combine.INTERSECT:
            other = Mask(self.overlay.mask.width, self.overlay.mask.height)
            draw(other, False)
            change = self.overlay.act(lambda mask: mask.intersect(other))
        else:
            change = self.overlay.act(lambda mask: draw(mask, how is Combine.SUBTRACT))
        if not change.is_empty:
            self.stack.push(MaskCommand(self.overlay, change, text))
