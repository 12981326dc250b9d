"""CanvasView: layers, the mask over them and a tool; what a paint costs depends on the screen, not on the picture."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QMimeData, QPointF, QRect, QRectF, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from studio.desktop.canvas import extend_frame
from studio.desktop.canvas.comparison import BeforeAfter
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.tiles import Tiles
from studio.desktop.canvas.tool import PointerEvent, Tool
from studio.desktop.canvas.viewport import STEP, Viewport
from studio.desktop.shell.qt_image import Shown, shrunk
from studio.desktop.style import theme

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay

PAN_STEP = 48  # pixels a press of an arrow key
RESTING_MS = 90
"""After the last step of a zoom: until then, what is shown may be a little soft."""
DRAG_SIDE = 160  # pixels of the small copy under the pointer
Keys = Qt.Key


class CanvasView(QWidget):
    """Fits the picture into itself until it is zoomed. Without a tool a fitted picture can be dragged out as a file."""

    zoomed = Signal()
    chosen = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file: Path | None = None
        self.scene = Scene()
        self.viewport = Viewport()
        self.overlay: MaskOverlay | None = None
        self.comparison: BeforeAfter | None = None
        self.border = QMargins()
        """How far the picture is to be extended, in its pixels."""
        self.marked = False
        self._tiles = Tiles(self.scene)
        self._tool: Tool | None = None
        self._grabbed: QPointF | None = None
        self._panning = self._space = self._pressed = False
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(RESTING_MS)
        self._resting.timeout.connect(self._sharpen)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Picture"))

    # ---- what is shown

    @property
    def picture(self) -> QImage | None:
        """The finished picture in full, the highest layer of several; None while there is none."""
        layer = self._top()
        return None if layer is None or layer.rough else layer.shown.full

    @property
    def forming(self) -> bool:
        """Whether a preview is shown, and no finished picture yet."""
        return self.scene.rough

    def _top(self) -> Layer | None:
        return self.scene.layers[-1] if self.scene.layers else None

    def show_scene(self, scene: Scene) -> None:
        """Other layers; the zoom stays where the bounds do."""
        self.scene = scene
        self._tiles = Tiles(scene)
        self.refresh()

    def show_picture(self, shown: Shown, file: Path | None = None) -> None:
        self.file = file
        self.show_scene(Scene([Layer(shown, file=file)]))

    def show_preview(self, preview: QImage) -> None:
        """A rough picture of what is being made, shown at the size of the view."""
        self.show_scene(Scene([Layer(Shown(preview), stretched=preview.size())]))

    def refresh(self, area: QRect | None = None) -> None:
        """The scene's layers have changed, within `area` of its pixels or all over."""
        bounds = self.scene.bounds
        self.viewport.stretches = self.scene.rough
        self._tiles.forget(area)
        if bounds != self.viewport.bounds:
            self.viewport.bounds = bounds
            self.zoomed.emit()
        elif area is not None:
            self.update_area(area)
            return
        self.update()

    def update_area(self, area: QRect, margin: int = 2) -> None:
        """Draw a part anew, given in pixels of the picture."""
        where = self.transform().mapRect(QRectF(area)).toAlignedRect()
        self.update(where.adjusted(-margin, -margin, margin, margin))

    def show_overlay(self, overlay: "MaskOverlay | None") -> None:
        """A mask over the picture."""
        if self.overlay is not None:
            self.overlay.changed.disconnect(self._veil_changed)
        self.overlay = overlay
        if overlay is not None:
            overlay.changed.connect(self._veil_changed)
        self.update()

    def show_border(self, border: QMargins) -> None:
        if border != self.border:
            self.border = border
            self.update()

    def compare(self, comparison: BeforeAfter | None) -> None:
        """Show another scene beside this one; None ends it."""
        if self.comparison is not None:
            self.comparison.end()
        self.comparison = comparison
        if comparison is not None:
            comparison.begin(self)
        self._fit_camera()
        self.update()

    # ---- tools

    @property
    def tool(self) -> Tool | None:
        return self._tool

    def use(self, tool: Tool | None) -> None:
        if self._tool is not None:
            self._tool.cancel()
        self._tool = tool
        self._show_cursor()
        self.update()

    def _show_cursor(self) -> None:
        if self._panning or (self._space and self._grabbed is not None):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._tool is not None:
            self.setCursor(self._tool.cursor)
        elif self.comparison is not None:
            self.setCursor(self.comparison.cursor)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor if self.fitted else Qt.CursorShape.OpenHandCursor)

    # ---- zoom

    @property
    def zoom(self) -> float:
        """Screen pixels for one of the picture."""
        return self.viewport.zoom

    @property
    def fitted(self) -> bool:
        return self.viewport.fitted

    def transform(self) -> QTransform:
        """From the picture's pixels to the view's."""
        return self.viewport.transform()

    def place(self, at: QPointF) -> QPointF:
        """The picture's pixel under a point of the view."""
        return self.viewport.place(at)

    def fit(self) -> None:
        self.viewport.fit()
        self._changed()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that what is under `at`, the middle by default, stays there."""
        self.viewport.zoom_to(zoom, at or QPointF(self.rect().center()))
        if self.isVisible():
            self._resting.start()
        self._changed()

    def zoom_in(self) -> None:
        self.zoom_to(self.zoom * STEP)

    def zoom_out(self) -> None:
        self.zoom_to(self.zoom / STEP)

    def pan(self, by: QPointF) -> None:
        """Move the picture by so many screen pixels."""
        self.viewport.pan(by)
        self._changed()

    def _changed(self) -> None:
        self._show_cursor()
        self.update()
        self.zoomed.emit()

    def _sharpen(self) -> None:
        """The zoom has come to rest."""
        self._resting.stop()
        if self._tiles.sharpen():
            self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._sharpen()

    def _fit_camera(self) -> None:
        self.viewport.view = self.comparison.room(self.size()) if self.comparison else self.size()

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
            if self._tool is not None:
                self._tool.draw(painter)
        if self.marked or self.hasFocus():
            self._ring(painter)

    def paint_scene(self, painter: QPainter, exposed: QRectF) -> None:
        """The layers and the mask."""
        corner, ratio = self.viewport.target().topLeft(), self.devicePixelRatioF()
        self._tiles.paint(painter, corner, self.zoom, exposed, ratio, hurried=self._resting.isActive())
        if self.overlay is not None:
            self.overlay.paint(painter, self.transform(), exposed)

    def _ring(self, painter: QPainter) -> None:
        colour = QColor(str(theme.token("focus" if self.hasFocus() else "accent")))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 8, 8)

    def _veil_changed(self, area: QRect) -> None:
        self.update_area(area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_camera()
        if self.fitted:
            self.zoomed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.chosen.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._space = self._panning = False
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
        self._press(self._touch(event, 1.0))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(self._touch(event, 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._release(self._touch(event, 1.0))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._tool is None:
            self.opened.emit()
        else:
            self._press(self._touch(event, 1.0))  # two quick strokes are two strokes

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen: as the mouse, and it tells how hard it is pressed; its other end erases."""
        eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
        touch = self._touch(event, max(0.02, event.pressure()))
        if eraser and touch.button == Qt.MouseButton.LeftButton:
            touch = touch._replace(button=Qt.MouseButton.RightButton)
        if event.type() == QTabletEvent.Type.TabletPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._press(touch)
        elif event.type() == QTabletEvent.Type.TabletRelease:
            self._release(touch)
        else:
            self._move(touch)
        event.accept()

    def _touch(self, event: QMouseEvent | QTabletEvent, pressure: float) -> PointerEvent:
        spot = event.position()
        return PointerEvent(self.place(spot), spot, pressure, event.button(), event.modifiers())

    def _press(self, touch: PointerEvent) -> None:
        self._grabbed = touch.spot
        if touch.button == Qt.MouseButton.MiddleButton or self._space:
            self._panning = True
        elif self._tool is not None:
            self._pressed = True
            self._tool.press(touch)
        elif self.comparison is not None and self.comparison.press(touch.spot):
            self._pressed = True
        elif touch.button == Qt.MouseButton.LeftButton and not self.fitted:
            self._panning = True
        self._show_cursor()

    def _move(self, touch: PointerEvent) -> None:
        if self._panning and self._grabbed is not None:
            moved, self._grabbed = touch.spot - self._grabbed, touch.spot
            self.pan(moved)
        elif self._tool is not None:
            (self._tool.move if self._pressed else self._tool.hover)(touch)
        elif self._pressed and self.comparison is not None:
            self.comparison.press(touch.spot)
        elif self._grabbed is not None and _is_drag(touch.spot - self._grabbed):
            self._grabbed = None
            self._drag_out()

    def _release(self, touch: PointerEvent) -> None:
        if self._pressed and self._tool is not None:
            self._tool.release(touch)
        self._grabbed, self._panning, self._pressed = None, False, False
        self._show_cursor()

    def leaveEvent(self, event: object) -> None:
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
            self._space = True
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
            self._space = False
            self._show_cursor()
        if self._tool is None or not self._tool.key_up(event):
            super().keyReleaseEvent(event)

    @property
    def space_held(self) -> bool:
        return self._space

    @property
    def moving(self) -> bool:
        """Whether the picture is being moved by hand."""
        return self._panning

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

    def sizeHint(self) -> QSize:
        return QSize(480, 480)


def _is_drag(way: QPointF) -> bool:
    return way.manhattanLength() >= QApplication.startDragDistance()


def file_data(*files: Path) -> QMimeData:
    """Files as other programs take them."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data
