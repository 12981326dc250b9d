"""Small drawings of numbers and words: chips, bars, curves; painted by hand in the colours of the theme."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.desktop.style import theme

CHIP_HEIGHT, CHIP_GAP, CHIP_PADDING = 26, 6, 10
BAR_HEIGHT, BAR_GAP = 12, 10
CURVE_HEIGHT = 150


class Chart(QWidget):
    """Takes the width that there is, and asks for the height that it then needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def needed_height(self, width: int) -> int:
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        return QSize(240, self.needed_height(max(self.width(), 120)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_height()

    def fit_height(self) -> None:
        height = self.needed_height(max(self.width(), 120))
        if height != self.height():
            self.setFixedHeight(height)
        self.update()


class Chips(Chart):
    """Words in round frames, one after the other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []

    def show_words(self, words: Sequence[str]) -> None:
        self._words = list(words)
        self.setAccessibleDescription(" · ".join(self._words))
        self.fit_height()

    def needed_height(self, width: int) -> int:
        places = self._places(width)
        return round(places[-1].bottom()) + 1 if places else theme.scaled(CHIP_HEIGHT)

    def _places(self, width: int) -> list[QRectF]:
        places, x, y, high = [], 0.0, 0.0, theme.scaled(CHIP_HEIGHT)
        metrics = QFontMetrics(self.font())
        for word in self._words:
            wide = min(metrics.horizontalAdvance(word) + 2 * CHIP_PADDING, width)
            if x and x + wide > width:
                x, y = 0.0, y + high + CHIP_GAP
            places.append(QRectF(x, y, wide, high))
            x += wide + CHIP_GAP
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        for word, place in zip(self._words, self._places(self.width()), strict=True):
            painter.setPen(QPen(QColor(theme.token("accent")), 1))
            painter.setBrush(QColor(theme.token("accent-soft")))
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), place.height() / 2, place.height() / 2)
            painter.setPen(QColor(theme.token("text")))
            room = round(place.width()) - CHIP_PADDING
            shown = metrics.elidedText(word, Qt.TextElideMode.ElideRight, room)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)


class Bars(Chart):
    """Numbers from 0 (or below) to 1 as bars with names, the largest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, float]] = []

    def show_values(self, rows: Sequence[tuple[str, float]]) -> None:
        self._rows = sorted(rows, key=lambda row: -row[1])
        self.setAccessibleDescription(", ".join(f"{name} {value:.2f}" for name, value in self._rows))
        self.fit_height()

    def needed_height(self, width: int) -> int:
        return max(1, len(self._rows)) * self._pitch()

    def _pitch(self) -> int:
        return max(BAR_HEIGHT, QFontMetrics(self.font()).height()) + BAR_GAP // 2

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, pitch = painter.fontMetrics(), self._pitch()
        names = min(max((metrics.horizontalAdvance(name) + 4 for name, _ in self._rows), default=0), self.width() // 3)
        numbers = metrics.horizontalAdvance("−0.00") + 8
        track = QRectF(names + 10, 0, max(20, self.width() - names - numbers - 10), BAR_HEIGHT)
        low = min(0.0, *(value for _, value in self._rows)) if self._rows else 0.0
        zero = track.left() + track.width() * -low / (1 - low)
        for row, (name, value) in enumerate(self._rows):
            line = QRectF(0, row * pitch, self.width(), pitch)
            track.moveTop(line.center().y() - BAR_HEIGHT / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.token("raised")))
            painter.drawRoundedRect(track, 4, 4)
            end = zero + track.width() * min(value, 1.0) / (1 - low)
            bar = QRectF(min(zero, end), track.top(), abs(end - zero), BAR_HEIGHT)
            painter.setBrush(QColor(theme.token("accent" if row == 0 else "muted")))
            painter.drawRoundedRect(bar, 4, 4)
            painter.setPen(QColor(theme.token("text")))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, names)
            painter.drawText(QRectF(0, line.top(), names, pitch), _RIGHT, shown)
            painter.setPen(QColor(theme.token("text" if row == 0 else "muted")))
            painter.drawText(line, _RIGHT, f"{value:.2f}".replace("-", "−"))


class Curve(Chart):
    """How numbers come nearer to 1, step by step; earlier curves stay as a trace."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves: list[list[float]] = []
        self.goal = ""
        """What the line at 1 is called."""

    def show_curves(self, curves: Sequence[Sequence[float]]) -> None:
        shown = [list(curve) for curve in curves if curve]
        if shown == self._curves:
            return  # to draw it takes milliseconds
        self._curves = shown
        last = self._curves[-1] if self._curves else []
        self.setAccessibleDescription(", ".join(f"{value:.2f}" for value in last))
        self.fit_height()

    def needed_height(self, width: int) -> int:
        return theme.scaled(CURVE_HEIGHT)

    def _plot(self) -> QRectF:
        left, line = theme.scaled(34), theme.scaled(20)
        return QRectF(left, line, self.width() - left - 10, theme.scaled(CURVE_HEIGHT) - 2 * line - 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self._plot()
        low = min([0.0, *(min(curve) for curve in self._curves)])
        longest = max([2, *(len(curve) for curve in self._curves)])
        self._draw_grid(painter, plot, low, longest)
        for number, curve in enumerate(self._curves):
            self._draw_curve(painter, plot, low, longest, curve, last=number == len(self._curves) - 1)

    def _draw_grid(self, painter: QPainter, plot: QRectF, low: float, longest: int) -> None:
        for value in (low, (low + 1) / 2, 1.0):
            y = plot.bottom() - plot.height() * (value - low) / (1 - low)
            is_goal = value == 1.0
            style = Qt.PenStyle.DashLine if is_goal else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(theme.token("accent" if is_goal else "line")), 1, style))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(theme.token("muted")))
            painter.drawText(
                QRectF(0, y - plot.top() / 2, plot.left() - 8, plot.top()), _RIGHT, f"{value:.1f}".replace("-", "−")
            )
        painter.drawText(QRectF(plot.left(), 0, plot.width(), 0.8 * plot.top()), _RIGHT, self.goal)
        below = QRectF(plot.left(), plot.bottom() + 4, plot.width(), plot.top())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "1")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, str(longest))

    def _draw_curve(
        self, painter: QPainter, plot: QRectF, low: float, longest: int, curve: list[float], *, last: bool
    ) -> None:
        points = [
            QPointF(
                plot.left() + plot.width() * number / (longest - 1),
                plot.bottom() - plot.height() * (value - low) / (1 - low),
            )
            for number, value in enumerate(curve)
        ]
        color = QColor(theme.token("accent" if last else "edge"))
        if last:
            self._fill_below(painter, plot, points, color)
        painter.setPen(QPen(color, 2.2 if last else 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        if last:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            for point in points:
                painter.drawEllipse(point, 2.6, 2.6)

    def _fill_below(self, painter: QPainter, plot: QRectF, points: list[QPointF], color: QColor) -> None:
        area = QPainterPath(QPointF(points[0].x(), plot.bottom()))
        for point in points:
            area.lineTo(point)
        area.lineTo(points[-1].x(), plot.bottom())
        soft = QColor(color)
        soft.setAlpha(38)
        painter.fillPath(area, soft)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
