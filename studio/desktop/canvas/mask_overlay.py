"""MaskOverlay: a mask as it is painted and seen: a tint over the picture, brought up to date tile by tile."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPolygonF, QTransform

from studio.desktop.canvas.mask_tint import LIGHT, OPACITY, TINT
from studio.document import feather
from studio.document.brush import Brush, Dab, Grey
from studio.document.mask import TILE, Area, Change, Key, Mask, Tiles

STRIPE = 8
"""Pixels of a tile; a tile of any level has a whole number of pairs."""
DEEPEST = 4
"""A tile is halved at most so many times for smaller zooms."""


MaskColours = tuple[int, int]
"""Of its two stripes, as QRgb."""
USUAL: MaskColours = (TINT.rgb(), LIGHT.rgb())


class TintedTile(NamedTuple):
    image: QImage
    pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint32]]"
    """What the image is drawn from; it must live as long."""


class MaskOverlay(QObject):
    """`origin` is where the mask's first pixel lies in the picture. `changed` carries the area to draw anew."""

    changed = Signal(QRect)
    feathered = Signal()

    def __init__(
        self, size: QSize, base: Grey | None = None, origin: QPoint | None = None, mask: Mask | None = None,
        colours: MaskColours = USUAL,
    ) -> None:  # fmt: skip
        super().__init__()
        self.colours = colours
        self.mask = mask or Mask(size.width(), size.height(), base)
        self.origin = origin or QPoint()
        self._feather_px = 0.0
        self.revision = 0
        """Another number after every change."""
        self.hidden_of: QPolygonF | None = None
        """In pixels of the picture: there the tint shows what is not marked, and nothing elsewhere; for layer masks."""
        self._tinted: dict[tuple[Key, int], TintedTile | None] = {}

    @property
    def size(self) -> QSize:
        return QSize(self.mask.width, self.mask.height)

    @property
    def feather_px(self) -> float:
        return self._feather_px

    def set_feather(self, pixels: float) -> None:
        if pixels != self._feather_px:
            self._feather_px = pixels
            self._changed_all()
            self.feathered.emit()

    def cropped(self, area: QRect) -> "MaskOverlay":
        """The same marks in another picture: those outside go, what comes to it is not marked."""
        left, top = area.x() - self.origin.x(), area.y() - self.origin.y()
        level = self.mask.read((left, top, left + area.width(), top + area.height()))
        made = MaskOverlay(area.size(), level, area.topLeft())
        made.set_feather(self._feather_px)
        return made

    # ---- acts

    def act(self, work: Callable[[Mask], object]) -> Change:
        """Do something to the mask at once."""
        self.mask.begin()
        work(self.mask)
        change = self.mask.end()
        self._forget(change)
        return change

    def begin(self) -> None:
        """A stroke begins."""
        self.mask.begin()

    def draw(self, brush: Brush, start: Dab, stop: Dab) -> None:
        self._tell(self.mask.draw(brush, start, stop))

    def end(self) -> Change:
        return self.mask.end()

    def apply(self, tiles: Tiles, ground: int) -> None:
        """Put back what a Change holds."""
        whole = ground != self.mask.ground
        self.mask.apply(tiles, ground)
        if whole:
            self._changed_all()
            return
        for key in tiles:
            self._tell(self.mask.area(key))

    def drawing(self) -> Callable[[], QImage]:
        """What draws all of it, as it is now, with its soft edge; to be called on a worker's thread."""
        snapshot, feather_px = self.mask.snapshot(), self._feather_px
        return lambda: to_grey(feather.soften(snapshot.render(), feather_px))

    # ---- drawing

    def paint(self, painter: QPainter, transform: QTransform, exposed: QRectF) -> None:
        """Over the picture; `transform` is from its pixels to the view's."""
        back, _ = transform.inverted()
        seen = back.mapRect(exposed).translated(-self.origin).toAlignedRect()
        area = self.mask.clipped((seen.left(), seen.top(), seen.right() + 1, seen.bottom() + 1))
        level = self._level(transform.m11())
        painter.save()
        painter.setClipRect(exposed)
        if self.hidden_of is not None:
            outline = QPainterPath()
            outline.addPolygon(transform.map(self.hidden_of))
            painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
        painter.setTransform(QTransform.fromTranslate(self.origin.x(), self.origin.y()) * transform, True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, transform.m11() < 2)
        for key in self._keys(area):
            tinted = self._tile(key, level)
            left, top, right, bottom = self.mask.area(key)
            if tinted is not None:
                share = TILE / tinted.image.width()
                source = QRectF(0, 0, (right - left) / share, (bottom - top) / share)
                painter.drawImage(QRectF(left, top, right - left, bottom - top), tinted.image, source)
        painter.restore()

    def _keys(self, area: Area) -> list[Key]:
        """The tiles of an area in which something is to be seen."""
        if self.mask.ground or self._feather_px > 0 or self.hidden_of is not None:
            return [*self.mask.keys_in(area)]
        first_x, first_y, last_x, last_y = area[0] // TILE, area[1] // TILE, area[2] // TILE, area[3] // TILE
        return [key for key in self.mask.keys if first_x <= key[0] <= last_x and first_y <= key[1] <= last_y]

    def _level(self, zoom: float) -> int:
        level = 0
        while level < DEEPEST and zoom * 2 ** (level + 1) <= 1:
            level += 1
        return level

    def _tile(self, key: Key, level: int) -> TintedTile | None:
        if self.mask.tile(key) is None and not self._feather_px:
            ground = self.mask.ground if self.hidden_of is None else 255 - self.mask.ground
            return _ground(ground, TILE >> level, self.colours) if ground else None
        if (key, level) not in self._tinted:
            self._tinted[key, level] = self._tint(key, level)
        return self._tinted[key, level]

    def _tint(self, key: Key, level: int) -> TintedTile | None:
        import cv2

        tile = self.mask.tile(key)
        if self._feather_px > 0:
            left, top, right, bottom = self.mask.area(key)
            part = feather.read(self.mask, (left, top, right, bottom), self._feather_px)
            tile = np.full((TILE, TILE), 0, np.uint8)
            tile[: bottom - top, : right - left] = part
        if tile is not None and self.hidden_of is not None:
            tile = 255 - tile
        if tile is None or (not self.mask.ground and not tile.any()):
            return None
        side = TILE >> level
        if level:
            tile = cv2.resize(tile, (side, side), interpolation=cv2.INTER_AREA)
        return _tinted(tile, side, self.colours)

    # ---- keeping up

    def _forget(self, change: Change) -> None:
        if change.ground[0] != change.ground[1]:
            self._changed_all()
            return
        for key in change.after:
            self._tell(self.mask.area(key))

    def _tell(self, area: Area) -> None:
        """An area of the mask has changed, and what is seen of it as far as the soft edge reaches."""
        margin = feather.reach(self._feather_px) if self._feather_px else 0
        left, top, right, bottom = area
        if right <= left or bottom <= top:
            return
        wide = self.mask.clipped((left - margin, top - margin, right + margin, bottom + margin))
        for key in self.mask.keys_in(wide):
            for level in range(DEEPEST + 1):
                self._tinted.pop((key, level), None)
        self.revision += 1
        self.changed.emit(QRect(wide[0], wide[1], wide[2] - wide[0], wide[3] - wide[1]).translated(self.origin))

    def _changed_all(self) -> None:
        self._tinted.clear()
        self.revision += 1
        self.changed.emit(QRect(self.origin, self.size))


def _tinted(tile: Grey, side: int, colours: MaskColours) -> TintedTile:
    tint, light = colours
    pixels = np.where(_stripes(side), _colours(tint)[tile], _colours(light)[tile])
    return TintedTile(QImage(pixels.data, side, side, side * 4, QImage.Format.Format_ARGB32_Premultiplied), pixels)


@functools.lru_cache(maxsize=8)
def _ground(value: int, side: int, colours: MaskColours) -> TintedTile:
    """What all tiles share that hold nothing but the ground."""
    return _tinted(np.full((side, side), value, np.uint8), side, colours)


def to_grey(level: Grey) -> QImage:
    """A copy as a grey picture."""
    height, width = level.shape
    return QImage(np.ascontiguousarray(level).data, width, height, width, QImage.Format.Format_Grayscale8).copy()


def from_grey(image: QImage) -> Grey:
    """A copy of a picture's brightness."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()


@functools.cache
def _colours(rgb: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint32]]":
    """A colour as each grey value shows it, multiplied by its alpha."""
    alpha = np.arange(256, dtype=np.float32) * OPACITY
    table = np.round(alpha).astype(np.uint32) << 24
    for shift in (16, 8, 0):
        table |= np.round(alpha * ((rgb >> shift & 255) / 255)).astype(np.uint32) << shift
    return table.astype(np.uint32)


@functools.cache
def _stripes(side: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    """Slanting ones that go on in the next tile."""
    number = np.arange(side)
    return np.asarray((number[:, None] + number[None, :]) // STRIPE % 2 == 0)
