"""Which part of the canvas is worked on, and at which size."""

import itertools
import math
from dataclasses import dataclass

import cv2
import numpy as np

from studio_inpaint.extended_picture import Pixels

Bounds = tuple[int, int, int, int]
"""left, top, right, bottom in pixels."""
LARGEST_RATIO = 3.0
"""Of a working picture's sides; models know no narrower ones. What is thinner is squeezed."""

MOST_AREAS = 12
"""Of one edit: each takes the time of a picture."""
MOST_GROUPS = 64
"""Of marks that are looked at one by one: more are specks."""
COARSE_SIDE = 64
"""Cells on the longer side of the view in which marks are told apart."""
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


def areas(mask: Pixels, context: float, native: tuple[int, int], multiple: int) -> list[Area]:
    """One for all marks that lie near each other; marks whose surroundings do not touch have one each.

    In one crop for all of them each would be tiny, and blurred. Of more than MOST_AREAS they make one all the same. For
    the rest see `area`.
    """
    groups = _groups(mask)
    found: list[Area] = []
    while len(groups) <= MOST_GROUPS:
        found = [area(mask, context, native, multiple, group) for group in groups]
        pair = _touching(found)
        if pair is None:
            break
        joined = _joined(*(groups[at] for at in pair))
        groups = [*(group for at, group in enumerate(groups) if at not in pair), joined]
    return found if len(groups) <= MOST_AREAS else [area(mask, context, native, multiple)]


def area(mask: Pixels, context: float, native: tuple[int, int], multiple: int, marked: Bounds | None = None) -> Area:
    """The surroundings of what is `marked`: a square where the canvas has one, never less than the model's own size.

    `context` is the share of the mask's longer side that is added on each side; `native` the model's best size.
    """
    left, top, right, bottom = marked or bounds(mask)
    side = max(right - left, bottom - top)
    wanted = max(math.ceil(side * (1 + 2 * context)), side + 2 * MARGIN, *native)
    (left, right), (top, bottom) = (
        _span(low, high, wanted, limit)
        for low, high, limit in ((left, right, mask.shape[1]), (top, bottom, mask.shape[0]))
    )
    return Area(left, top, right, bottom, work_size((right - left, bottom - top), native, multiple))


def _groups(mask: Pixels) -> list[Bounds]:
    """The bounds of marks that hang together, in a coarse view of the mask, from top to bottom."""
    cell = max(1, math.ceil(max(mask.shape) / COARSE_SIDE))
    rows, columns = (np.arange(0, side, cell) for side in mask.shape)
    coarse = np.maximum.reduceat(np.maximum.reduceat(mask, rows, axis=0), columns, axis=1)
    count, labels = cv2.connectedComponents((coarse > 0).astype(np.uint8), connectivity=8)
    groups = []
    for label in range(1, count):
        left, top, right, bottom = (cell * edge for edge in bounds(labels == label))
        inner = bounds(mask[top:bottom, left:right])
        groups.append((left + inner[0], top + inner[1], left + inner[2], top + inner[3]))
    return groups


def _touching(found: list[Area]) -> tuple[int, int] | None:
    for (one, a), (other, b) in itertools.combinations(enumerate(found), 2):
        if a.left <= b.right and b.left <= a.right and a.top <= b.bottom and b.top <= a.bottom:
            return one, other
    return None


def _joined(one: Bounds, other: Bounds) -> Bounds:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def bounds(mask: Pixels) -> Bounds:
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
