"""Pictures of one that is being made: the frames of its steps, and what an enlarger added."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.desktop.style import theme
from studio.desktop.widgets.chart import Chart

FRAME, GAP, NUMBER = 46, 5, 15
LARGE = 190
SIDE = 280


class FrameStrip(Chart):
    """Small frames with their numbers; the one under the pointer, or the last, is shown large above them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frames: list[tuple[int, QImage]] = []
        self._chosen = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def shown(self) -> int:
        """Which frame is large; the last one unless another was chosen."""
        return self._chosen if 0 <= self._chosen < len(self._frames) else len(self._frames) - 1

    def show_frames(self, frames: Sequence[tuple[int, QImage]]) -> None:
        """(step, picture) of each."""
        if frames == self._frames:
            return
        self._frames = list(frames)
        if self._chosen >= len(self._frames):
            self._chosen = -1
        self._describe()
        self.fit_height()

    def needed_height(self, width: int) -> int:
        rows = -(-len(self._frames) // self._columns(width))
        return LARGE + 10 + rows * (FRAME + theme.scaled(NUMBER) + GAP)

    def place(self, number: int) -> QRectF:
        """Where a small frame lies."""
        columns = self._columns(self.width())
        row, column = divmod(number, columns)
        return QRectF(column * (FRAME + GAP), LARGE + 10 + row * (FRAME + theme.scaled(NUMBER) + GAP), FRAME, FRAME)

    def _columns(self, width: int) -> int:
        return max(1, (width + GAP) // (FRAME + GAP))

    def _choose(self, number: int) -> None:
        if number != self._chosen:
            self._chosen = number
            self._describe()
            self.update()

    def _describe(self) -> None:
        if self._frames:
            words = self.tr("Step {step} of {count}")
            self.setAccessibleDescription(words.format(step=self._frames[self.shown][0], count=len(self._frames)))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._frames:
            return
        painter = QPainter(self)
        step, large = self._frames[self.shown]
        box = draw_fitted(painter, large, QRectF(0, 0, min(self.width(), LARGE), LARGE))
        painter.setPen(QColor(theme.token("text")))
        beside = QRectF(box.right() + 12, 0, self.width() - box.right() - 12, LARGE)
        words = self.tr("Step {step}\nof {count}").format(step=step, count=self._frames[-1][0])
        painter.drawText(beside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)
        for number, (step, image) in enumerate(self._frames):
            place = self.place(number)
            if not place.adjusted(0, 0, GAP, theme.scaled(NUMBER)).intersects(QRectF(event.rect())):
                continue  # of a long film, most lies outside of what can be seen
            draw_fitted(painter, image, place)
            chosen = number == self.shown
            painter.setPen(QColor(theme.token("text" if chosen else "muted")))
            below = QRectF(place.left(), place.bottom(), FRAME, theme.scaled(NUMBER))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(step))
            if chosen:
                ring = "focus" if self.hasFocus() else "accent"
                painter.setPen(QPen(QColor(theme.token(ring)), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(place.adjusted(1, 1, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        for number in range(len(self._frames)):
            if self.place(number).adjusted(0, 0, GAP, theme.scaled(NUMBER)).contains(event.position()):
                self._choose(number)

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._choose(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6), Qt.Key.Key_End: 10**6}
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._frames:
            super().keyPressEvent(event)
            return
        self._choose(min(max(self.shown + step, 0), len(self._frames) - 1))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class PictureComparison(Chart):
    """Two pictures of the same in one frame; a line that can be dragged parts them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before, self._after = QImage(), QImage()
        self.share = 0.5
        """How much of the width shows what was before."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def show_pair(self, before: QImage, after: QImage) -> None:
        self._before, self._after = before, after
        self.fit_height()

    def needed_height(self, width: int) -> int:
        if self._after.isNull():
            return 1
        wide = min(width, SIDE)
        return min(SIDE, round(wide * self._after.height() / self._after.width()))

    def frame(self) -> QRectF:
        """Where the pictures lie."""
        height = self.height()
        return QRectF(0, 0, min(self.width(), height * self._after.width() / max(1, self._after.height())), height)

    def set_share(self, share: float) -> None:
        self.share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._after.isNull():
            return
        painter = QPainter(self)
        frame = self.frame()
        line = frame.left() + frame.width() * self.share
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(frame, self._after)
        painter.setClipRect(QRectF(frame.left(), frame.top(), line - frame.left(), frame.height()))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # its pixels are the point
        painter.drawImage(frame, self._before)
        painter.setClipping(False)
        self._draw_line(painter, frame, line)
        for text, side in (
            (self.tr("before"), Qt.AlignmentFlag.AlignLeft),
            (self.tr("after"), Qt.AlignmentFlag.AlignRight),
        ):
            draw_tag(painter, frame, text, side)

    def _draw_line(self, painter: QPainter, frame: QRectF, x: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in ((QColor(0, 0, 0, 140), 4.0), (QColor(255, 255, 255), 2.0)):
            painter.setPen(QPen(color, width))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
        ring = theme.token("focus") if self.hasFocus() else "#ffffff"
        painter.setPen(QPen(QColor(ring), 3))
        painter.setBrush(QColor(0, 0, 0, 150))
        painter.drawEllipse(QPointF(x, frame.center().y()), 10, 10)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def _follow(self, event: QMouseEvent) -> None:
        frame = self.frame()
        self.set_share((event.position().x() - frame.left()) / max(1.0, frame.width()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -0.05, Qt.Key.Key_Right: 0.05, Qt.Key.Key_Home: -1.0, Qt.Key.Key_End: 1.0}
        if (step := steps.get(Qt.Key(event.key()))) is not None:
            self.set_share(self.share + step)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


def draw_fitted(painter: QPainter, image: QImage, box: QRectF) -> QRectF:
    """Draw an image as large as the box allows, at its top left; returns where it lies."""
    scale = min(box.width() / max(1, image.width()), box.height() / max(1, image.height()))
    area = QRectF(box.topLeft(), image.size().toSizeF() * scale)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(area, image)
    return area


def draw_tag(painter: QPainter, frame: QRectF, text: str, side: Qt.AlignmentFlag) -> None:
    """A word in a corner, legible over any picture."""
    metrics = painter.fontMetrics()
    box = QRectF(0, 0, metrics.horizontalAdvance(text) + 14, metrics.height() + 6)
    if side == Qt.AlignmentFlag.AlignLeft:
        box.moveBottomLeft(frame.bottomLeft() + QPointF(6, -6))
    else:
        box.moveBottomRight(frame.bottomRight() + QPointF(-6, -6))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 165))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
