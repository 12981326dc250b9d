"""FrameTool: how far a picture is to be extended, drawn out by handles at its edges and corners."""

from collections.abc import Callable

from PySide6.QtCore import QMargins, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.style import theme

SNAP = 8
"""Pixels of the picture: models work in such steps."""
LARGEST = 8192
HANDLE = 9.0
GRASP = 14.0
AWAY = 0.62
"""How much of the view a picture takes when there shall be room around it, as a share of the fitted size."""
Edge = tuple[int, int]
"""-1, 0 or 1 across and down: which edges a handle moves."""
EDGES: tuple[Edge, ...] = ((-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0))


class FrameTool(Tool):
    """Handles move edges outwards; arrow keys move the edge of their direction, with Shift back again."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, view: SceneView, set_frame: Callable[[QMargins], object]) -> None:
        super().__init__(view)
        self._set_frame = set_frame
        self._held: Edge | None = None
        self._was = QMargins()
        self._zoom = view.zoom * AWAY if view.fitted else 0.0
        """What this tool has set it to; 0.0 for nothing."""
        if self._zoom:
            view.zoom_to(self._zoom)

    def put_away(self) -> None:
        if self._zoom and self.view.zoom == self._zoom:
            self.view.fit()

    def press(self, pointer: PointerEvent) -> None:
        self._held, self._was = self._handle(pointer.spot), self.view.border

    def move(self, pointer: PointerEvent) -> None:
        if self._held is not None:
            self.view.show_border(self._drawn(self._held, pointer.at))

    def release(self, pointer: PointerEvent) -> None:
        held, self._held = self._held, None
        if held is not None:
            self._set_frame(self._drawn(held, pointer.at))

    def hover(self, pointer: PointerEvent | None) -> None:
        edge = self._handle(pointer.spot) if pointer else None
        shapes = {(0, 1): Qt.CursorShape.SizeVerCursor, (1, 0): Qt.CursorShape.SizeHorCursor}
        if edge is None:
            self.view.setCursor(self.cursor)
        elif (shape := shapes.get((abs(edge[0]), abs(edge[1])))) is not None:
            self.view.setCursor(shape)
        else:
            falling = edge[0] == edge[1]
            self.view.setCursor(Qt.CursorShape.SizeFDiagCursor if falling else Qt.CursorShape.SizeBDiagCursor)

    def cancel(self) -> bool:
        if self._held is None:
            return False
        self._held = None
        self.view.show_border(self._was)
        return True

    def key(self, event: QKeyEvent) -> bool:
        sides = {Qt.Key.Key_Left: 0, Qt.Key.Key_Up: 1, Qt.Key.Key_Right: 2, Qt.Key.Key_Down: 3}
        side = sides.get(Qt.Key(event.key()))
        if side is None:
            return False
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        frame = self.view.border
        values = [frame.left(), frame.top(), frame.right(), frame.bottom()]
        values[side] = min(max(values[side] + (-SNAP if back else SNAP), 0), LARGEST)
        self._set_frame(QMargins(*values))
        return True

    def _drawn(self, edge: Edge, at: QPointF) -> QMargins:
        """The frame when one of its handles is at a point of the picture."""
        bounds, frame = QRectF(self.view.scene.bounds), self._was
        left, top, right, bottom = frame.left(), frame.top(), frame.right(), frame.bottom()
        if edge[0] < 0:
            left = _snapped(bounds.left() - at.x())
        elif edge[0] > 0:
            right = _snapped(at.x() - bounds.right())
        if edge[1] < 0:
            top = _snapped(bounds.top() - at.y())
        elif edge[1] > 0:
            bottom = _snapped(at.y() - bounds.bottom())
        return QMargins(left, top, right, bottom)

    def _handle(self, spot: QPointF) -> Edge | None:
        area, spot = outer(self.view), self.view.viewport.unturned(spot)
        near = [(edge, (_handle(area, edge) - spot).manhattanLength()) for edge in EDGES]
        edge, away = min(near, key=lambda pair: pair[1])
        return edge if away <= GRASP * 1.5 else None

    def draw(self, painter: QPainter) -> None:
        area = outer(self.view)
        painter.save()
        painter.setTransform(self.view.viewport.turn(), True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.token("focus")), 1.5))
        painter.setBrush(QColor("#ffffff"))
        for edge in EDGES:
            at = _handle(area, edge)
            painter.drawRoundedRect(QRectF(at.x() - HANDLE / 2, at.y() - HANDLE / 2, HANDLE, HANDLE), 2, 2)
        _draw_size(painter, self.view, area)
        painter.restore()


def outer(view: SceneView) -> QRectF:
    """Where the extended picture ends, in pixels of the view before it is turned."""
    return view.viewport.flat().mapRect(QRectF(view.scene.bounds.marginsAdded(view.border)))


def draw(painter: QPainter, view: SceneView) -> None:
    """What will be added: tinted, within a dashed line."""
    inner, area = view.viewport.target(), outer(view)
    painter.save()
    painter.setTransform(view.viewport.turn(), True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(theme.token("accent"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.setOpacity(0.22)
    for part in (
        QRectF(area.left(), area.top(), area.width(), inner.top() - area.top()),
        QRectF(area.left(), inner.bottom(), area.width(), area.bottom() - inner.bottom()),
        QRectF(area.left(), inner.top(), inner.left() - area.left(), inner.height()),
        QRectF(inner.right(), inner.top(), area.right() - inner.right(), inner.height()),
    ):
        if part.width() > 0.5 and part.height() > 0.5:
            painter.drawRect(part)
    painter.setOpacity(1.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
    painter.drawRect(area)
    painter.restore()


def _draw_size(painter: QPainter, view: SceneView, area: QRectF) -> None:
    size = view.scene.bounds.marginsAdded(view.border).size()
    text = f"{size.width()} × {size.height()}"
    box = QRectF(0, 0, painter.fontMetrics().horizontalAdvance(text) + 14, painter.fontMetrics().height() + 6)
    box.moveCenter(QPointF(area.center().x(), area.bottom() + box.height()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 165))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _handle(area: QRectF, edge: Edge) -> QPointF:
    middle = area.center()
    return QPointF(middle.x() + edge[0] * area.width() / 2, middle.y() + edge[1] * area.height() / 2)


def _snapped(pixels: float) -> int:
    return min(max(round(pixels / SNAP) * SNAP, 0), LARGEST)
