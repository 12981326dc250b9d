"""Guides: rulers along the edges of a view, a grid over the picture, and what the pointer snaps to."""

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTransform

from studio.desktop.canvas.viewport import Viewport
from studio.desktop.style import theme

RULER = 22
"""Pixels of the screen."""
SNAP = 7.0
"""So near, in pixels of the screen, things snap."""
NARROWEST = 6.0
"""Pixels of the screen: lines of a grid that would lie closer are left out."""
LABEL_EVERY = 70.0
STEPS = (8, 16, 32, 64, 128, 256)
"""What a grid can be set to, in pixels of the picture."""


class Guides:
    """What is switched on, and its drawing; `step` is the width of a square of the grid."""

    def __init__(self) -> None:
        self.rulers = self.grid = False
        self.snap = True
        self.step = 64

    def snapped(self, at: QPointF, viewport: Viewport) -> QPointF:
        """A point of the picture, moved onto the grid, an edge or the middle of the picture if one is near."""
        if not self.snap:
            return at
        bounds = QRectF(viewport.bounds)
        near = SNAP / viewport.zoom
        xs = [bounds.left(), bounds.center().x(), bounds.right()]
        ys = [bounds.top(), bounds.center().y(), bounds.bottom()]
        if self.grid:
            xs.append(bounds.left() + round((at.x() - bounds.left()) / self.step) * self.step)
            ys.append(bounds.top() + round((at.y() - bounds.top()) / self.step) * self.step)
        return QPointF(_nearest(at.x(), xs, near), _nearest(at.y(), ys, near))

    # ---- drawing

    def draw(self, painter: QPainter, viewport: Viewport, pointer: QPointF | None) -> None:
        """Over the picture, in pixels of the view; `pointer` is marked on the rulers."""
        if viewport.bounds.isEmpty():
            return
        if self.grid:
            self._draw_grid(painter, viewport)
        if self.rulers and not viewport.rotation:
            self._draw_rulers(painter, viewport, pointer)

    def _draw_grid(self, painter: QPainter, viewport: Viewport) -> None:
        step = self.step
        while step * viewport.zoom < NARROWEST:
            step *= 2
        bounds, transform = QRectF(viewport.bounds), viewport.transform()
        lines = []
        for number in range(1, math.ceil(bounds.width() / step)):
            x = bounds.left() + number * step
            lines.append(QLineF(x, bounds.top(), x, bounds.bottom()))
        for number in range(1, math.ceil(bounds.height() / step)):
            y = bounds.top() + number * step
            lines.append(QLineF(bounds.left(), y, bounds.right(), y))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, bool(viewport.rotation))
        for colour, style in (
            (QColor(0, 0, 0, 90), Qt.PenStyle.SolidLine),
            (QColor(255, 255, 255, 150), Qt.PenStyle.DotLine),
        ):
            painter.setPen(QPen(colour, 1, style))
            painter.drawLines([transform.map(line) for line in lines])
        painter.restore()

    def _draw_rulers(self, painter: QPainter, viewport: Viewport, pointer: QPointF | None) -> None:
        width, height = viewport.view.width(), viewport.view.height()
        transform = viewport.transform()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(0, 0, width, RULER), QColor(theme.token("panel")))
        painter.fillRect(QRectF(0, 0, RULER, height), QColor(theme.token("panel")))
        font = QFont(painter.font())
        font.setPixelSize(10)
        painter.setFont(font)
        self._draw_ticks(painter, transform.dx(), viewport.zoom, width, across=True)
        self._draw_ticks(painter, transform.dy(), viewport.zoom, height, across=False)
        painter.setPen(QColor(theme.token("line")))
        painter.fillRect(QRectF(0, 0, RULER, RULER), QColor(theme.token("panel")))
        painter.drawLine(0, RULER, width, RULER)
        painter.drawLine(RULER, 0, RULER, height)
        if pointer is not None:
            painter.setPen(QPen(QColor(theme.token("accent")), 1))
            painter.drawLine(QLineF(pointer.x(), 0, pointer.x(), RULER))
            painter.drawLine(QLineF(0, pointer.y(), RULER, pointer.y()))
        painter.restore()

    def _draw_ticks(self, painter: QPainter, origin: float, zoom: float, length: int, *, across: bool) -> None:
        """`origin`: where pixel 0 of the picture lies in the view."""
        step = _ruler_step(LABEL_EVERY / zoom)
        first, last = math.floor((RULER - origin) / zoom / step), math.ceil((length - origin) / zoom / step)
        line, words = QColor(theme.token("edge")), QColor(theme.token("muted"))
        for number in range(first * 5, last * 5 + 1):
            spot = origin + number * step / 5 * zoom
            if not RULER <= spot <= length:
                continue
            whole = number % 5 == 0
            painter.setPen(line)
            reach = RULER if whole else 6
            painter.drawLine(
                QLineF(spot, RULER - reach, spot, RULER) if across else QLineF(RULER - reach, spot, RULER, spot)
            )
            if whole:
                painter.setPen(words)
                self._draw_number(painter, spot, f"{number // 5 * step:g}", across=across)

    def _draw_number(self, painter: QPainter, spot: float, text: str, *, across: bool) -> None:
        if across:
            painter.drawText(QPointF(spot + 3, 11), text)
            return
        painter.save()
        painter.setTransform(QTransform().translate(11, spot - 3).rotate(-90), True)
        painter.drawText(QPointF(0, 0), text)
        painter.restore()


def _nearest(value: float, lines: list[float], near: float) -> float:
    best = min(lines, key=lambda line: abs(line - value))
    return best if abs(best - value) <= near else value


def _ruler_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, and a whole pixel at least."""
    power = 10.0 ** math.floor(math.log10(max(least, 1e-6)))
    return max(1.0, next(times * power for times in (1, 2, 5, 10) if times * power >= least))
