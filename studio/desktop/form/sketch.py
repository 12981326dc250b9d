"""Sketch: a mask as it is being painted: strokes that can be undone, drawn small at once and in full in the end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QRadialGradient

SIDE = 2048
"""Pixels: masks of larger pictures are shown in a smaller copy while they are painted."""
UNDO_BYTES = 128 * 2**20
HARD = 0.98
WHITE, BLACK = QColor(255, 255, 255), QColor(0, 0, 0)


class Brush(NamedTuple):
    """`radius` in pixels of the picture; from `hardness` (0 … 1) of it on, the edge fades."""

    radius: float = 24.0
    hardness: float = 0.8
    erases: bool = False


@dataclass
class Stroke:
    """A line of the brush through points of the picture."""

    brush: Brush
    points: list[QPointF] = field(default_factory=list)

    def draw(self, image: QImage, scale: float) -> None:
        for before, after in zip([self.points[0], *self.points], self.points, strict=False):
            draw_line(image, self.brush, before, after, scale)


class Fill:
    """All in one value."""

    def __init__(self, value: int) -> None:
        self.value = value

    def draw(self, image: QImage, scale: float) -> None:
        image.fill(QColor(self.value, self.value, self.value))


class Invert:
    """White becomes black, and black white."""

    def draw(self, image: QImage, scale: float) -> None:
        image.invertPixels()


Act = Stroke | Fill | Invert


class Step(NamedTuple):
    """An act, and what it changed, to be put back."""

    act: Act
    area: QRect
    before: QImage


class Sketch:
    """Grey values, 255 = repaint, of a picture of `size` pixels. `changed` is told the part of `image` that changed."""

    def __init__(self, size: QSize, base: QImage | None = None) -> None:
        self.size = size
        self.scale = min(1.0, SIDE / max(size.width(), size.height()))
        self._base = None if base is None else base.convertToFormat(QImage.Format.Format_Grayscale8)
        self.image = self._start(self.scale)
        self.changed: Callable[[QRect], object] = lambda area: None
        self._done: list[Step] = []
        self._undone: list[Act] = []
        self._kept: list[Act] = []
        """What can no longer be undone."""
        self._stroke: Stroke | None = None
        self._before = QImage()
        self._touched = QRect()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be repainted."""
        line = self.image.scaled(
            64, 64, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        if max(bytes(line.constBits())):
            return False
        return not any(map(any, _rows(self.image)))

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    # ---- painting

    def begin(self, brush: Brush, at: QPointF) -> None:
        self.end()
        self._before = QImage(self.image)
        self._stroke, self._touched = Stroke(brush), QRect()
        self.extend(at)

    def extend(self, at: QPointF) -> None:
        """Go on with the stroke to a point of the picture."""
        if self._stroke is None:
            return
        points = self._stroke.points
        points.append(at)
        area = draw_line(self.image, self._stroke.brush, points[-2] if len(points) > 1 else at, at, self.scale)
        area &= self.image.rect()
        self._touched |= area
        self.changed(area)

    def end(self) -> None:
        """The stroke is whole."""
        if self._stroke is None:
            return
        act, self._stroke = self._stroke, None
        self._keep(Step(act, self._touched, self._before.copy(self._touched)))
        self._before = QImage()

    def fill(self, value: int) -> None:
        self._do(Fill(value))

    def invert(self) -> None:
        self._do(Invert())

    # ---- undo

    def undo(self) -> None:
        self.end()
        if not self._done:
            return
        step = self._done.pop()
        self._undone.append(step.act)
        painter = QPainter(self.image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(step.area.topLeft(), step.before)
        painter.end()
        self.changed(step.area)

    def redo(self) -> None:
        self.end()
        if self._undone:
            undone = self._undone[:-1]
            self._do(self._undone[-1])
            self._undone = undone

    def _do(self, act: Act) -> None:
        self.end()
        before = QImage(self.image)
        act.draw(self.image, self.scale)
        self._keep(Step(act, self.image.rect(), before))
        self.changed(self.image.rect())

    def _keep(self, step: Step) -> None:
        self._done.append(step)
        self._undone = []
        while len(self._done) > 1 and sum(step.before.sizeInBytes() for step in self._done) > UNDO_BYTES:
            self._kept.append(self._done.pop(0).act)

    # ---- in full

    def render(self) -> QImage:
        """The mask in the size of the picture. For a worker's thread, when painting is over."""
        if self.scale == 1.0:
            return self.image
        image = self._start(1.0)
        for act in (*self._kept, *(step.act for step in self._done)):
            act.draw(image, 1.0)
        return image

    def _start(self, scale: float) -> QImage:
        size = QSize(max(1, round(self.size.width() * scale)), max(1, round(self.size.height() * scale)))
        if self._base is None:
            image = QImage(size, QImage.Format.Format_Grayscale8)
            image.fill(BLACK)
            return image
        smooth = Qt.TransformationMode.SmoothTransformation
        image = self._base if self._base.size() == size else self._base.scaled(size, mode=smooth)
        return image.convertToFormat(QImage.Format.Format_Grayscale8).copy()


def draw_line(image: QImage, brush: Brush, start: QPointF, stop: QPointF, scale: float) -> QRect:
    """One piece of a stroke; returns the pixels of `image` that it may have touched."""
    radius = max(0.5, brush.radius * scale)
    start, stop = start * scale, stop * scale
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if brush.hardness >= HARD:
        pen = QPen(BLACK if brush.erases else WHITE, 2 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLine(start, stop) if start != stop else painter.drawPoint(start)
    else:
        _draw_dabs(painter, brush, radius, start, stop)
    painter.end()
    reach = int(radius) + 2
    corners = QRect(start.toPoint(), QSize(1, 1)) | QRect(stop.toPoint(), QSize(1, 1))
    return corners.adjusted(-reach, -reach, reach, reach)


def _draw_dabs(painter: QPainter, brush: Brush, radius: float, start: QPointF, stop: QPointF) -> None:
    """Soft dots, close together. Each pixel takes the strongest, so that going over a place twice changes nothing."""
    modes = QPainter.CompositionMode
    painter.setCompositionMode(modes.CompositionMode_Darken if brush.erases else modes.CompositionMode_Lighten)
    painter.setPen(Qt.PenStyle.NoPen)
    inner, outer = (BLACK, WHITE) if brush.erases else (WHITE, BLACK)
    way = stop - start
    length = (way.x() ** 2 + way.y() ** 2) ** 0.5
    count = max(1, round(length / max(1.0, radius / 6)))
    for number in range(1, count + 1):
        centre = start + way * (number / count)
        gradient = QRadialGradient(centre, radius)
        gradient.setColorAt(0.0, inner)
        gradient.setColorAt(min(brush.hardness, 0.99), inner)
        gradient.setColorAt(1.0, outer)
        painter.setBrush(gradient)
        painter.drawRect(QRect(_floor(centre, radius), _floor(centre, -radius)).adjusted(-1, -1, 1, 1))


def _floor(centre: QPointF, radius: float) -> QPoint:
    return QPoint(int(centre.x() - radius), int(centre.y() - radius))


def _rows(image: QImage) -> list[bytes]:
    data, stride = bytes(image.constBits()), image.bytesPerLine()
    return [data[row * stride : row * stride + image.width()] for row in range(image.height())]
