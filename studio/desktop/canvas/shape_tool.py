"""ShapeTool: draws rectangles, ellipses and lines as layers that can be changed again."""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPen, QTransform

from studio.desktop.canvas import figure_layer
from studio.desktop.canvas.document import Document, new_key
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.shell.qt_image import Shown
from studio.desktop.style import theme
from studio.document.figure import ShapeFigure

GRASP = 10.0
"""Pixels of the screen around the end of a shape."""
HANDLE = 8.0
SHAPE_MERGING = 2**29
"""Plus a number of the layer: changes of one shape that follow each other are one step."""


class ShapeTool(Tool):
    """A drag draws a new one, or moves an end of the chosen one. Shift keeps it square, or a line level or upright.
    Arrow keys move the chosen one."""

    snaps = True

    def __init__(self, view: SceneView, document: Document, style: Callable[[], ShapeFigure]) -> None:
        super().__init__(view)
        self._document, self._style = document, style
        self._drawn: ShapeFigure | None = None
        """What is being drawn out."""
        self._changed: Layer | None = None

    @property
    def chosen(self) -> tuple[Layer, ShapeFigure] | None:
        layer = self._document.chosen
        figure = figure_layer.placed(layer) if layer is not None else None
        return (layer, figure) if layer is not None and isinstance(figure, ShapeFigure) else None

    def press(self, pointer: PointerEvent) -> None:
        at = pointer.at
        if (held := self._end_at(pointer.spot)) is not None:
            self._changed, figure = held
            at = self._own(at)
            self._drawn = msgspec.structs.replace(figure, to_x=at.x(), to_y=at.y())
        else:
            self._changed = None
            self._drawn = msgspec.structs.replace(self._style(), x=at.x(), y=at.y(), to_x=at.x(), to_y=at.y())

    def move(self, pointer: PointerEvent) -> None:
        if self._drawn is not None:
            square = bool(pointer.modifiers & Qt.KeyboardModifier.ShiftModifier)
            at = self._own(pointer.at)
            to = _squared(self._drawn, at) if square else at
            self._drawn = msgspec.structs.replace(self._drawn, to_x=to.x(), to_y=to.y())
            self.view.update()

    def release(self, pointer: PointerEvent) -> None:
        drawn, self._drawn = self._drawn, None
        self.view.update()
        far = drawn and (abs(drawn.to_x - drawn.x) + abs(drawn.to_y - drawn.y)) * self.view.zoom
        if drawn is None or not far or far < 4:
            return
        if self._changed is not None:
            self.change(drawn, self._changed)
        else:
            empty = Layer(Shown(QImage()), new_key(), self._name(drawn))
            self._document.insert(self._name(drawn), figure_layer.drawn(empty, drawn))

    @property
    def _to_picture(self) -> QTransform:
        """Of the shape that is changed, as that is scaled and turned; a new one is neither."""
        return figure_layer.to_picture(self._changed) if self._changed is not None else QTransform()

    def _own(self, at: QPointF) -> QPointF:
        """A point of the picture as the figure names it."""
        back, _ = self._to_picture.inverted()
        return back.map(at)

    def change(self, figure: ShapeFigure, layer: Layer) -> None:
        """Another shape on a layer."""
        if figure != layer.figure:
            merging = SHAPE_MERGING + self._document.layers.index(layer)
            self._document.replace(self.tr("Edit shape"), figure_layer.drawn(layer, figure), merging)

    def _name(self, figure: ShapeFigure) -> str:
        return {"rectangle": self.tr("Rectangle"), "ellipse": self.tr("Ellipse"), "line": self.tr("Line")}[figure.kind]

    def cancel(self) -> bool:
        drawing, self._drawn = self._drawn is not None, None
        self.view.update()
        return drawing

    def key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        step, chosen = steps.get(Qt.Key(event.key())), self.chosen
        if step is None or chosen is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        layer, figure = chosen
        far = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 8
        x, y = step[0] * far, step[1] * far
        if layer.scaled is not None:
            merging = SHAPE_MERGING + self._document.layers.index(layer)
            self._document.place_layer(self.tr("Edit shape"), layer.key, layer.scaled.moved(x, y), merging)
            return True
        moved = msgspec.structs.replace(
            figure, x=figure.x + x, y=figure.y + y, to_x=figure.to_x + x, to_y=figure.to_y + y
        )
        self.change(moved, layer)
        return True

    # ---- the ends of the chosen one

    def _end_at(self, spot: QPointF) -> tuple[Layer, ShapeFigure] | None:
        """The shape so that the end under the pointer is the one that moves."""
        if (chosen := self.chosen) is None:
            return None
        layer, figure = chosen
        seen = figure_layer.to_picture(layer) * self.view.transform()
        for x, y, other_x, other_y in _ends(figure):
            if (seen.map(QPointF(x, y)) - spot).manhattanLength() <= GRASP:
                return layer, msgspec.structs.replace(figure, x=other_x, y=other_y)
        return None

    def draw(self, painter: QPainter) -> None:
        if self._drawn is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setTransform(self._to_picture * self.view.transform(), True)
            figure_layer.paint(painter, self._drawn)
            painter.restore()
        elif (chosen := self.chosen) is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.token("focus")), 1.5))
            painter.setBrush(QColor("#ffffff"))
            seen = figure_layer.to_picture(chosen[0]) * self.view.transform()
            for x, y, _, _ in _ends(chosen[1]):
                at = seen.map(QPointF(x, y))
                painter.drawRect(QRectF(at.x() - HANDLE / 2, at.y() - HANDLE / 2, HANDLE, HANDLE))


def _ends(figure: ShapeFigure) -> list[tuple[float, float, float, float]]:
    """Each end that can be moved, with the one that stays."""
    x, y, to_x, to_y = figure.x, figure.y, figure.to_x, figure.to_y
    ends = [(x, y, to_x, to_y), (to_x, to_y, x, y)]
    return ends if figure.kind == "line" else [*ends, (x, to_y, to_x, y), (to_x, y, x, to_y)]


def _squared(figure: ShapeFigure, at: QPointF) -> QPointF:
    x, y = at.x() - figure.x, at.y() - figure.y
    if figure.kind == "line":
        return QPointF(at.x(), figure.y) if abs(x) > abs(y) else QPointF(figure.x, at.y())
    side = max(abs(x), abs(y))
    return QPointF(figure.x + (side if x >= 0 else -side), figure.y + (side if y >= 0 else -side))
