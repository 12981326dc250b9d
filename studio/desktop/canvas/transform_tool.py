"""TransformTool: moves, scales and turns the chosen layer by handles on the canvas."""

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF

from studio.desktop.canvas.document import Document
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_options import PLACING
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.style import theme
from studio.document.placement import Placement

HANDLE, GRASP = 9.0, 12.0
STALK = 28.0
"""Pixels of the view between the box and the handle that turns it."""
TURN_STEP = 15.0
Corner = tuple[int, int]
"""-1, 0 or 1 across and down, in the layer's own directions."""
CORNERS: tuple[Corner, ...] = ((-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0))
KEYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
Shift = Qt.KeyboardModifier.ShiftModifier


class TransformTool(Tool):
    """Corners keep the shape, with Shift they do not; the knob above turns, with Shift in steps of 15°; the inside
    moves, with Shift straight. Arrow keys move by a pixel, with Shift by ten. Enter ends it, Esc takes a drag back."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: SceneView, document: Document, done: Callable[[], object]) -> None:
        super().__init__(view)
        self._document, self._done = document, done
        self._drag: Callable[[PointerEvent], Placement] | None = None
        self._draft: Layer | None = None
        document.shown.connect(self._refresh)

    @property
    def layer(self) -> Layer | None:
        """As it is seen."""
        return self._draft or self._document.chosen

    def put_away(self) -> None:
        self._document.shown.disconnect(self._refresh)
        self._done()

    def _refresh(self) -> None:
        self.view.update()

    # ---- pointer

    def press(self, pointer: PointerEvent) -> None:
        layer = self.layer
        if layer is None or pointer.button != Qt.MouseButton.LeftButton:
            return
        if _near(self._knob(layer), pointer.spot):
            self._drag = _turning(layer, pointer.at)
        elif (corner := self._corner_at(layer, pointer.spot)) is not None:
            self._drag = _scaling(layer, corner)
        else:
            self._drag = _moving(layer, pointer.at)

    def move(self, pointer: PointerEvent) -> None:
        layer = self._document.chosen
        if self._drag is not None and layer is not None:
            self._show(layer, layer.place(self._drag(pointer)))

    def _show(self, layer: Layer, draft: Layer) -> None:
        """Only on the canvas: it is no step before it is let go."""
        scene, former = self.view.scene, self._draft or layer
        keys = [other.key for other in scene.layers]
        if layer.key in keys:
            scene.area = self._document.bounds
            scene.layers[keys.index(layer.key)] = draft
            self._draft = draft
            self.view.repaint_area(former.rect | draft.rect)
            self.view.update()

    def release(self, pointer: PointerEvent) -> None:
        draft, self._drag, self._draft = self._draft, None, None
        layer = self._document.chosen
        if draft is not None and layer is not None and draft.placement != layer.placement:
            self._document.place_layer(self.tr("Transform layer"), layer.key, draft.placement)

    def cancel(self) -> bool:
        draft, self._drag = self._draft, None
        layer = self._document.chosen
        if draft is None or layer is None:
            return False
        self._show(layer, layer)
        self._draft = None
        return True

    def hover(self, pointer: PointerEvent | None) -> None:
        layer = self.layer
        if layer is None or pointer is None:
            return
        if _near(self._knob(layer), pointer.spot):
            self.view.setCursor(Qt.CursorShape.PointingHandCursor)
        elif self._corner_at(layer, pointer.spot) is not None:
            self.view.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.view.setCursor(self.cursor)

    def key(self, event: QKeyEvent) -> bool:
        layer, way = self._document.chosen, KEYS.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._done()
            return True
        if event.key() == Qt.Key.Key_Escape and self.cancel():
            return True
        if way is None or layer is None:
            return False
        pixels = 10 if event.modifiers() & Shift else 1
        moved = layer.placement.moved(way[0] * pixels, way[1] * pixels)
        merging = PLACING + self._document.layers.index(layer)
        self._document.place_layer(self.tr("Move layer"), layer.key, moved, merging)
        return True

    # ---- where things are, in pixels of the view

    def _spot(self, layer: Layer, corner: Corner) -> QPointF:
        return self.view.transform().map(_place(layer, corner))

    def _knob(self, layer: Layer) -> QPointF:
        top, bottom = self._spot(layer, (0, -1)), self._spot(layer, (0, 1))
        away = top - bottom
        length = math.hypot(away.x(), away.y()) or 1.0
        return top + away * (STALK / length)

    def _corner_at(self, layer: Layer, spot: QPointF) -> Corner | None:
        return next((corner for corner in CORNERS if _near(self._spot(layer, corner), spot)), None)

    def draw(self, painter: QPainter) -> None:
        layer = self.layer
        if layer is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QPolygonF([self._spot(layer, corner) for corner in ((-1, -1), (1, -1), (1, 1), (-1, 1))])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 120), 3.0), (QColor(theme.token("focus")), 1.5)):
            painter.setPen(QPen(colour, width))
            painter.drawPolygon(box)
            painter.drawLine(self._spot(layer, (0, -1)), self._knob(layer))
        painter.setBrush(QColor("#ffffff"))
        for corner in CORNERS:
            at = self._spot(layer, corner)
            painter.drawRect(QRectF(at.x() - HANDLE / 2, at.y() - HANDLE / 2, HANDLE, HANDLE))
        painter.drawEllipse(self._knob(layer), HANDLE / 2 + 1, HANDLE / 2 + 1)


def _place(layer: Layer, corner: Corner) -> QPointF:
    """A corner or the middle of a side, in pixels of the picture."""
    size = layer.shown.full.size()
    return layer.matrix.map(QPointF(size.width() * (1 + corner[0]) / 2, size.height() * (1 + corner[1]) / 2))


def _near(one: QPointF, other: QPointF) -> bool:
    return math.hypot(one.x() - other.x(), one.y() - other.y()) <= GRASP


def _moving(layer: Layer, start: QPointF) -> Callable[[PointerEvent], Placement]:
    def drag(pointer: PointerEvent) -> Placement:
        x, y = round(pointer.at.x() - start.x()), round(pointer.at.y() - start.y())
        if pointer.modifiers & Shift:
            x, y = (x, 0) if abs(x) >= abs(y) else (0, y)
        return layer.placement.moved(x, y)

    return drag


def _turning(layer: Layer, start: QPointF) -> Callable[[PointerEvent], Placement]:
    placement = layer.placement

    def angle(at: QPointF) -> float:
        return math.degrees(math.atan2(at.y() - placement.y, at.x() - placement.x))

    def drag(pointer: PointerEvent) -> Placement:
        by = angle(pointer.at) - angle(start)
        if pointer.modifiers & Shift:
            by = round((placement.angle + by) / TURN_STEP) * TURN_STEP - placement.angle
        return placement.turned(by)

    return drag


def _scaling(layer: Layer, corner: Corner) -> Callable[[PointerEvent], Placement]:
    placement, size = layer.placement, layer.shown.full.size()
    held, taken = _place(layer, (-corner[0], -corner[1])), _place(layer, corner)
    upright = (placement.angle / 90).is_integer()

    def own(way: QPointF) -> tuple[float, float]:
        """Along the layer's own directions."""
        turn = math.radians(-placement.angle)
        return (
            math.cos(turn) * way.x() - math.sin(turn) * way.y(), math.sin(turn) * way.x() + math.cos(turn) * way.y()
        )  # fmt: skip

    first = own(taken - held)

    def drag(pointer: PointerEvent) -> Placement:
        now = own(pointer.at - held)
        across, down = placement.across, placement.down
        if all(corner) and not pointer.modifiers & Shift:
            share = (now[0] * first[0] + now[1] * first[1]) / max(1e-6, first[0] ** 2 + first[1] ** 2)
            across, down = across * share, down * share
        else:
            across = across if not corner[0] else now[0] / (size.width() * corner[0])
            down = down if not corner[1] else now[1] / (size.height() * corner[1])
        if upright:  # whole pixels stay sharp
            across, down = _whole(across, size.width()), _whole(down, size.height())
        return placement.resized(across, down, (-corner[0], -corner[1]), (size.width(), size.height()))

    return drag


def _whole(scale: float, pixels: int) -> float:
    return math.copysign(max(1, round(abs(scale) * pixels)), scale) / pixels
