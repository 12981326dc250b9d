"""MaskTool: what all tools that mark in the mask share."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QUndoStack

from studio.desktop.canvas.mask_overlay import MaskOverlay
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.canvas.undo import MaskCommand
from studio.document.mask import Mask


class MaskTool(Tool):
    """Has the mask, its undo, and whether it erases; the right button and Alt do the other."""

    def __init__(self, view: SceneView, overlay: MaskOverlay, stack: QUndoStack) -> None:
        super().__init__(view)
        self.overlay, self.stack = overlay, stack
        self.erases = False
        self._erasing = False

    def _begin(self, pointer: PointerEvent) -> None:
        """Whether this act erases."""
        alt = bool(pointer.modifiers & Qt.KeyboardModifier.AltModifier)
        self._erasing = self.erases != (alt or pointer.button == Qt.MouseButton.RightButton)

    def _inside(self, at: QPointF) -> QPointF:
        """A point of the picture in pixels of the mask."""
        return at - QPointF(self.overlay.origin)

    def _act(self, text: str, work: Callable[[Mask], object]) -> None:
        change = self.overlay.act(work)
        if not change.is_empty:
            self.stack.push(MaskCommand(self.overlay, change, text))
