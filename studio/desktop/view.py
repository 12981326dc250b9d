"""PictureView: one picture, zoomed and panned by mouse and keyboard; the cost of drawing it is bounded by its size."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from studio.desktop import theme
from studio.desktop.pixel import Shown, shrunk

LARGEST_ZOOM = 32.0
STEP = 1.25
MARGIN = 16  # pixels around a fitted picture, so that its focus ring shows
PAN_STEP = 48  # pixels a press of an arrow key
DRAG_SIDE = 160  # pixels of the small copy under the pointer
Keys = Qt.Key


class PictureView(QWidget):
    """Fits the picture into itself until it is zoomed. A fitted picture can be dragged out as a file."""

    zoomed = Signal()
    chosen = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file: Path | None = None
        self._shown: Shown | None = None
        self._rough: QImage | None = None
        self._zoom = 0.0  # 0 = fit
        self._centre = QPointF(0.5, 0.5)
        self._grabbed: QPoint | None = None
        self.marked = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)
        self.setAccessibleName(self.tr("Picture"))

    # ---- what is shown

    @property
    def picture(self) -> QImage | None:
        """The finished picture in full; None while there is none."""
        return self._shown.full if self._shown else None

    @property
    def forming(self) -> bool:
        """Whether a preview is shown, and no finished picture yet."""
        return self._rough is not None

    @property
    def shown(self) -> Shown | None:
        return self._shown

    def show_picture(self, shown: Shown, file: Path | None = None) -> None:
        self._shown, self._rough, self.file = shown, None, file
        self.update()

    def show_preview(self, preview: QImage) -> None:
        """A rough picture of what is being made, shown at the size of the view."""
        self._rough = preview
        self.update()

    def clear(self) -> None:
        self._shown = self._rough = self.file = None
        self.fit()

    # ---- zoom

    @property
    def zoom(self) -> float:
        """Screen pixels for one of the picture."""
        return self._zoom or self._fitting()

    @property
    def fitted(self) -> bool:
        return self._zoom == 0.0

    def fit(self) -> None:
        self._zoom, self._centre = 0.0, QPointF(0.5, 0.5)
        self._changed()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom so that what is under `at`, the middle by default, stays there."""
        if self._current() is None:
            return
        anchor = at or QPointF(self.rect().center())
        before = self._target()
        share = QPointF((anchor.x() - before.x()) / before.width(), (anchor.y() - before.y()) / before.height())
        smallest = min(self._fitting(), 1.0)
        self._zoom = 0.0 if zoom <= smallest else min(zoom, LARGEST_ZOOM)
        if not self._zoom:
            self._centre = QPointF(0.5, 0.5)
        else:
            after = self._target()
            moved = QPointF(
                anchor.x() - after.x() - share.x() * after.width(), anchor.y() - after.y() - share.y() * after.height()
            )
            self._pan(moved)
        self._changed()

    def zoom_in(self) -> None:
        self.zoom_to(self.zoom * STEP)

    def zoom_out(self) -> None:
        self.zoom_to(self.zoom / STEP)

    def _changed(self) -> None:
        self.setCursor(Qt.CursorShape.ArrowCursor if self.fitted else Qt.CursorShape.OpenHandCursor)
        self.update()
        self.zoomed.emit()

    def _pan(self, by: QPointF) -> None:
        """Move the picture by so many screen pixels; its middle stays within the view."""
        target = self._target()
        x = self._centre.x() - by.x() / target.width()
        y = self._centre.y() - by.y() / target.height()
        self._centre = QPointF(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0))
        self.update()

    # ---- geometry

    def _current(self) -> QImage | None:
        return self._rough or (self._shown.full if self._shown else None)

    def _fitting(self) -> float:
        image = self._current()
        if image is None or image.isNull():
            return 1.0
        room = QSize(max(1, self.width() - 2 * MARGIN), max(1, self.height() - 2 * MARGIN))
        fitting = min(room.width() / image.width(), room.height() / image.height())
        # Small pictures grow by whole numbers only, so that their pixels stay even; previews are rough anyhow.
        return fitting if self._rough is not None or fitting < 2 else float(int(fitting))

    def _target(self) -> QRectF:
        """Where the whole picture lies, in the coordinates of the view."""
        image = self._current()
        assert image is not None
        width, height = image.width() * self.zoom, image.height() * self.zoom
        left = self.width() / 2 - self._centre.x() * width
        top = self.height() / 2 - self._centre.y() * height
        return QRectF(left, top, width, height)

    # ---- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        image = self._current()
        if image is not None and not image.isNull():
            self._draw(painter, image, self._target())
        if self.marked or self.hasFocus():
            self._ring(painter)

    def _draw(self, painter: QPainter, image: QImage, target: QRectF) -> None:
        source = image
        if self._rough is None and self._shown is not None and target.width() <= self._shown.small.width():
            source = self._shown.small
        visible = target.intersected(QRectF(self.rect()))
        if visible.isEmpty():
            return
        scale = source.width() / target.width()
        part = QRectF(
            (visible.x() - target.x()) * scale,
            (visible.y() - target.y()) * scale,
            visible.width() * scale,
            visible.height() * scale,
        )
        if image.hasAlphaChannel():
            _chequer(painter, visible)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale > 0.5 or self._rough is not None)
        painter.drawImage(visible, source, part)

    def _ring(self, painter: QPainter) -> None:
        colour = QColor(str(theme.token("focus" if self.hasFocus() else "accent")))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 8, 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.fitted:
            self.zoomed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.chosen.emit()

    # ---- mouse and keyboard

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom_to(self.zoom * STEP**turns, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._grabbed = event.position().toPoint()
            if not self.fitted:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            return
        moved = event.position().toPoint() - self._grabbed
        if not self.fitted:
            self._grabbed = event.position().toPoint()
            self._pan(QPointF(moved))
        elif moved.manhattanLength() >= QApplication.startDragDistance():
            self._grabbed = None
            self._drag_out()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        if not self.fitted:
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened.emit()

    def _drag_out(self) -> None:
        if self.file is None or self._shown is None:
            return
        drag = QDrag(self)
        drag.setMimeData(file_data(self.file))
        drag.setPixmap(QPixmap.fromImage(shrunk(self._shown.small, DRAG_SIDE)))
        drag.exec(Qt.DropAction.CopyAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Keys.Key_Left: (PAN_STEP, 0),
            Keys.Key_Right: (-PAN_STEP, 0),
            Keys.Key_Up: (0, PAN_STEP),
            Keys.Key_Down: (0, -PAN_STEP),
        }
        step = steps.get(Keys(event.key()))
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
        elif event.key() in (Keys.Key_Plus, Keys.Key_Equal):
            self.zoom_in()
        elif event.key() == Keys.Key_Minus:
            self.zoom_out()
        elif event.key() == Keys.Key_0:
            self.fit()
        elif event.key() == Keys.Key_1:
            self.zoom_to(1.0)
        elif event.key() in (Keys.Key_Return, Keys.Key_Enter):
            self.opened.emit()
        elif step and not self.fitted:
            self._pan(QPointF(*step))
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(480, 480)


def file_data(file: Path) -> QMimeData:
    """A file as other programs take it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    return data


def _chequer(painter: QPainter, area: QRectF) -> None:
    """What shows through transparent pixels."""
    tile = QPixmap(16, 16)
    tile.fill(QColor(200, 200, 200))
    inner = QPainter(tile)
    inner.fillRect(0, 0, 8, 8, QColor(150, 150, 150))
    inner.fillRect(8, 8, 8, 8, QColor(150, 150, 150))
    inner.end()
    painter.drawTiledPixmap(area, tile)
