"""Which part of the canvas is worked on, and at which size."""

import math
from dataclasses import dataclass

import numpy as np

from studio_inpaint.extended_picture import Pixels

LARGEST_RATIO = 3.0
"""Of a working picture's sides; models know no narrower ones. What is thinner is squeezed."""

MARGIN = 16
"""Pixels around the mask in any case: colours are matched there."""


@dataclass(frozen=True)
class Area:
    """A rectangle of the canvas, and the size at which the model sees it."""

    left: int
    top: int
    right: int
    bottom: int
    work: tuple[int, int]
    """(width, height) in pixels that the model makes, its own upscaler included."""

    @property
    def size(self) -> tuple[int, int]:
        return self.right - self.left, self.bottom - self.top

    @property
    def box(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.right, self.bottom

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def scale(self) -> float:
        """Pixels of the canvas for one that the model makes."""
        return math.sqrt(self.size[0] * self.size[1] / (self.work[0] * self.work[1]))


def area(mask: Pixels, context: float, native: tuple[int, int], multiple: int) -> Area:
    """The mask's surroundings: a square where the canvas has one, never less than the model's own size.

    `context` is the share of the mask's longer side that is added on each side; `native` the model's best size.
    """
    left, top, right, bottom = bounds(mask)
    side = max(right - left, bottom - top)
    wanted = max(math.ceil(side * (1 + 2 * context)), side + 2 * MARGIN, *native)
    (left, right), (top, bottom) = (
        _span(low, high, wanted, limit)
        for low, high, limit in ((left, right, mask.shape[1]), (top, bottom, mask.shape[0]))
    )
    return Area(left, top, right, bottom, work_size((right - left, bottom - top), native, multiple))


def bounds(mask: Pixels) -> tuple[int, int, int, int]:
    """left, top, right, bottom of what is not 0."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def work_size(size: tuple[int, int], native: tuple[int, int], multiple: int) -> tuple[int, int]:
    """About as many pixels as the model's own size, in the proportions of `size`, each side a multiple."""
    ratio = min(max(size[0] / size[1], 1 / LARGEST_RATIO), LARGEST_RATIO)
    pixels = native[0] * native[1]
    sides = math.sqrt(pixels * ratio), math.sqrt(pixels / ratio)
    width, height = (max(multiple, round(side / multiple) * multiple) for side in sides)
    return width, height


def _span(low: int, high: int, wanted: int, limit: int) -> tuple[int, int]:
    """`wanted` pixels around low … high, moved inside 0 … limit."""
    length = min(limit, max(wanted, high - low))
    start = min(max(0, (low + high - length) // 2), limit - length)
    return start, start + length
