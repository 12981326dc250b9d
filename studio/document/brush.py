"""Brush: how much of each pixel a piece of a stroke covers, exactly, so that pieces and tiles leave no marks."""

import functools
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
NEAR = 1e-9
"""Square of the pixels between two points that are one: to divide by less leaves the range of the numbers."""
STAMPED = 24.0
"""Radius in pixels."""
SPACING = 0.1
"""Of stamps, in radii: their edge then departs from a line by radius / 800."""


class Brush(NamedTuple):
    """`radius` in pixels of the picture; from `hardness` (0 … 1) of it on, the edge fades."""

    radius: float = 24.0
    hardness: float = 0.8
    erases: bool = False


class Dab(NamedTuple):
    """A point of a stroke in pixels of the picture; `pressure` (0 … 1) is a share of the radius."""

    x: float
    y: float
    pressure: float = 1.0


def reach(brush: Brush, start: Dab, stop: Dab) -> tuple[int, int, int, int]:
    """The pixels that a piece of a stroke may touch: left, top, right, bottom, the last two excluded."""
    out = [brush.radius * dab.pressure + 1.5 for dab in (start, stop)]
    left = min(start.x - out[0], stop.x - out[1])
    top = min(start.y - out[0], stop.y - out[1])
    right = max(start.x + out[0], stop.x + out[1])
    bottom = max(start.y + out[0], stop.y + out[1])
    return int(left) - 1, int(top) - 1, int(right) + 2, int(bottom) + 2


def stamps(brush: Brush, start: Dab, stop: Dab) -> Iterator[tuple[int, int]]:
    """The top left corners at which the `stamp` of a brush covers what `coverage` tells, but for parts of a pixel."""
    reach_px = stamp(brush.radius * start.pressure, brush.hardness).shape[0] // 2
    length = math.hypot(stop.x - start.x, stop.y - start.y)
    count = max(1, math.ceil(length / (brush.radius * start.pressure * SPACING)))
    for number in range(count + 1) if length else (0,):
        share = number / count
        x, y = start.x + share * (stop.x - start.x), start.y + share * (stop.y - start.y)
        yield math.floor(x) - reach_px, math.floor(y) - reach_px


@functools.lru_cache(maxsize=4)
def stamp(radius: float, hardness: float) -> Grey:
    """One dab in the middle of a square."""
    side = math.ceil(radius) + 2
    middle = Dab(side + 0.5, side + 0.5)
    return coverage(Brush(radius, hardness), middle, middle, (0, 0, 2 * side + 1, 2 * side + 1))


def is_stamped(brush: Brush, start: Dab, stop: Dab) -> bool:
    """Whether the brush is so large that stamps are as good as exact lines, at a tenth of the work."""
    return start.pressure == stop.pressure and brush.radius * start.pressure >= STAMPED


def coverage(brush: Brush, start: Dab, stop: Dab, area: tuple[int, int, int, int]) -> Grey:
    """255 under the brush, 0 away from it, for the pixels of `area` (left, top, right, bottom).

    The distance from each pixel to the line between both points is compared with the radius there; the radius changes
    evenly along the line as the pressure does.
    """
    left, top, right, bottom = area
    x = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5 - start.x)
    y = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - start.y)
    way_x, way_y = stop.x - start.x, stop.y - start.y
    length = way_x * way_x + way_y * way_y
    radius: NDArray[np.float32] | float = max(0.5, brush.radius * start.pressure)
    if length > NEAR:
        share = (x * np.float32(way_x / length)) + (y * np.float32(way_y / length))
        np.clip(share, 0, 1, out=share)
        x, y = x - share * np.float32(way_x), y - share * np.float32(way_y)
        if start.pressure != stop.pressure:
            ends = max(0.5, brush.radius * start.pressure), max(0.5, brush.radius * stop.pressure)
            radius = np.float32(ends[0]) + share * np.float32(ends[1] - ends[0])
    away = np.sqrt(x * x + y * y)
    width = np.maximum(1.0, radius * np.float32(1.0 - brush.hardness))
    level = (radius + np.float32(0.5) - away) * (255 / width)
    cover: Grey = np.clip(level, 0, 255).astype(np.uint8)
    return cover
