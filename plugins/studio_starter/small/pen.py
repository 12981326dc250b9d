"""A pen that draws smooth, turned and mirrored shapes with Pillow, from coordinates in [-1, 1]."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

Point = tuple[float, float]
Color = tuple[int, int, int]


def mix(one: Color, other: Color, share: float) -> Color:
    """`share` of the other colour in the one."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def darker(color: Color, share: float = 0.3) -> Color:
    return mix(color, (20, 16, 28), share)


def lighter(color: Color, share: float = 0.35) -> Color:
    return mix(color, (255, 255, 255), share)


class Pen:
    """Draws on an image in the frame of one object: moved, scaled, turned, perhaps mirrored."""

    def __init__(
        self, image: Image.Image, center: Point, scale: float, turn: float = 0.0, mirror: bool = False
    ) -> None:
        self._draw = ImageDraw.Draw(image)
        self._half = image.width / 2
        self._center = center
        self._scale = scale
        self._cos, self._sin = math.cos(turn) * scale, math.sin(turn) * scale
        self._sign = -1.0 if mirror else 1.0

    def place(self, x: float, y: float) -> Point:
        """Pixels of a point of the object's frame; y grows downwards."""
        x *= self._sign
        return (
            (1 + self._center[0] + x * self._cos - y * self._sin) * self._half,
            (1 + self._center[1] + x * self._sin + y * self._cos) * self._half,
        )

    def shape(self, points: Sequence[Point], fill: Color, outline: Color | None = None, width: float = 0.05) -> None:
        """A filled polygon with a rounded outline."""
        placed = [self.place(x, y) for x, y in points]
        self._draw.polygon(placed, fill=fill)
        if outline is not None:
            self._stroke([*placed, placed[0], placed[1]], outline, width)

    def line(self, points: Sequence[Point], color: Color, width: float = 0.05) -> None:
        """A stroke with round ends; `width` in the object's frame."""
        placed = [self.place(x, y) for x, y in points]
        self._stroke(placed, color, width)
        radius = width * self._scale * self._half / 2
        for x, y in (placed[0], placed[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)

    def oval(
        self, x: float, y: float, rx: float, ry: float, fill: Color, outline: Color | None = None, width: float = 0.05
    ) -> None:
        self.shape(arc(x, y, rx, ry), fill, outline, width)

    def _stroke(self, placed: Sequence[Point], color: Color, width: float) -> None:
        self._draw.line(placed, fill=color, width=max(1, round(width * self._scale * self._half)), joint="curve")


def arc(
    x: float, y: float, rx: float, ry: float, start: float = 0.0, end: float = 360.0, count: int = 36
) -> list[Point]:
    """Points on an ellipse from `start` to `end` degrees, clockwise on the screen, 0 to the right."""
    steps = max(2, round(count * abs(end - start) / 360))
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def curve(*points: Point, count: int = 12) -> list[Point]:
    """A Bézier curve through its first and last point (quadratic for three points, cubic for four)."""
    degree = len(points) - 1
    result = []
    for step in range(count + 1):
        t = step / count
        weights = [math.comb(degree, k) * t**k * (1 - t) ** (degree - k) for k in range(degree + 1)]
        result.append(
            (
                sum(weight * x for weight, (x, _) in zip(weights, points, strict=True)),
                sum(weight * y for weight, (_, y) in zip(weights, points, strict=True)),
            )
        )
    return result
