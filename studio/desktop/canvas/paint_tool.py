"""PaintTool: a brush with colour, or an eraser, on the layers of the document."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from studio.desktop.canvas import layer_stroke
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_stroke import LayerStroke
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.stroke_tool import StrokeTool
from studio.desktop.canvas.tool import PointerEvent
from studio.document.brush import Brush, Dab
from studio.document.paint import Ink


class PaintTool(StrokeTool):
    """The right button and the other end of a pen take away; Alt takes up a colour."""

    def __init__(self, view: SceneView, document: Document, brush: Brush, pick: Callable[[QColor], object]) -> None:
        super().__init__(view, brush)
        self.colour, self.opacity = QColor("black"), 1.0
        self.used: Callable[[], object] = lambda: None
        """The colour has been painted with."""
        self._document, self._pick = document, pick
        self._stroke: LayerStroke | None = None

    def press(self, pointer: PointerEvent) -> None:
        if pointer.modifiers & Qt.KeyboardModifier.AltModifier:
            self._finish()
            if (colour := self.view.colour_at(pointer.at)) is not None:
                self._pick(colour)
        else:
            super().press(pointer)

    def begin_stroke(self) -> bool:
        if not self._document.layers:
            return False
        colour = self.colour.red(), self.colour.green(), self.colour.blue()
        ink = Ink(None if self._erasing else colour, self.opacity)
        self._stroke = LayerStroke(self._document, self.view, self._layer(), ink)
        return True

    def _layer(self) -> Layer:
        """What is painted on: the chosen layer, if it is one that is seen and was painted; else a new one over it."""
        chosen = self._document.chosen
        if chosen is not None and chosen.visible and (chosen.painted or self._erasing):
            return chosen
        return layer_stroke.new_layer(self.tr("Paint"), self._document.bounds)

    def draw_stroke(self, start: Dab, stop: Dab) -> None:
        if self._stroke is not None:
            self._stroke.draw(self.brush, start, stop)

    def end_stroke(self) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            if not self._erasing:
                self.used()
            stroke.end(self.tr("Erase") if self._erasing else self.tr("Paint"))
