"""Tiles: what a scene looks like at the present zoom, drawn once and kept, so that moving about is only copying."""

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from studio.desktop.canvas.layer import Scene

SIDE = 256
"""Pixels of the screen a side, on a screen of the usual density."""
SPARE = 2.0
"""How many times the tiles of one view are kept."""
SMOOTH_BELOW = 2.0
"""Zoom from which on the single pixels are shown."""
Key = tuple[int, int]


class Tiles:
    """Of one scene at one zoom; tile 0, 0 begins at the top left of the scene's bounds."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._zoom = self._ratio = 0.0
        self._kept: OrderedDict[Key, QPixmap] = OrderedDict()
        self._hurried = False
        self._bounds, self._chequered = scene.bounds, scene.see_through
        self.drawn = 0
        """How many were drawn so far; a measure of work."""

    def forget(self, area: QRect | None = None) -> None:
        """The scene has changed, within `area` of its pixels or all over."""
        bounds, see_through = self._scene.bounds, self._scene.see_through
        if area is None or bounds != self._bounds or see_through != self._chequered:
            self._kept.clear()
            self._bounds, self._chequered = bounds, see_through
            return
        where = self._place_of(area)
        for key in [key for key in self._kept if where.intersects(_place(key))]:
            del self._kept[key]

    def renew(self, area: QRect) -> None:
        """The pixels of `area` have changed and nothing else has: only they are drawn anew, as under a brush."""
        where = self._place_of(area)
        for key, tile in self._kept.items():
            if part := where.intersected(_place(key)):
                self._draw_into(tile, key, part)

    def _place_of(self, area: QRect) -> QRectF:
        """Where an area of the picture lies in the tiles."""
        zoom, origin = self._zoom, QPointF(self._bounds.topLeft())
        place = QRectF((QPointF(area.topLeft()) - origin) * zoom, area.size().toSizeF() * zoom)
        return place.adjusted(-2, -2, 2, 2)

    def sharpen(self) -> bool:
        """Draw in full from now on; whether anything was drawn in a hurry."""
        found, self._hurried = self._hurried, False
        return found

    def paint(
        self, painter: QPainter, corner: QPointF, zoom: float, exposed: QRectF, ratio: float, *, hurried: bool = False
    ) -> None:
        """Draw what is exposed. `corner` is where the scene's top left lies, a whole pixel of the screen.

        `hurried`: a picture that is drawn smaller than it is comes at once from too small copies, and nothing is kept.
        """
        if (zoom, ratio) != (self._zoom, self._ratio):
            self._kept.clear()
            self._zoom, self._ratio = zoom, ratio
        size = self._bounds.size().toSizeF() * zoom
        visible = exposed & QRectF(corner, size)
        if visible.isEmpty():
            return
        if hurried and zoom * ratio < 1:
            self._hurried = True
            self._draw_at_once(painter, corner, visible)
            return
        inner = visible.translated(-corner)
        columns = range(int(inner.left() // SIDE), int((inner.right() - 1e-6) // SIDE) + 1)
        rows = range(int(inner.top() // SIDE), int((inner.bottom() - 1e-6) // SIDE) + 1)
        for row in rows:
            for column in columns:
                place = _place((column, row))
                shown = place & inner
                tile = self._tile((column, row))
                source = shown.translated(-place.topLeft())
                source = QRectF(source.topLeft() * ratio, source.size() * ratio)
                painter.drawPixmap(shown.translated(corner), tile, source)
        self._let_go(len(columns) * len(rows))

    def _draw_at_once(self, painter: QPainter, corner: QPointF, visible: QRectF) -> None:
        """Tiles of this zoom would be of use to nobody in a moment."""
        target = visible.adjusted(-3, -3, 3, 3)  # so that smoothing finds its neighbours
        place = target.translated(-corner)
        area = QRectF(place.topLeft() / self._zoom, place.size() / self._zoom)
        painter.save()
        painter.setClipRect(visible)
        if self._chequered:
            _chequer(painter, visible)
        self._scene.draw(painter, area.translated(QPointF(self._bounds.topLeft())), target, True, coarse=True)
        painter.restore()

    def _tile(self, key: Key) -> QPixmap:
        if (tile := self._kept.get(key)) is None:
            tile = self._kept[key] = self._draw(key)
        self._kept.move_to_end(key)
        return tile

    def _draw(self, key: Key) -> QPixmap:
        side = round(SIDE * self._ratio)
        tile = QPixmap(side, side)
        if not QRectF(QPointF(), self._bounds.size().toSizeF() * self._zoom).contains(_place(key)):
            tile.fill(Qt.GlobalColor.transparent)  # the last pixel of the scene may be seen in part
        self._draw_into(tile, key, None)
        return tile

    def _draw_into(self, tile: QPixmap, key: Key, part: QRectF | None) -> None:
        """All of a tile, or a part of its place."""
        self.drawn += 1
        side, ratio = tile.width(), self._ratio
        painter = QPainter(tile)
        scale = self._zoom * ratio
        place = _place(key)
        area, target = place, QRectF(0, 0, side, side)
        if part is not None:
            inner = part.translated(-place.topLeft())
            cut = QRectF(inner.topLeft() * ratio, inner.size() * ratio).toAlignedRect()
            painter.setClipRect(cut)
            target = QRectF(cut)
            area = QRectF(place.topLeft() + target.topLeft() / ratio, target.size() / ratio)
        if self._chequered:
            _chequer(painter, QRectF(0, 0, side, side))
        margin = 3 / scale  # so that smoothing finds its neighbours beyond the edge of the tile
        area = QRectF(area.topLeft() / self._zoom, area.size() / self._zoom)
        area = area.adjusted(-margin, -margin, margin, margin).translated(QPointF(self._bounds.topLeft()))
        self._scene.draw(painter, area, target.adjusted(-3, -3, 3, 3), scale < SMOOTH_BELOW)
        painter.end()

    def _let_go(self, needed: int) -> None:
        while len(self._kept) > max(16, round(needed * (1 + SPARE))):
            self._kept.popitem(last=False)


def _place(key: Key) -> QRectF:
    return QRectF(key[0] * SIDE, key[1] * SIDE, SIDE, SIDE)


def _chequer(painter: QPainter, over: QRectF) -> None:
    """What shows through transparent pixels."""
    square = QPixmap(16, 16)
    square.fill(QColor(200, 200, 200))
    inner = QPainter(square)
    inner.fillRect(0, 0, 8, 8, QColor(150, 150, 150))
    inner.fillRect(8, 8, 8, 8, QColor(150, 150, 150))
    inner.end()
    painter.drawTiledPixmap(over, square)
