"""A pen that notes down shapes instead of painting them: a drawing says what is there, a style says how it looks."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from studio_starter.shape import Color, Point, arc, curve, darker, lighter, mix

__all__ = ["Anchors", "Color", "Draw", "Mark", "Pen", "Point", "arc", "blob", "curve", "darker", "lighter", "mix"]

INK: Color = (40, 36, 48)
CREAM: Color = (250, 242, 226)
WOOD: Color = (140, 94, 60)
GLASS: Color = (178, 222, 242)
LEAF: Color = (76, 154, 84)
GOLD: Color = (250, 200, 66)
STEEL: Color = (198, 202, 212)
ROSE: Color = (238, 128, 142)


@dataclass(frozen=True)
class Mark:
    """One shape: `points` (n, 2) in pictures' widths, from the top left."""

    points: np.ndarray
    color: Color
    width: float
    """Of a line, in pictures' widths; 0 for a filled shape."""
    detail: bool
    """A small part inside another one: it casts no shadow and has no outline of its own."""


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

    def __init__(self, center: Point, scale: float, turn: float = 0.0, mirror: bool = False) -> None:
        """`center` and `scale` (half the frame's side) in pictures' widths."""
        self.marks: list[Mark] = []
        cos, sin, sign = math.cos(turn) * scale, math.sin(turn) * scale, -1.0 if mirror else 1.0
        self._frame = np.array([[cos * sign, sin * sign], [-sin, cos]])
        self._center = np.array(center)
        self._scale = scale

    def shape(self, points: Sequence[Point], color: Color, detail: bool = False) -> None:
        self.marks.append(Mark(np.array(points) @ self._frame + self._center, color, 0.0, detail))

    def line(self, points: Sequence[Point], color: Color, width: float = 0.05, detail: bool = True) -> None:
        """A stroke with round ends; one that is no detail is a thin shape, such as a tail."""
        self.marks.append(Mark(np.array(points) @ self._frame + self._center, color, width * self._scale, detail))

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
        corners = (
            (right - r, top + r, 270),
            (right - r, bottom - r, 0),
            (left + r, bottom - r, 90),
            (left + r, top + r, 180),
        )
        points = [point for x, y, start in corners for point in arc(x, y, r, r, start, start + 90, 20)]
        self.shape(points, color, detail)


def blob(points: Sequence[Point], count: int = 7) -> list[Point]:
    """A smooth closed outline through points (Catmull-Rom)."""
    found, size = [], len(points)
    for k in range(size):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = (points[(k + shift) % size] for shift in (-1, 0, 1, 2))
        for step in range(count):
            t = step / count
            weights = (-(t**3) + 2 * t**2 - t, 3 * t**3 - 5 * t**2 + 2, -3 * t**3 + 4 * t**2 + t, t**3 - t**2)
            found.append(
                (
                    (weights[0] * ax + weights[1] * bx + weights[2] * cx + weights[3] * dx) / 2,
                    (weights[0] * ay + weights[1] * by + weights[2] * cy + weights[3] * dy) / 2,
                )
            )
    return found


Draw = Callable[[Pen, Color, random.Random], Anchors | None]
