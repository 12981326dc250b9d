"""A pen that draws smooth, turned and mirrored shapes with Pillow, from coordinates in [-1, 1]."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from studio_starter.large.pen import Mark
from studio_starter.shape import Color, Point, arc


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


class Notes(Pen):
    """Notes marks instead, for a style to paint: what has no outline is a detail."""

    def __init__(
        self, image: Image.Image, center: Point, scale: float, turn: float = 0.0, mirror: bool = False
    ) -> None:
        super().__init__(image, center, scale, turn, mirror)
        self.marks: list[Mark] = []

    def shape(self, points: Sequence[Point], fill: Color, outline: Color | None = None, width: float = 0.05) -> None:
        self._note(points, fill, 0.0, outline is None)

    def line(self, points: Sequence[Point], color: Color, width: float = 0.05) -> None:
        self._note(points, color, width * self._scale / 2, True)

    def _note(self, points: Sequence[Point], color: Color, width: float, detail: bool) -> None:
        placed = np.array([self.place(x, y) for x, y in points]) / (2 * self._half)
        self.marks.append(Mark(placed, color, width, detail))
