"""CanvasView: a scene with a tool or a comparison over it, moved and zoomed by mouse, pen and keyboard."""

from pathlib import Path

from PySide6.QtCore import QLineF, QMimeData, QPoint, QPointF, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from studio.desktop.canvas import extend_frame
from studio.desktop.canvas.comparison import BeforeAfter
from studio.desktop.canvas.guides import RULER
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.canvas.viewport import STEP
from studio.desktop.shell.qt_image import shrunk
from studio.desktop.style import theme

PAN_STEP = 48  # pixels a press of an arrow key
DRAG_SIDE = 160  # pixels of the small copy under the pointer
Keys = Qt.Key


class CanvasView(SceneView):
    """Without a tool, a picture that fits can be dragged out as a file."""

    chosen = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.comparison: BeforeAfter | None = None
        self.marked = False
        self._tool: Tool | None = None
        self._grabbed: QPointF | None = None
        self._pressed = False
        self._turning = False
        self._spot: QPointF | None = None
        """Where the pointer is, for the rulers."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Picture"))

    def compare(self, comparison: BeforeAfter | None) -> None:
        """Show another scene beside this one; None ends it."""
        if self.comparison is not None:
            self.comparison.end()
        self.comparison = comparison
        if comparison is not None:
            self.viewport.rotation = 0.0
            comparison.begin(self)
        self._fit_viewport()
        self.update()

    @property
    def live_seen(self) -> bool:
        """A stroke is seen where it is drawn."""
        return super().live_seen and not self._pressed and self.comparison is None

    # ---- tools

    @property
    def tool(self) -> Tool | None:
        return self._tool

    def use(self, tool: Tool | None) -> None:
        former, self._tool = self._tool, tool
        if former is not None:
            former.cancel()
            if former is not tool:
                former.put_away()
        self._show_cursor()
        self.update()

    def _show_cursor(self) -> None:
        if self.panning or (self.space_held and self._grabbed is not None):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._tool is not None:
            self.setCursor(self._tool.cursor)
        elif self.comparison is not None:
            self.setCursor(self.comparison.cursor)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor if self.fitted else Qt.CursorShape.OpenHandCursor)

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.scene.layers:
            if self.comparison is not None:
                self.comparison.paint(painter, QRectF(event.rect()))
            else:
                self.paint_scene(painter, QRectF(event.rect()))
            if not self.border.isNull() and self.comparison is None:
                extend_frame.draw(painter, self)
            if self.comparison is None:
                self.guides.draw(painter, self.viewport, self._spot)
            if self._tool is not None:
                self._tool.draw(painter)
        if self.marked or self.hasFocus():
            self._ring(painter)

    def _ring(self, painter: QPainter) -> None:
        colour = QColor(str(theme.token("focus" if self.hasFocus() else "accent")))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 8, 8)

    def _fit_viewport(self) -> None:
        self.viewport.view = self.comparison.room(self.size()) if self.comparison else self.size()

    def _changed(self) -> None:
        self._show_cursor()
        super()._changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.chosen.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.space_held = self.panning = False
        self._show_cursor()
        self.update()

    # ---- mouse and pen

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._tool is None or not self._tool.wheel(event):
            turns = event.angleDelta().y() / 120
            if turns:
                self.zoom_to(self.zoom * STEP**turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._press(self._pointer(event, 1.0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(self._pointer(event, 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._release(self._pointer(event, 1.0))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._tool is None:
            self.opened.emit()
        else:
            self._press(self._pointer(event, 1.0))  # two quick strokes are two strokes

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen: as the mouse, with how hard it is pressed; its other end erases."""
        eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
        pointer = self._pointer(event, max(0.02, event.pressure()))
        if eraser and pointer.button == Qt.MouseButton.LeftButton:
            pointer = pointer._replace(button=Qt.MouseButton.RightButton)
        if event.type() == QTabletEvent.Type.TabletPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._press(pointer)
        elif event.type() == QTabletEvent.Type.TabletRelease:
            self._release(pointer)
        else:
            self._move(pointer)
        event.accept()

    def _pointer(self, event: QMouseEvent | QTabletEvent, pressure: float) -> PointerEvent:
        spot = event.position()
        at = self.place(spot)
        if self._tool is not None and self._tool.snaps:
            at = self.guides.snapped(at, self.viewport)
        return PointerEvent(at, spot, pressure, event.button(), event.modifiers())

    def _press(self, pointer: PointerEvent) -> None:
        self._grabbed = pointer.spot
        if self.space_held and pointer.modifiers & Qt.KeyboardModifier.ShiftModifier and self.comparison is None:
            self._turning = True
        elif pointer.button == Qt.MouseButton.MiddleButton or self.space_held:
            self.panning = True
        elif self._tool is not None:
            self._pressed = True
            self._show_below()
            self._tool.press(pointer)
        elif self.comparison is not None and self.comparison.press(pointer.spot):
            self._pressed = True
        elif pointer.button == Qt.MouseButton.LeftButton and not self.fitted:
            self.panning = True
        self._show_cursor()

    def _move(self, pointer: PointerEvent) -> None:
        self._show_on_rulers(pointer.spot)
        if self._turning and self._grabbed is not None:
            turned = _angle(self.rect().center(), self._grabbed, pointer.spot)
            self._grabbed = pointer.spot
            self.rotate_to(self.viewport.rotation + turned)
        elif self.panning and self._grabbed is not None:
            moved, self._grabbed = pointer.spot - self._grabbed, pointer.spot
            self.pan(moved)
        elif self._tool is not None:
            (self._tool.move if self._pressed else self._tool.hover)(pointer)
        elif self._pressed and self.comparison is not None:
            self.comparison.press(pointer.spot)
        elif self._grabbed is not None and _is_drag(pointer.spot - self._grabbed):
            self._grabbed = None
            self._drag_out()

    def _release(self, pointer: PointerEvent) -> None:
        if self._pressed and self._tool is not None:
            self._tool.release(pointer)
        self._grabbed, self.panning, self._pressed, self._turning = None, False, False, False
        self._show_below()
        self._show_cursor()

    def _show_below(self) -> None:
        """What lies over the picture comes or goes with a stroke."""
        if self.live:
            self.update()

    def _show_on_rulers(self, spot: QPointF | None) -> None:
        if self.guides.rulers:
            for lies in (self._spot, spot):
                if lies is not None:
                    self.update(round(lies.x()) - 2, 0, 5, RULER + 1)
                    self.update(0, round(lies.y()) - 2, RULER + 1, 5)
        self._spot = spot

    def leaveEvent(self, event: object) -> None:
        self._show_on_rulers(None)
        if self._tool is not None and not self._pressed:
            self._tool.hover(None)

    def _drag_out(self) -> None:
        layer = self._top()
        if self.file is None or layer is None:
            return
        drag = QDrag(self)
        drag.setMimeData(file_data(self.file))
        drag.setPixmap(QPixmap.fromImage(shrunk(layer.shown.small, DRAG_SIDE)))
        drag.exec(Qt.DropAction.CopyAction)

    # ---- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Keys.Key_Space and not event.isAutoRepeat():
            self.space_held = True
            self._show_cursor()
        if self._tool is not None and self._tool.key(event):
            return
        if self.comparison is not None and self.comparison.key(event):
            return
        if event.key() == Keys.Key_Space or self._zoom_by_key(event):
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Keys.Key_Space and not event.isAutoRepeat():
            self.space_held = False
            self._show_cursor()
        if self._tool is None or not self._tool.key_up(event):
            super().keyReleaseEvent(event)

    def _zoom_by_key(self, event: QKeyEvent) -> bool:
        steps = {
            Keys.Key_Left: (PAN_STEP, 0),
            Keys.Key_Right: (-PAN_STEP, 0),
            Keys.Key_Up: (0, PAN_STEP),
            Keys.Key_Down: (0, -PAN_STEP),
        }
        step = steps.get(Keys(event.key()))
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        if event.key() in (Keys.Key_Plus, Keys.Key_Equal):
            self.zoom_in()
        elif event.key() == Keys.Key_Minus:
            self.zoom_out()
        elif event.key() == Keys.Key_0:
            self.fit()
        elif event.key() == Keys.Key_1:
            self.zoom_to(1.0)
        elif step and not self.fitted:
            self.pan(QPointF(*step))
        else:
            return False
        return True


def _angle(centre: QPoint, start: QPointF, stop: QPointF) -> float:
    """Degrees, clockwise, from one point to another as seen from the middle."""
    middle = QPointF(centre)
    return QLineF(middle, start).angleTo(QLineF(middle, stop)) * -1


def _is_drag(way: QPointF) -> bool:
    return way.manhattanLength() >= QApplication.startDragDistance()


def file_data(*files: Path) -> QMimeData:
    """Files as other programs accept them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data
