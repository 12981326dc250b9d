"""How far what a brush paints lies from the pointer, on a screen of the scale in QT_SCALE_FACTOR.

Prints that scale and the worst, in pixels of the screen beyond one of the picture, over corners, zooms and rotations.
test_brush_under_pointer.py runs it.
"""

import sys

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from studio.desktop.canvas.brush_tool import BrushTool
from studio.desktop.canvas.document import Document, new_key
from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_mixing import pixels
from studio.desktop.canvas.paint_tool import PaintTool
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.qt_image import prepared
from studio.document.brush import Brush

SIZE = (499, 307)
ON_SCREEN = 6.0
"""Radius of the brush in pixels of the screen."""
ZOOMS = (0.0, 0.4, 1.0, 2.3, 9.0)
"""0.0: as it fits."""
Left, Kind = Qt.MouseButton.LeftButton, QEvent.Type


class Screen:
    """A window with a canvas that is not in its corner, and a brush on it."""

    def __init__(self) -> None:
        image = QImage(*SIZE, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        self.document = Document()
        self.document.put_state("", DocumentState((Layer(prepared(image), new_key(), painted=True),)))
        self.window = QWidget()
        self.window.resize(761, 523)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(13, 27, 7, 5)
        self.canvas = CanvasView(self.window)
        column.addWidget(self.canvas)
        self.document.shown.connect(self.show)
        self.window.show()
        self.canvas.show_scene(self.document.scene)
        QApplication.processEvents()

    def show(self) -> None:
        if self.canvas.scene.layers != [*self.document.layers]:
            self.canvas.show_scene(self.document.scene)

    def take_brush(self, marks: bool) -> None:
        """Of colour, or that of the mask."""
        brush = Brush(ON_SCREEN / self.canvas.zoom, 1.0)
        overlay = self.document.need_overlay()
        assert overlay is not None
        self.canvas.show_overlay(overlay)
        painter = PaintTool(self.canvas, self.document, brush, lambda colour: None)
        self.canvas.use(BrushTool(self.canvas, overlay, self.document.stack, brush) if marks else painter)

    def paint_at(self, spot: QPointF) -> None:
        for kind, held in ((Kind.MouseButtonPress, Left), (Kind.MouseButtonRelease, Qt.MouseButton.NoButton)):
            there = self.canvas.mapToGlobal(spot)
            QApplication.sendEvent(
                self.canvas, QMouseEvent(kind, spot, there, Left, held, Qt.KeyboardModifier.NoModifier)
            )
        self.canvas.use(None)  # no ring

    def away(self, spot: QPointF) -> float:
        """Pixels of the screen from the pointer to the middle of what is seen of the dab."""
        shown = self.window.grab().toImage().convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        dark = 255 - pixels(shown)[..., 1].astype(float)
        at = self.canvas.mapTo(self.window, spot) * shown.devicePixelRatio()
        reach = int((ON_SCREEN + 4) * shown.devicePixelRatio())
        left, top = int(at.x()) - reach, int(at.y()) - reach
        part = dark[max(0, top) : top + 2 * reach, max(0, left) : left + 2 * reach]
        part = np.where(part > 20, 1.0, 0.0)
        assert part.sum() > 20, "nothing was painted there"
        rows, columns = np.mgrid[max(0, top) : max(0, top) + part.shape[0], max(0, left) : max(0, left) + part.shape[1]]
        x, y = (columns + 0.5)[part > 0].mean(), (rows + 0.5)[part > 0].mean()
        return float(np.hypot(x - at.x(), y - at.y()) / shown.devicePixelRatio())

    def worst(self) -> float:
        found = 0.0
        for rotation in (0.0, 33.0, -90.0):
            for zoom in ZOOMS:
                for corner in ((0, 0), (1, 0), (0, 1), (1, 1)):
                    found = max(found, *(self._beyond(rotation, zoom, corner, marks) for marks in (False, True)))
        return found

    def _beyond(self, rotation: float, zoom: float, corner: tuple[int, int], marks: bool) -> float:
        canvas = self.canvas
        canvas.fit()
        canvas.rotate_to(rotation)
        radius = ON_SCREEN / (zoom or canvas.zoom) + 2
        at = QPointF(*(radius if side == 0 else size - radius for side, size in zip(corner, SIZE, strict=True)))
        if zoom:
            canvas.zoom_to(zoom)
            canvas.pan(QPointF(canvas.rect().center()) - canvas.transform().map(at))
        canvas._sharpen()
        spot = canvas.transform().map(at)
        spot = QPointF(round(spot.x()), round(spot.y())) + QPointF(0.25, 0.75)
        self.take_brush(marks)
        self.paint_at(spot)
        away = self.away(spot)
        self.document.stack.undo()
        return away - canvas.zoom


if __name__ == "__main__":
    app = QApplication(sys.argv)
    app.setStyleSheet("QWidget { background: white; }")
    sys.stdout.write(f"{app.devicePixelRatio()} {Screen().worst()}\n")
