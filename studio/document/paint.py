"""Paint: what a brush's coverage does to the colours of a layer, exactly, pixel by pixel."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.document.brush import Brush, Dab, Grey
from studio.document.mask import TILE, Area, Key, Mask, meet

Pixels = NDArray[np.uint8]
"""Height x width x 4: blue, green, red, alpha, the first three multiplied by the last."""


class Ink(NamedTuple):
    """What a stroke leaves; `colour` is red, green, blue, or None for a stroke that takes away."""

    colour: tuple[int, int, int] | None = (0, 0, 0)
    opacity: float = 1.0


class PixelTiles(NamedTuple):
    """Tiles of a layer before and after a stroke: what its undo needs, and no more."""

    before: dict[Key, Pixels]
    after: dict[Key, Pixels]


class Stroke:
    """One stroke in `pixels`, which are written to. Where it crosses itself it is no stronger than elsewhere."""

    def __init__(self, pixels: Pixels, ink: Ink) -> None:
        self._pixels = pixels
        self._cover = Mask(pixels.shape[1], pixels.shape[0])
        self._ink, self._left = _tables(ink)
        self._erases = ink.colour is None
        self._before: dict[Key, Pixels] = {}

    def draw(self, brush: Brush, start: Dab, stop: Dab) -> Area:
        """One piece; returns the area that it may have changed."""
        area = self._cover.draw(brush._replace(erases=False), start, stop)
        for key in self._cover.keys_in(area):
            cover = self._cover.tile(key)
            if cover is None:
                continue
            x, y = key[0] * TILE, key[1] * TILE
            left, top, right, bottom = meet(self._cover.area(key), area)
            inside = slice(top - y, bottom - y), slice(left - x, right - x)
            base = self._kept(key)[inside]
            self._pixels[top:bottom, left:right] = self._blend(base, cover[inside])
        return area

    def _kept(self, key: Key) -> Pixels:
        if key not in self._before:
            left, top, right, bottom = self._cover.area(key)
            self._before[key] = self._pixels[top:bottom, left:right].copy()
        return self._before[key]

    def _blend(self, base: Pixels, cover: Grey) -> Pixels:
        import cv2

        rest = cv2.multiply(base, _looked_up(self._left, cover), scale=1 / 255)
        blended: Pixels = rest if self._erases else cv2.add(rest, _looked_up(self._ink, cover))
        return blended

    def end(self) -> PixelTiles:
        """What it has changed."""
        after = {}
        for key, before in [*self._before.items()]:
            left, top, right, bottom = self._cover.area(key)
            now = self._pixels[top:bottom, left:right]
            if np.array_equal(now, before):
                del self._before[key]
            else:
                after[key] = now.copy()
        return PixelTiles(self._before, after)


def put(pixels: Pixels, tiles: dict[Key, Pixels]) -> list[Area]:
    """Write tiles back; returns where."""
    areas = []
    for (x, y), tile in tiles.items():
        left, top = x * TILE, y * TILE
        height, width = tile.shape[:2]
        pixels[top : top + height, left : left + width] = tile
        areas.append((left, top, left + width, top + height))
    return areas


def _tables(ink: Ink) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """At each coverage: the ink, and what is left of what was there; each the four bytes of a pixel."""
    alpha = np.round(np.arange(256) * min(max(ink.opacity, 0.0), 1.0))
    red, green, blue = ink.colour or (0, 0, 0)
    channels = [np.round(alpha * value / 255) for value in (blue, green, red)]
    inked = np.stack([*channels, alpha], axis=1).astype(np.uint8)
    left = np.repeat((255 - alpha).astype(np.uint8)[:, None], 4, axis=1)
    return inked.view(np.uint32)[:, 0], left.view(np.uint32)[:, 0]


def _looked_up(table: NDArray[np.uint32], cover: Grey) -> Pixels:
    return table[cover].view(np.uint8).reshape(*cover.shape, 4)
