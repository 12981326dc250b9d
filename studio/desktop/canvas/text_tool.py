"""TextTool: a click writes a text as a layer, a click on one changes it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from studio.desktop.canvas import figure_layer
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.text_layer_editor import TextLayerEditor
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.style import theme
from studio.document.figure import TextFigure


class TextTool(Tool):
    """Enter writes in the middle of the picture, or changes the chosen text."""

    cursor = Qt.CursorShape.IBeamCursor
    snaps = True

    def __init__(self, view: SceneView, document: Document, editor: TextLayerEditor) -> None:
        super().__init__(view)
        self._document, self._editor = document, editor

    def press(self, pointer: PointerEvent) -> None:
        layer = self._text_at(pointer.at)
        self._editor.open(layer, pointer.at, pointer.spot)

    def key(self, event: QKeyEvent) -> bool:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.modifiers():
            return False
        chosen = self._document.chosen
        layer = chosen if chosen is not None and isinstance(chosen.figure, TextFigure) else None
        at = QPointF(layer.at) if layer is not None else QRectF(self.view.scene.bounds).center()
        self._editor.open(layer, at, self.view.transform().map(at))
        return True

    def _text_at(self, at: QPointF) -> Layer | None:
        """The highest text that is seen there."""
        for layer in reversed(self._document.layers):
            if layer.visible and isinstance(layer.figure, TextFigure) and QRectF(layer.rect).contains(at):
                return layer
        return None

    def draw(self, painter: QPainter) -> None:
        if (written := self._editor.shown) is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setTransform(self._editor.to_picture * self.view.transform(), True)
            figure_layer.paint(painter, written)
            painter.restore()
            return
        chosen = self._document.chosen
        if chosen is not None and isinstance(chosen.figure, TextFigure):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.token("focus")), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(self.view.transform().map(QRectF(chosen.rect)))
