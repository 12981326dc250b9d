"""BeforeAfter: a picture before and after: parted by a line, side by side, or one after the other."""

import enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.desktop.canvas.layer import Scene
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.canvas.tiles import Tiles
from studio.desktop.style import theme

FLICKER_MS = 600
HANDLE_RADIUS = 11.0
STEP = 0.05


class Mode(enum.Enum):
    SLIDER = "slider"
    BESIDE = "beside"
    FLICKER = "flicker"


class BeforeAfter(QTimer):
    """`before` must have the bounds of the view's scene. The timer is that of flickering."""

    def __init__(self, before: Scene, mode: Mode, words: tuple[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.mode, self.share, self.shows_before = mode, 0.5, False
        self.before, self._words = before, words
        self._tiles = Tiles(before)
        self._view: SceneView | None = None
        self.setInterval(FLICKER_MS)
        self.timeout.connect(self._flicker)

    @property
    def cursor(self) -> Qt.CursorShape:
        return Qt.CursorShape.SplitHCursor if self.mode is Mode.SLIDER else Qt.CursorShape.ArrowCursor

    def begin(self, view: SceneView) -> None:
        self._view = view
        if self.mode is Mode.FLICKER and theme.moves():  # else by keys and clicks only
            self.start()

    def end(self) -> None:
        self.stop()
        self._view = None
        self.deleteLater()

    def room(self, size: QSize) -> QSize:
        """What each of the two pictures has of a view."""
        return QSize(size.width() // 2, size.height()) if self.mode is Mode.BESIDE else size

    # ---- drawing

    def paint(self, painter: QPainter, exposed: QRectF) -> None:
        view = self._view
        if view is None:
            return
        whole = view.viewport.target()
        if self.mode is Mode.BESIDE:
            half = view.width() // 2
            self._paint_half(painter, exposed, half)
            return
        if self.mode is Mode.FLICKER:
            if self.shows_before:
                self._paint_before(painter, exposed)
            else:
                view.paint_scene(painter, exposed)
            draw_tag(painter, whole & QRectF(view.rect()), self._words[0 if self.shows_before else 1], left=True)
            return
        line = self.line()
        view.paint_scene(painter, exposed)
        painter.setClipRect(QRectF(0, 0, line, view.height()))
        self._paint_before(painter, exposed)
        painter.setClipping(False)
        frame = whole & QRectF(view.rect())
        draw_tag(painter, frame, self._words[0], left=True)
        draw_tag(painter, frame, self._words[1], left=False)
        self._draw_line(painter, frame, line)

    def _paint_half(self, painter: QPainter, exposed: QRectF, half: int) -> None:
        view = self._view
        assert view is not None
        room = QRectF(0, 0, half, view.height())
        frame = view.viewport.target() & room
        painter.setClipRect(room.adjusted(0, 0, -2, 0))
        self._paint_before(painter, exposed & room)
        draw_tag(painter, frame, self._words[0], left=True)
        painter.setClipRect(room.translated(half, 0).adjusted(2, 0, 0, 0))
        painter.translate(half, 0)
        view.paint_scene(painter, room)
        draw_tag(painter, frame, self._words[1], left=True)
        painter.translate(-half, 0)
        painter.setClipping(False)

    def _paint_before(self, painter: QPainter, exposed: QRectF) -> None:
        view = self._view
        assert view is not None
        self._tiles.paint(painter, view.viewport.target().topLeft(), view.zoom, exposed, view.devicePixelRatioF())

    def line(self) -> float:
        """Where the pictures are parted, in pixels of the view."""
        view = self._view
        if view is None:
            return 0.0
        frame = view.viewport.target() & QRectF(view.rect())
        return frame.left() + frame.width() * self.share

    def _draw_line(self, painter: QPainter, frame: QRectF, x: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in ((QColor(0, 0, 0, 140), 4.0), (QColor(255, 255, 255), 2.0)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        focused = self._view is not None and self._view.hasFocus()
        painter.setPen(QPen(QColor(theme.token("focus") if focused else "#ffffff"), 2))
        painter.setBrush(QColor(0, 0, 0, 150))
        painter.drawEllipse(QPointF(x, frame.center().y()), HANDLE_RADIUS, HANDLE_RADIUS)
        painter.setPen(QPen(QColor("#ffffff"), 1.6))
        for side in (-1, 1):
            tip = QPointF(x + side * 6, frame.center().y())
            painter.drawLine(tip, tip + QPointF(-side * 3, -3))
            painter.drawLine(tip, tip + QPointF(-side * 3, 3))

    # ---- mouse and keyboard

    def press(self, spot: QPointF) -> bool:
        view = self._view
        if self.mode is Mode.FLICKER and not theme.moves():
            self._flicker()
            return True
        if self.mode is not Mode.SLIDER or view is None:
            return False
        frame = view.viewport.target() & QRectF(view.rect())
        self._share((spot.x() - frame.left()) / max(1.0, frame.width()))
        return True

    def key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP, Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0}
        step = steps.get(Qt.Key(event.key()))
        if step is None or event.modifiers() or self.mode is Mode.BESIDE:
            return False
        if self.mode is Mode.FLICKER:
            self._flicker()
            return True
        self._share(self.share + step)
        return True

    def _share(self, share: float) -> None:
        self.share = min(max(share, 0.0), 1.0)
        if self._view is not None:
            self._view.update()

    def _flicker(self) -> None:
        self.shows_before = not self.shows_before
        if self._view is not None:
            self._view.update()


def draw_tag(painter: QPainter, frame: QRectF, text: str, *, left: bool) -> None:
    """A word in a corner at the top, legible over any picture; below are buttons."""
    metrics = painter.fontMetrics()
    box = QRectF(0, 0, metrics.horizontalAdvance(text) + 14, metrics.height() + 6)
    if left:
        box.moveTopLeft(frame.topLeft() + QPointF(6, 6))
    else:
        box.moveTopRight(frame.topRight() + QPointF(-6, 6))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 165))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
