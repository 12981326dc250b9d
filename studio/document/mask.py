"""Mask: which pixels are to be made anew, in tiles, so that a stroke and its undo touch only what they cover."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from studio.document.brush import Brush, Dab, Grey, coverage, is_stamped, reach, stamp, stamps

TILE = 256
"""Pixels a side."""
FINER = 4
"""How much larger than its pixels a shape is drawn, for its edge to be smooth."""
Key = tuple[int, int]
Area = tuple[int, int, int, int]
"""left, top, right, bottom; the last two excluded."""
Tiles = dict[Key, Grey | None]
"""None for a tile that holds nothing but the ground."""


class Shape(NamedTuple):
    """Where a mask that is made elsewhere (a selection) lies."""

    level: Grey
    left: int
    top: int


@dataclass(frozen=True)
class Change:
    """What one act did to the mask, as the tiles before and after it; tiles are shared, never copied."""

    before: Tiles
    after: Tiles
    ground: tuple[int, int]

    @property
    def is_empty(self) -> bool:
        return not self.after and self.ground[0] == self.ground[1]


class Mask:
    """Grey values of a picture's size, 255 = repaint. What no tile covers has the value of the ground.

    Acts lie between `begin` and `end`; the first touch of a tile within an act copies it, so that what was taken
    before (a Change, a snapshot) stays as it was.
    """

    def __init__(self, width: int, height: int, base: Grey | None = None) -> None:
        self.width, self.height = width, height
        self.ground = 0
        self._tiles: dict[Key, Grey] = {}
        self._before: Tiles = {}
        self._ground_before = 0
        if base is not None:
            self.begin()
            self._put(Shape(base, 0, 0), (0, 0, width, height), erases=False)
            self.end()

    # ---- reading

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be repainted."""
        return not self.ground and not any(tile.any() for tile in self._tiles.values())

    @property
    def keys(self) -> list[Key]:
        """Of the tiles that are there."""
        return [*self._tiles]

    def tile(self, key: Key) -> Grey | None:
        """Not to be written to; None where there is only the ground."""
        return self._tiles.get(key)

    def area(self, key: Key) -> Area:
        """The pixels of a tile that lie within the picture."""
        x, y = key[0] * TILE, key[1] * TILE
        return x, y, min(x + TILE, self.width), min(y + TILE, self.height)

    def keys_in(self, area: Area) -> Iterator[Key]:
        """The tiles that an area touches, those that are not there (yet) too."""
        left, top, right, bottom = self.clipped(area)
        for y in range(top // TILE, -(-bottom // TILE) if bottom > top else 0):
            for x in range(left // TILE, -(-right // TILE) if right > left else 0):
                yield x, y

    def clipped(self, area: Area) -> Area:
        left, top, right, bottom = area
        return max(0, left), max(0, top), min(self.width, right), min(self.height, bottom)

    def read(self, area: Area) -> Grey:
        """A copy of a part; what lies outside the picture is 0."""
        left, top, right, bottom = area
        found = np.zeros((bottom - top, right - left), np.uint8)
        inside = self.clipped(area)
        if inside[2] <= inside[0] or inside[3] <= inside[1]:
            return found
        found[inside[1] - top : inside[3] - top, inside[0] - left : inside[2] - left] = self.ground
        for key in self.keys_in(area):
            tile = self._tiles.get(key)
            if tile is not None:
                x, y, x_end, y_end = meet(self.area(key), inside)
                origin_x, origin_y = key[0] * TILE, key[1] * TILE
                part = tile[y - origin_y : y_end - origin_y, x - origin_x : x_end - origin_x]
                found[y - top : y_end - top, x - left : x_end - left] = part
        return found

    def snapshot(self) -> "Mask":
        """The mask as it is now, for another thread; costs no pixels. Between acts only."""
        taken = Mask(self.width, self.height)
        taken._tiles, taken.ground = dict(self._tiles), self.ground
        return taken

    def same(self, other: "Mask") -> bool:
        """Whether both are snapshots of one moment: the same tiles, not only equal ones."""
        mine, its = self._tiles, other._tiles
        whole = (self.width, self.height, self.ground) == (other.width, other.height, other.ground)
        return whole and mine.keys() == its.keys() and all(its[key] is tile for key, tile in mine.items())

    def render(self) -> Grey:
        """All of it."""
        return self.read((0, 0, self.width, self.height))

    # ---- acts

    def begin(self) -> None:
        self._before, self._ground_before = {}, self.ground

    def end(self) -> Change:
        """What was changed since `begin`."""
        after: Tiles = {key: self._tiles.get(key) for key in self._before}
        change = Change(self._before, after, (self._ground_before, self.ground))
        self._before = {}
        return change

    def draw(self, brush: Brush, start: Dab, stop: Dab) -> Area:
        """One piece of a stroke; returns the area that it may have changed."""
        area = self.clipped(reach(brush, start, stop))
        pieces = [*self._pieces(brush, area)]
        if is_stamped(brush, start, stop):
            level = stamp(brush.radius * start.pressure, brush.hardness)
            corners = [*stamps(brush, start, stop)]
            for target, part in pieces:
                for left, top in corners:
                    box = left, top, left + level.shape[1], top + level.shape[0]
                    x, y, x_end, y_end = meet(part, box)
                    if x < x_end and y < y_end:
                        window = target[y - part[1] : y_end - part[1], x - part[0] : x_end - part[0]]
                        _cover(window, level[y - top : y_end - top, x - left : x_end - left], brush.erases)
        else:
            for target, part in pieces:
                _cover(target, coverage(brush, start, stop, part), brush.erases)
        return area

    def _pieces(self, brush: Brush, area: Area) -> Iterator[tuple[Grey, Area]]:
        """The parts of an area, tile by tile, that a brush can change at all, to be written to."""
        full = 0 if brush.erases else 255
        for key in self.keys_in(area):
            now = self._tiles.get(key)
            if now is None and self.ground == full:
                continue
            part = meet(self.area(key), area)
            x, y = key[0] * TILE, key[1] * TILE
            window = slice(part[1] - y, part[3] - y), slice(part[0] - x, part[2] - x)
            if now is not None and (now[window] == full).all():
                continue  # most of what a large brush lies over is covered already
            yield self._touch(key)[window], part

    def fill(self, value: int) -> None:
        """All in one value."""
        self._remember(self._tiles)
        self._tiles.clear()
        self.ground = value

    def invert(self) -> None:
        for key in [*self._tiles]:
            tile = self._touch(key)
            np.subtract(255, tile, out=tile)
        self.ground = 255 - self.ground

    def polygon(self, points: Sequence[tuple[float, float]], *, erases: bool) -> Area:
        """All within a line that is closed by itself, its edge smooth."""
        import cv2

        xs, ys = [point[0] for point in points], [point[1] for point in points]
        area = self.clipped((int(min(xs)) - 1, int(min(ys)) - 1, int(max(xs)) + 2, int(max(ys)) + 2))
        for key in self.keys_in(area):
            x, y = key[0] * TILE, key[1] * TILE
            # Drawn larger: OpenCV's own smooth edge would make the shape wider by almost a pixel.
            large = np.zeros((TILE * FINER, TILE * FINER), np.uint8)
            corners = np.array([((px - x) * FINER - 0.5, (py - y) * FINER - 0.5) for px, py in points])
            cv2.fillPoly(large, [np.round(corners * 16).astype(np.int32)], (255,), cv2.LINE_8, 4)
            level = cv2.resize(large, (TILE, TILE), interpolation=cv2.INTER_AREA)
            if level.any():
                self._put(Shape(level, x, y), self.area(key), erases=erases)
        return area

    def rectangle(self, area: Area, *, erases: bool) -> Area:
        area = self.clipped(area)
        for key in self.keys_in(area):
            x, y, x_end, y_end = meet(self.area(key), area)
            origin_x, origin_y = key[0] * TILE, key[1] * TILE
            self._touch(key)[y - origin_y : y_end - origin_y, x - origin_x : x_end - origin_x] = 0 if erases else 255
        return area

    def put(self, shape: Shape, *, erases: bool) -> Area:
        """Add a selection to the mask, or take it away."""
        height, width = shape.level.shape
        area = self.clipped((shape.left, shape.top, shape.left + width, shape.top + height))
        self._put(shape, area, erases=erases)
        return area

    def intersect(self, other: "Mask") -> None:
        """Only what is marked in another mask of the same size stays marked."""
        for key in {*self._tiles, *(other._tiles if self.ground or other.ground else ())}:
            level = other.tile(key)
            tile = self._touch(key)
            np.minimum(tile, other.ground if level is None else level, out=tile)
        self.ground = min(self.ground, other.ground)

    def ellipse(self, area: Area, *, erases: bool) -> Area:
        """The one that touches the sides of an area, its edge smooth."""
        left, top, right, bottom = area
        across, down = (right - left) / 2, (bottom - top) / 2
        turns = np.linspace(0, 2 * np.pi, max(48, round(4 * max(across, down))), endpoint=False)
        corners = [(left + across * (1 + np.cos(turn)), top + down * (1 + np.sin(turn))) for turn in turns]
        return self.polygon(corners, erases=erases)

    def apply(self, tiles: Tiles, ground: int) -> None:
        """Put back what a Change holds."""
        self.ground = ground
        for key, tile in tiles.items():
            if tile is None:
                self._tiles.pop(key, None)
            else:
                self._tiles[key] = tile

    # ---- tiles

    def _put(self, shape: Shape, area: Area, *, erases: bool) -> None:
        for key in self.keys_in(area):
            x, y, x_end, y_end = meet(self.area(key), area)
            level = shape.level[y - shape.top : y_end - shape.top, x - shape.left : x_end - shape.left]
            if not level.any():
                continue
            origin_x, origin_y = key[0] * TILE, key[1] * TILE
            target = self._touch(key)[y - origin_y : y_end - origin_y, x - origin_x : x_end - origin_x]
            _cover(target, level, erases)

    def _touch(self, key: Key) -> Grey:
        """The tile, to be written to; what it was is kept for the Change."""
        tile = self._tiles.get(key)
        if key in self._before and tile is not None:
            return tile
        self._before.setdefault(key, tile)
        own = np.full((TILE, TILE), self.ground, np.uint8) if tile is None else tile.copy()
        self._tiles[key] = own
        return own

    def _remember(self, tiles: dict[Key, Grey]) -> None:
        for key, tile in tiles.items():
            self._before.setdefault(key, tile)


def _cover(target: Grey, level: Grey, erases: bool) -> None:
    if erases:
        np.minimum(target, 255 - level, out=target)
    else:
        np.maximum(target, level, out=target)


def meet(one: Area, other: Area) -> Area:
    """Where both are; empty areas have their right before their left, or their bottom before their top."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
