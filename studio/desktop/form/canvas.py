"""Canvas: a picture with its mask over it as a tint, and the brush that paints the mask."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
    QWheelEvent,
    qRgba,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.desktop import theme
from studio.desktop.form.sketch import Brush, Sketch
from studio.desktop.pixel import Shown

TINT = QColor(255, 45, 105)
TINTS = [qRgba(TINT.red(), TINT.green(), TINT.blue(), grey) for grey in range(256)]
OPACITY = 0.55
SMALLEST, LARGEST = 1.0, 2000.0  # radius in pixels of the picture
STEP = 1.15
LARGEST_ZOOM = 16.0
MARGIN = 12
Keys = Qt.Key


class Canvas(QWidget):
    """Paints into a Sketch. Wheel or [ and ] change the brush; Ctrl+wheel zooms, the middle button pans.

    By keyboard: arrows move the brush, Space paints and, held down, draws along.
    """

    brush_changed = Signal()
    painted = Signal()

    def __init__(self, shown: Shown, sketch: Sketch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown, self.sketch = shown, sketch
        side = max(shown.full.width(), shown.full.height())
        self.brush = Brush(radius=min(max(SMALLEST, side / 20), LARGEST))
        self._zoom = 0.0  # 0 = fit
        self._offset = QPointF()
        self._cursor: QPointF | None = None
        self._drawing = self._holding = False
        self._panned: QPointF | None = None
        self._tinted = QImage(sketch.image.size(), QImage.Format.Format_ARGB32_Premultiplied)
        self._tint(sketch.image.rect())
        sketch.changed = self._changed
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self.setAccessibleName(self.tr("Mask over the picture"))
        self.setAccessibleDescription(
            self.tr("Arrow keys move the brush, Space paints, [ and ] change its size, { and } its hardness.")
        )

    def set_brush(self, brush: Brush) -> None:
        self.brush = brush._replace(radius=min(max(brush.radius, SMALLEST), LARGEST))
        self.brush_changed.emit()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(820, 600)

    # ---- geometry

    def transform(self) -> QTransform:
        """From the picture's pixels to the widget's."""
        zoom = self._zoom or self._fitting()
        size = QPointF(self.sketch.size.width(), self.sketch.size.height()) * zoom
        corner = QPointF(self.width() - size.x(), self.height() - size.y()) / 2 + self._offset
        return QTransform().translate(corner.x(), corner.y()).scale(zoom, zoom)

    def place(self, at: QPointF) -> QPointF:
        """The picture's pixel under a point of the widget."""
        back, _ = self.transform().inverted()
        return back.map(at)

    def fit(self) -> None:
        self._zoom, self._offset = 0.0, QPointF()
        self.update()

    def zoom_to(self, zoom: float, at: QPointF) -> None:
        under = self.place(at)
        smallest = min(1.0, self._fitting())
        self._zoom = min(max(zoom, smallest), LARGEST_ZOOM)
        self._offset += at - self.transform().map(under)
        self.update()

    def _fitting(self) -> float:
        width, height = self.width() - 2 * MARGIN, self.height() - 2 * MARGIN
        fitting = min(width / self.sketch.size.width(), height / self.sketch.size.height())
        return max(0.001, fitting)

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.token("stage")))
        transform = self.transform()
        whole = transform.mapRect(QRectF(QPointF(), self.sketch.size.toSizeF()))
        small = whole.width() <= self._shown.small.width()
        picture = self._shown.small if small else self._shown.full
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, transform.m11() < 3)
        _draw_part(painter, picture, whole, QRectF(event.rect()))
        painter.setOpacity(OPACITY)
        _draw_part(painter, self._tinted, whole, QRectF(event.rect()))
        painter.setOpacity(1.0)
        if self._cursor is not None:
            self._draw_brush(painter, transform.map(self._cursor), self.brush.radius * transform.m11())
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.token("focus")), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _draw_brush(self, painter: QPainter, at: QPointF, radius: float) -> None:
        """Two rings, so that one of them shows over any picture; dashed for the eraser."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.DashLine if self.brush.erases else Qt.PenStyle.SolidLine
        for color, width in ((QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255), 1.3)):
            painter.setPen(QPen(color, width, style))
            painter.drawEllipse(at, max(radius, 1.5), max(radius, 1.5))
        if radius > 12 and self.brush.hardness < 0.98:
            painter.setPen(QPen(QColor(255, 255, 255, 120), 1))
            painter.drawEllipse(at, radius * self.brush.hardness, radius * self.brush.hardness)

    def _changed(self, area: QRect) -> None:
        self._tint(area)
        scale = 1 / self.sketch.scale
        part = QRectF(area.x() * scale, area.y() * scale, area.width() * scale, area.height() * scale)
        self.update(self.transform().mapRect(part).toAlignedRect().adjusted(-2, -2, 2, 2))
        self.painted.emit()

    def _tint(self, area: QRect) -> None:
        """Carry a part of the mask over into the tinted picture of it."""
        tinted = self.sketch.image.copy(area)
        # Grey values read as places in a table of tints: a seventh of the time that an alpha channel takes.
        tinted.reinterpretAsFormat(QImage.Format.Format_Indexed8)
        tinted.setColorTable(TINTS)
        painter = QPainter(self._tinted)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(area.topLeft(), tinted)
        painter.end()

    # ---- mouse and pen

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panned = event.position()
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            other = event.button() == Qt.MouseButton.RightButton
            self._drawing = True
            self._move_to(self.place(event.position()))
            assert self._cursor is not None
            self.sketch.begin(self.brush._replace(erases=self.brush.erases != other), self._cursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._panned is not None:
            self._zoom = self._zoom or self._fitting()
            self._offset += event.position() - self._panned
            self._panned = event.position()
            self.update()
        self._move_to(self.place(event.position()))
        if self._drawing and self._cursor is not None:
            self.sketch.extend(self._cursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._panned = None
        self._finish()

    def leaveEvent(self, event: object) -> None:
        if not self._drawing:
            self._cursor = None
            self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._move_to(self.place(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_to((self._zoom or self._fitting()) * STEP**turns, event.position())
        else:
            self.set_brush(self.brush._replace(radius=self.brush.radius * STEP**turns))
        event.accept()

    # ---- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Keys.Key_Left: (-1, 0), Keys.Key_Right: (1, 0), Keys.Key_Up: (0, -1), Keys.Key_Down: (0, 1)}
        key = Keys(event.key())
        middle = QPointF(self.rect().center())
        if key in moves:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(QPointF(*moves[key]) * (1.0 if fine else max(1.0, self.brush.radius / 2)))
        elif key == Keys.Key_Space:
            self._hold(event)
        elif key in (Keys.Key_BracketLeft, Keys.Key_BracketRight):
            factor = STEP if key == Keys.Key_BracketRight else 1 / STEP
            self.set_brush(self.brush._replace(radius=self.brush.radius * factor))
        elif key in (Keys.Key_BraceLeft, Keys.Key_BraceRight):
            harder = self.brush.hardness + (0.1 if key == Keys.Key_BraceRight else -0.1)
            self.set_brush(self.brush._replace(hardness=min(max(harder, 0.0), 1.0)))
        elif key in (Keys.Key_Plus, Keys.Key_Equal, Keys.Key_Minus):
            factor = 1 / 1.25 if key == Keys.Key_Minus else 1.25
            self.zoom_to((self._zoom or self._fitting()) * factor, middle)
        elif key == Keys.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Keys.Key_Space and not event.isAutoRepeat():
            self._holding = False
            self._finish()
        else:
            super().keyReleaseEvent(event)

    def _hold(self, event: QKeyEvent) -> None:
        if not self._holding and not event.isAutoRepeat():
            self._holding = self._drawing = True
            self._move_to(self._cursor or self._middle())
            self.sketch.begin(self.brush, self._cursor or self._middle())

    def _step(self, by: QPointF) -> None:
        at = (self._cursor or self._middle()) + by
        size = self.sketch.size
        self._move_to(QPointF(min(max(at.x(), 0.0), size.width()), min(max(at.y(), 0.0), size.height())))
        if self._drawing and self._cursor is not None:
            self.sketch.extend(self._cursor)

    def _middle(self) -> QPointF:
        return QPointF(self.sketch.size.width() / 2, self.sketch.size.height() / 2)

    def _move_to(self, at: QPointF) -> None:
        old, self._cursor = self._cursor, at
        reach = self.brush.radius * self.transform().m11() + 4
        for place in (old, at):
            if place is not None:
                spot = self.transform().map(place)
                self.update(QRectF(spot.x() - reach, spot.y() - reach, 2 * reach, 2 * reach).toAlignedRect())

    def _finish(self) -> None:
        if self._drawing:
            self._drawing = False
            self.sketch.end()
            self.painted.emit()


def _draw_part(painter: QPainter, image: QImage, whole: QRectF, visible: QRectF) -> None:
    """Draw only what can be seen of an image that fills `whole`."""
    part = whole & visible
    if part.isEmpty():
        return
    across, down = image.width() / whole.width(), image.height() / whole.height()
    origin = QPointF((part.x() - whole.x()) * across, (part.y() - whole.y()) * down)
    painter.drawImage(part, image, QRectF(origin.x(), origin.y(), part.width() * across, part.height() * down))
