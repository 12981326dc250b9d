"""A pen that notes down shapes instead of painting them: a drawing says what is there, a style says how it looks."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

Point = tuple[float, float]
Color = tuple[int, int, int]

INK: Color = (40, 36, 48)
CREAM: Color = (250, 242, 226)
WOOD: Color = (140, 94, 60)
GLASS: Color = (178, 222, 242)
LEAF: Color = (76, 154, 84)
GOLD: Color = (250, 200, 66)
STEEL: Color = (198, 202, 212)
ROSE: Color = (238, 128, 142)
EDGE = 0.05
"""Of a shape, where nothing else is said, in the object's frame."""


@dataclass(frozen=True)
class Mark:
    """One shape or line on a page of `side` pixels."""

    placed: Sequence[Point]
    """In pixels, from the top left."""
    side: int
    color: Color
    stroke: float
    """Of a line, in halves of the picture; 0 for a filled shape."""
    outline: Color | None
    edge: float
    """Of the outline, in halves of the picture."""

    @property
    def detail(self) -> bool:
        """A small part inside another one: it casts no shadow and has no outline of its own."""
        return self.outline is None

    @property
    def width(self) -> float:
        """Of a line, in pictures' widths; 0 for a filled shape."""
        return self.stroke / 2

    @cached_property
    def points(self) -> np.ndarray:
        """(n, 2) in pictures' widths."""
        return np.array(self.placed) / self.side


@dataclass(frozen=True)
class Anchors:
    """Where an accessory goes, in the frame of the object that can wear it."""

    top: Point
    """Of the head."""
    head: float
    """Half the width of the head at the hat's brim."""
    eyes: Point
    apart: float
    """From the middle to an eye."""
    neck: Point
    collar: float
    """Half the width of the neck."""
    hand: Point


class Pen:
    """Notes marks in the frame of one object: moved, scaled, turned, perhaps mirrored; coordinates in [-1, 1]."""

    def __init__(self, side: int, center: Point, scale: float, turn: float, mirror: bool, grow: float) -> None:
        """`center` and `scale` (half the frame's side) where the picture's half is 1; what is drawn is `grow` times as
        large as its coordinates say."""
        self.marks: list[Mark] = []
        self._side, self._half = side, side / 2
        self._center, self._scale, self._grow = center, scale, grow
        self._cos, self._sin = math.cos(turn) * scale, math.sin(turn) * scale
        self._sign = -1.0 if mirror else 1.0

    def shape(
        self, points: Sequence[Point], color: Color, detail: bool = False, outline: Color | None = None,
        width: float = EDGE,
    ) -> None:  # fmt: skip
        """What is no detail has an outline, of its own colour where no other is said."""
        line = None if detail else outline or edge(color)
        self._note(points, color, 0.0, line, width * self._scale)

    def line(self, points: Sequence[Point], color: Color, width: float = EDGE, detail: bool = True) -> None:
        """A stroke with round ends; one that is no detail is a thin shape, such as a tail."""
        width *= self._grow
        if not detail:
            self._note(points, edge(color), (width + 1.6 * EDGE) * self._scale)
        self._note(points, color, width * self._scale)

    def oval(
        self, x: float, y: float, rx: float, ry: float, color: Color, detail: bool = False, turn: float = 0.0
    ) -> None:
        points = arc(0, 0, rx, ry, count=28)[:-1]
        cos, sin = math.cos(turn), math.sin(turn)
        self.shape([(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in points], color, detail)

    def box(
        self, left: float, top: float, right: float, bottom: float, color: Color, round_by: float = 0.0,
        detail: bool = False,
    ) -> None:  # fmt: skip
        r = min(round_by, (right - left) / 2, (bottom - top) / 2)
        if r <= 0:
            self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], color, detail)
            return
        corners = ((right - r, top + r), (right - r, bottom - r), (left + r, bottom - r), (left + r, top + r))
        turns = zip(corners, (270, 0, 90, 180), strict=True)
        points = [point for (x, y), start in turns for point in arc(x, y, r, r, start, start + 90, 20)]
        self.shape(points, color, detail)

    def _note(
        self, points: Sequence[Point], color: Color, stroke: float, outline: Color | None = None, width: float = 0.0
    ) -> None:
        placed = [self._place(x * self._grow, y * self._grow) for x, y in points]
        self.marks.append(Mark(placed, self._side, color, stroke, outline, width))

    def _place(self, x: float, y: float) -> Point:
        """Pixels of a point of the object's frame; y grows downwards."""
        x *= self._sign
        return (
            (1 + self._center[0] + x * self._cos - y * self._sin) * self._half,
            (1 + self._center[1] + x * self._sin + y * self._cos) * self._half,
        )


Draw = Callable[[Pen, Color, random.Random], Anchors | None]


def mix(one: Color, other: Color, share: float) -> Color:
    """`share` of the other colour in the one."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value] # of three


def darker(color: Color, share: float = 0.3) -> Color:
    return mix(color, (20, 16, 28), share)


def lighter(color: Color, share: float = 0.35) -> Color:
    return mix(color, (255, 255, 255), share)


def deeper(color: Color, share: float = 0.25) -> Color:
    """Darker; what is nearly black, lighter."""
    return darker(color, share) if sum(color) > 200 else lighter(color, share)


def edge(color: Color) -> Color:
    """The outline of a colour: the colour itself, much darker, so that it stays part of the shape."""
    return darker(color, 0.55)


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
        x = sum(weight * x for weight, (x, _) in zip(weights, points, strict=True))
        result.append((x, sum(weight * y for weight, (_, y) in zip(weights, points, strict=True))))
    return result


def blob(points: Sequence[Point], count: int = 7) -> list[Point]:
    """A smooth closed outline through points (Catmull-Rom)."""
    found, size = [], len(points)
    for k in range(size):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (points[(k + shift) % size] for shift in (-1, 0, 1, 2))
        for step in range(count):
            t = step / count
            a, b, c, d = (-(t**3) + 2 * t**2 - t, 3 * t**3 - 5 * t**2 + 2, -3 * t**3 + 4 * t**2 + t, t**3 - t**2)
            found.append(((a * ax + b * bx + c * cx + d * dx) / 2, (a * ay + b * by + c * cy + d * dy) / 2))
    return found
