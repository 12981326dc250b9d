"""StrokeTool: what all brushes share: the stroke under the pointer or the arrow keys, their size, and the ring."""

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPixmap, QWheelEvent

from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.document.brush import Brush, Dab

SMALLEST, LARGEST = 0.5, 2000.0  # radius in pixels of the picture
STEP = 1.15
HARDER = 0.1
LARGEST_RING, RING_EDGE = 800.0, 3.0  # pixels of the screen
Keys = Qt.Key


class StrokeTool(Tool):
    """[ and ], the wheel with Ctrl, and a drag with Shift change its size, { and } its hardness. By keyboard: arrows
    move it, and with Space held down they draw. A subclass says what a stroke does."""

    cursor = Qt.CursorShape.BlankCursor

    def __init__(self, view: SceneView, brush: Brush) -> None:
        super().__init__(view)
        self.brush = brush
        self.changed: Callable[[], object] = lambda: None
        self.erases = False
        self._erasing = False
        self._at: QPointF | None = None
        self._last: Dab | None = None
        self._moved_by_key = False
        self._sizing: tuple[float, float] | None = None
        """Where a drag has begun that sets the size, across, and the radius that it had."""
        self._ring: tuple[tuple[float, float, bool, float], QPixmap] | None = None

    def set_brush(self, brush: Brush) -> None:
        self._refresh()
        hardness = min(max(brush.hardness, 0.0), 1.0)
        self.brush = brush._replace(radius=min(max(brush.radius, SMALLEST), LARGEST), hardness=hardness)
        self._refresh()
        self.changed()

    # ---- what a stroke does

    def begin_stroke(self) -> bool:
        """Whether there is something to draw on."""
        raise NotImplementedError

    def draw_stroke(self, start: Dab, stop: Dab) -> None:
        """A piece of it, in pixels of the picture."""
        raise NotImplementedError

    def end_stroke(self) -> None:
        raise NotImplementedError

    # ---- strokes

    def press(self, pointer: PointerEvent) -> None:
        self._finish()
        self._move_to(pointer.at)
        if pointer.modifiers == Qt.KeyboardModifier.ShiftModifier:
            self._sizing = pointer.spot.x(), self.brush.radius
            return
        self._begin(pointer)
        self._start(pointer.at, pointer.pressure)

    def _begin(self, pointer: PointerEvent) -> None:
        """Whether this stroke erases."""
        alt = bool(pointer.modifiers & Qt.KeyboardModifier.AltModifier)
        self._erasing = self.erases != (alt or pointer.button == Qt.MouseButton.RightButton)

    def move(self, pointer: PointerEvent) -> None:
        if self._sizing is not None:
            began, radius = self._sizing
            self.set_brush(self.brush._replace(radius=radius + (pointer.spot.x() - began) / self.view.zoom))
            return
        self._move_to(pointer.at)
        self._extend(pointer.at, pointer.pressure)

    def release(self, pointer: PointerEvent) -> None:
        self._sizing = None
        self._finish()

    def hover(self, pointer: PointerEvent | None) -> None:
        if pointer is None:
            self._refresh()
            self._at = None
        else:
            self._move_to(pointer.at)

    def cancel(self) -> bool:
        drawing = self._last is not None or self._sizing is not None
        self._sizing = None
        self._finish()
        self.hover(None)
        return drawing

    def _start(self, at: QPointF, pressure: float) -> None:
        if self.begin_stroke():
            self._last = Dab(at.x(), at.y(), pressure)
            self.draw_stroke(self._last, self._last)

    def _extend(self, at: QPointF, pressure: float) -> None:
        if self._last is not None:
            last, self._last = self._last, Dab(at.x(), at.y(), pressure)
            self.draw_stroke(last, self._last)

    def _finish(self) -> None:
        if self._last is not None:
            self._last = None
            self.end_stroke()

    # ---- keys and wheel

    def key(self, event: QKeyEvent) -> bool:
        moves = {Keys.Key_Left: (-1, 0), Keys.Key_Right: (1, 0), Keys.Key_Up: (0, -1), Keys.Key_Down: (0, 1)}
        key, brush = Keys(event.key()), self.brush
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if key in moves:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(QPointF(*moves[key]) * (1.0 if fine else max(1.0, brush.radius / 2)))
        elif key in (Keys.Key_BracketLeft, Keys.Key_BracketRight):
            factor = STEP if key == Keys.Key_BracketRight else 1 / STEP
            self.set_brush(brush._replace(radius=brush.radius * factor))
        elif key in (Keys.Key_BraceLeft, Keys.Key_BraceRight):
            harder = HARDER if key == Keys.Key_BraceRight else -HARDER
            self.set_brush(brush._replace(hardness=brush.hardness + harder))
        else:
            return False
        return True

    def key_up(self, event: QKeyEvent) -> bool:
        if event.key() != Keys.Key_Space or event.isAutoRepeat() or not self._moved_by_key:
            return False
        self._moved_by_key = False
        self._finish()
        return True

    def wheel(self, event: QWheelEvent) -> bool:
        turns, modifiers = event.angleDelta().y() / 120, event.modifiers()
        if modifiers & Qt.KeyboardModifier.AltModifier:
            turns = turns or event.angleDelta().x() / 120  # some systems turn the wheel with Alt by a quarter
            self.set_brush(self.brush._replace(hardness=self.brush.hardness + HARDER * turns))
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self.set_brush(self.brush._replace(radius=self.brush.radius * STEP**turns))
        else:
            return False
        return True

    def _step(self, by: QPointF) -> None:
        bounds = QRectF(self.view.scene.bounds)
        at = self._at or bounds.center()
        if self.view.space_held and not self._moved_by_key:
            self._moved_by_key = True
            self._erasing = self.erases
            self._start(at, 1.0)
        to = at + by
        to = QPointF(min(max(to.x(), bounds.left()), bounds.right()), min(max(to.y(), bounds.top()), bounds.bottom()))
        self._move_to(to)
        self._extend(to, 1.0)

    # ---- drawing

    def _move_to(self, at: QPointF) -> None:
        self._refresh()
        self._at = at
        self._refresh()

    def _refresh(self) -> None:
        """The ring is drawn anew."""
        if self._at is not None:
            reach = max(self.brush.radius * self.view.zoom, 2.0) + 4
            spot = self.view.transform().map(self._at)
            self.view.update(QRectF(spot.x() - reach, spot.y() - reach, 2 * reach, 2 * reach).toAlignedRect())

    def draw(self, painter: QPainter) -> None:
        """Two rings, so that one of them shows over any picture; dashed for the eraser."""
        if self._at is None:
            return
        at, radius = self.view.transform().map(self._at), max(1.5, self.brush.radius * self.view.zoom)
        if radius > LARGEST_RING:  # a picture of it would be larger than the screen
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_ring(painter, at, radius)
            return
        looks = radius, self.brush.hardness, self.erases, self.view.devicePixelRatioF()
        if self._ring is None or self._ring[0] != looks:
            self._ring = looks, self._ring_of(radius)
        side = radius + RING_EDGE
        painter.drawPixmap(at - QPointF(side, side), self._ring[1])

    def _ring_of(self, radius: float) -> QPixmap:
        """A picture of the ring: to draw the line anew at every move takes longer than all the rest."""
        ratio = self.view.devicePixelRatioF()
        side = math.ceil(2 * (radius + RING_EDGE) * ratio)
        ring = QPixmap(side, side)
        ring.setDevicePixelRatio(ratio)
        ring.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ring)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_ring(painter, QPointF(radius + RING_EDGE, radius + RING_EDGE), radius)
        painter.end()
        return ring

    def _draw_ring(self, painter: QPainter, at: QPointF, radius: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.DashLine if self.erases else Qt.PenStyle.SolidLine
        for color, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255), 1.3)):
            painter.setPen(QPen(color, width, style))
            painter.drawEllipse(at, radius, radius)
        if radius > 12 and self.brush.hardness < 0.98:
            painter.setPen(QPen(QColor(255, 255, 255, 120), 1))
            painter.drawEllipse(at, radius * self.brush.hardness, radius * self.brush.hardness)
