"""BrushTool: paints and erases in the mask, with mouse, pen and keyboard."""

from PySide6.QtGui import QUndoStack

from studio.desktop.canvas.mask_overlay import MaskOverlay
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.stroke_tool import StrokeTool
from studio.desktop.canvas.undo import MaskCommand
from studio.document.brush import Brush, Dab


class BrushTool(StrokeTool):
    """Has the mask and its undo; the right button and Alt take away."""

    def __init__(self, view: SceneView, overlay: MaskOverlay, stack: QUndoStack, brush: Brush) -> None:
        super().__init__(view, brush)
        self.overlay, self.stack = overlay, stack

    def begin_stroke(self) -> bool:
        self.overlay.begin()
        return True

    def draw_stroke(self, start: Dab, stop: Dab) -> None:
        origin = self.overlay.origin
        first, last = (dab._replace(x=dab.x - origin.x(), y=dab.y - origin.y()) for dab in (start, stop))
        self.overlay.draw(self.brush._replace(erases=self._erasing), first, last)

    def end_stroke(self) -> None:
        change = self.overlay.end()
        if not change.is_empty:
            text = self.tr("Erase") if self._erasing else self.tr("Brush stroke")
            self.stack.push(MaskCommand(self.overlay, change, text))
