"""CropTool: a rectangle of the picture that stays; the rest goes, with the layers and the mask."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen

from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.style import theme

GRASP = 12.0
HANDLE = 9.0
LEAST = 8
"""Pixels of the picture a side."""
Edge = tuple[int, int]
"""-1, 0 or 1 across and down: which edges are moved; 0, 0 moves all of it."""
EDGES: tuple[Edge, ...] = ((-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0))


class CropTool(Tool):
    """Handles and the inside are dragged. Arrow keys move it, with Shift they move its right and lower edge; Enter
    crops, Esc takes all of the picture again."""

    snaps = True

    def __init__(self, view: SceneView, crop: Callable[[QRect], object]) -> None:
        super().__init__(view)
        self._crop = crop
        self.ratio = 0.0
        """Width by height that is kept; 0.0 for any."""
        self.bounds = view.scene.bounds
        """Of the picture that is cropped."""
        self.box = QRectF(self.bounds)
        self.changed: Callable[[], object] = lambda: None
        self._held: Edge | None = None
        self._from = QPointF()
        self._was = QRectF()

    @property
    def area(self) -> QRect:
        """In whole pixels of the picture."""
        box = self.box
        left, top = round(box.left()), round(box.top())
        return QRect(left, top, max(1, round(box.right()) - left), max(1, round(box.bottom()) - top))

    def apply(self) -> None:
        if self.area != self.bounds:
            self._crop(self.area)

    def set_ratio(self, ratio: float) -> None:
        """The largest rectangle of these proportions within the present one."""
        self.ratio = ratio
        if ratio:
            box = self.box
            width = min(box.width(), box.height() * ratio)
            size = QRectF(0, 0, width, width / ratio)
            size.moveCenter(box.center())
            self.box = size
        self._show()

    def follow(self, bounds: QRect, ratio: float) -> None:
        """Other proportions, as large as they can be, or a picture that has other bounds."""
        self.bounds, self.box = bounds, QRectF(bounds)
        self.set_ratio(ratio)

    # ---- pointer

    def press(self, pointer: PointerEvent) -> None:
        self._held = self._edge_at(pointer)
        self._from, self._was = pointer.at, QRectF(self.box)
        if self._held is None:  # a new one begins outside
            at = self._inside(pointer.at)
            self._was = QRectF(at, at)
            self._held = (1, 1)

    def move(self, pointer: PointerEvent) -> None:
        if self._held is None:
            return
        if self._held == (0, 0):
            self.box = self._moved(self._was, pointer.at - self._from)
        else:
            self.box = self._resized(self._held, self._inside(pointer.at))
        self._show()

    def release(self, pointer: PointerEvent) -> None:
        self._held = None
        if self.box.width() < LEAST or self.box.height() < LEAST:
            self.box = self._was if self._was.width() >= LEAST <= self._was.height() else QRectF(self.bounds)
        self._show()

    def hover(self, pointer: PointerEvent | None) -> None:
        edge = self._edge_at(pointer) if pointer is not None else None
        shapes = {
            (0, 1): Qt.CursorShape.SizeVerCursor,
            (1, 0): Qt.CursorShape.SizeHorCursor,
            (0, 0): Qt.CursorShape.SizeAllCursor,
        }
        if edge is None:
            self.view.setCursor(self.cursor)
        elif (shape := shapes.get((abs(edge[0]), abs(edge[1])))) is not None:
            self.view.setCursor(shape)
        else:
            falling = edge[0] == edge[1]
            self.view.setCursor(Qt.CursorShape.SizeFDiagCursor if falling else Qt.CursorShape.SizeBDiagCursor)

    def cancel(self) -> bool:
        held, self._held = self._held is not None, None
        return held

    def key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        key, step = Qt.Key(event.key()), steps.get(Qt.Key(event.key()))
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.apply()
        elif step is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            by = QPointF(*step) * 8
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._was = QRectF(self.box)
                corner = self._inside(self.box.bottomRight() + by)
                self.box = self._resized((abs(step[0]), abs(step[1])), corner)
            else:
                self.box = self._moved(self.box, by)
            self._show()
        else:
            return False
        return True

    # ---- the rectangle

    def _inside(self, at: QPointF) -> QPointF:
        bounds = QRectF(self.bounds)
        return QPointF(min(max(at.x(), bounds.left()), bounds.right()), min(max(at.y(), bounds.top()), bounds.bottom()))

    def _moved(self, box: QRectF, by: QPointF) -> QRectF:
        bounds = QRectF(self.bounds)
        left = min(max(box.left() + by.x(), bounds.left()), bounds.right() - box.width())
        top = min(max(box.top() + by.y(), bounds.top()), bounds.bottom() - box.height())
        return QRectF(left, top, box.width(), box.height())

    def _resized(self, edge: Edge, at: QPointF) -> QRectF:
        """One edge or corner of what it was lies at a point; what lies opposite stays."""
        box = QRectF(self._was)
        if edge[0]:
            box = QRectF(QPointF(at.x(), box.top()), QPointF(box.right() if edge[0] < 0 else box.left(), box.bottom()))
        if edge[1]:
            box = QRectF(QPointF(box.left(), at.y()), QPointF(box.right(), box.bottom() if edge[1] < 0 else box.top()))
        box = box.normalized()
        return self._in_ratio(edge, box) if self.ratio else box

    def _in_ratio(self, edge: Edge, box: QRectF) -> QRectF:
        """The side that was not drawn follows; both shrink where there is no room."""
        bounds, still = QRectF(self.bounds), self._was
        width = box.width() if edge[0] else box.height() * self.ratio
        left = edge[0] < 0 if edge[0] else False
        anchor_x = still.right() if left else still.left()
        anchor_y = still.bottom() if edge[1] < 0 else still.top()
        left, up = box.left() < anchor_x - 1e-6, box.top() < anchor_y - 1e-6
        room_x = anchor_x - bounds.left() if left else bounds.right() - anchor_x
        room_y = anchor_y - bounds.top() if up else bounds.bottom() - anchor_y
        width = min(width, room_x, room_y * self.ratio)
        height = width / self.ratio
        return QRectF(anchor_x - width if left else anchor_x, anchor_y - height if up else anchor_y, width, height)

    def _edge_at(self, pointer: PointerEvent) -> Edge | None:
        transform = self.view.transform()
        near = [(edge, (transform.map(_handle(self.box, edge)) - pointer.spot).manhattanLength()) for edge in EDGES]
        edge, away = min(near, key=lambda pair: pair[1])
        if away <= GRASP:
            return edge
        whole = self.area == self.bounds
        return (0, 0) if self.box.contains(pointer.at) and not whole else None

    def _show(self) -> None:
        self.changed()
        self.view.update()

    # ---- drawing

    def draw(self, painter: QPainter) -> None:
        transform = self.view.transform()
        outer, inner = QPainterPath(), QPainterPath()
        outer.addRect(QRectF(self.bounds))
        inner.addRect(self.box)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(transform.map(outer.subtracted(inner)), QColor(0, 0, 0, 140))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255), 1.4)):
            painter.setPen(QPen(colour, width))
            painter.drawPath(transform.map(inner))
        painter.setPen(QPen(QColor(255, 255, 255, 90), 1))
        box = self.box
        for share in (1 / 3, 2 / 3):
            x, y = box.left() + share * box.width(), box.top() + share * box.height()
            painter.drawLine(transform.map(QPointF(x, box.top())), transform.map(QPointF(x, box.bottom())))
            painter.drawLine(transform.map(QPointF(box.left(), y)), transform.map(QPointF(box.right(), y)))
        painter.setPen(QPen(QColor(theme.token("focus")), 1.5))
        painter.setBrush(QColor("#ffffff"))
        for edge in EDGES:
            at = transform.map(_handle(self.box, edge))
            painter.drawRoundedRect(QRectF(at.x() - HANDLE / 2, at.y() - HANDLE / 2, HANDLE, HANDLE), 2, 2)
        painter.restore()


def _handle(box: QRectF, edge: Edge) -> QPointF:
    middle = box.center()
    return QPointF(middle.x() + edge[0] * box.width() / 2, middle.y() + edge[1] * box.height() / 2)
