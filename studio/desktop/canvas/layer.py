"""Layers: pictures above each other, each in its place, and the scene that they make."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QTransform

from studio.desktop.canvas.layer_mixing import NATIVE, mix
from studio.desktop.shell.qt_image import Shown
from studio.document.blend_mode import BlendMode
from studio.document.figure import Figure
from studio.document.placement import Placement, of_corner

COARSE = 0.5
"""Of the size that a copy should have. Qt enlarges one in half the time that it takes to shrink the next larger one."""
STRIP = 512
"""Rows that are mixed at a time, so that a large picture needs no large memory beside it."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A picture in its place; another state of it is another object with the same `key`.

    `ref` is its library id or path, `file` where its pixels are kept. `mask` is the file of its mask, as large as
    those: only what it marks is shown, in full, or as strongly as it is marked if it is `soft`. `over` has the keys of
    the layers that it was made from.
    """

    shown: Shown
    key: str = ""
    name: str = ""
    ref: str = ""
    file: Path | None = None
    mask: Path | None = None
    at: QPoint = field(default_factory=QPoint)
    opacity: float = 1.0
    visible: bool = True
    over: tuple[str, ...] = ()
    stretched: QSize | None = None
    """The size that a preview is drawn in; None for that of its pixels."""
    painted: bool = False
    """Whether its pixels were painted here, so that a brush goes on in it."""
    figure: Figure | None = None
    """The text or shape that its pixels show, as long as it can be changed."""
    blend: BlendMode = BlendMode.NORMAL
    soft: bool = False
    scaled: Placement | None = None
    """Where it lies if it is scaled or turned: `at` is then the corner of what it covers. To be set by `place`."""

    @property
    def rect(self) -> QRect:
        """What it covers."""
        if self.scaled is not None:
            full = self.shown.full
            return _matrix(self.scaled, full.size()).mapRect(QRectF(full.rect())).toAlignedRect()
        return QRect(self.at, self.stretched or self.shown.full.size())

    @property
    def is_preview(self) -> bool:
        return self.stretched is not None

    @property
    def placement(self) -> Placement:
        size = self.shown.full.size()
        return self.scaled or of_corner(self.at.x(), self.at.y(), size.width(), size.height())

    @property
    def matrix(self) -> QTransform:
        """From its own pixels to those of the picture."""
        return _matrix(self.placement, self.shown.full.size())

    @property
    def is_plain(self) -> bool:
        """Whether it is seen as its pixels are."""
        return self.opacity == 1.0 and self.blend is BlendMode.NORMAL and self.scaled is None

    def place(self, placement: Placement) -> "Layer":
        """The same layer elsewhere, larger, turned."""
        size = self.shown.full.size()
        if (corner := placement.corner(size.width(), size.height())) is not None:
            return replace(self, at=QPoint(*corner), scaled=None)
        covers = _matrix(placement, size).mapRect(QRectF(QPoint(), size)).toAlignedRect()
        return replace(self, at=covers.topLeft(), scaled=placement)

    def raster(self) -> QImage:
        """Its pixels as they are seen, for the place that it covers, without its opacity. For a worker's thread."""
        if self.scaled is None:
            return self.shown.full
        alone = replace(self, opacity=1.0, visible=True, blend=BlendMode.NORMAL)
        return Scene([alone], see_through=True).flattened()


def _matrix(placement: Placement, size: QSize) -> QTransform:
    return QTransform(*placement.matrix(size.width(), size.height()))


class Scene:
    """Layers from the lowest to the highest, in the pixels of the picture."""

    def __init__(
        self, layers: Sequence[Layer] = (), area: QRect | None = None, *, see_through: bool | None = None
    ) -> None:
        self.layers = [*layers]
        self.area = area
        """The picture, if it is not all that the layers cover."""
        self._see_through = see_through

    @property
    def bounds(self) -> QRect:
        """All of the picture: without an area what the layers cover, hidden ones too; it need not begin at 0, 0."""
        if self.area is not None:
            return QRect(self.area)
        bounds = QRect()
        for layer in self.layers:
            bounds |= layer.rect
        return bounds

    def shows(self, other: "Scene") -> bool:
        """Whether both are the same layers in the same picture."""
        return self.layers == other.layers and self.bounds == other.bounds

    @property
    def is_preview(self) -> bool:
        """Whether it is only a preview, and not one that forms on other layers."""
        return bool(self.layers) and all(layer.is_preview for layer in self.layers)

    @property
    def see_through(self) -> bool:
        """Whether something of the ground may be seen."""
        if self._see_through is not None:
            return self._see_through
        bounds = self.bounds
        for layer in self.layers:
            opaque = layer.visible and layer.is_plain and not layer.shown.full.hasAlphaChannel()
            if opaque and layer.rect.contains(bounds):
                return False
        return True

    @property
    def _mixes(self) -> bool:
        """Whether a layer needs what is below it apart from the ground that shows through."""
        return any(layer.visible and layer.blend is not BlendMode.NORMAL for layer in self.layers)

    def draw(self, painter: QPainter, area: QRectF, target: QRectF, smooth: bool, *, coarse: bool = False) -> None:
        """Draw `area`, in pixels of the picture, into `target`; `coarse` from smaller copies than it should be."""
        if not self._mixes:
            for layer in self.layers:
                _draw_layer(painter, layer, area, target, smooth, coarse)
            painter.setOpacity(1.0)
            return
        frame = target.toAlignedRect()
        painter.drawImage(frame.topLeft(), self._mixed(frame, area, target, smooth, coarse))

    def _mixed(self, frame: QRect, area: QRectF, target: QRectF, smooth: bool, coarse: bool) -> QImage:
        made = _empty(frame.size())
        for layer in self.layers:
            if not layer.visible or layer.opacity <= 0:
                continue
            if layer.blend in NATIVE:
                painter = QPainter(made)
                painter.translate(-frame.topLeft())
                painter.setCompositionMode(NATIVE[layer.blend])
                _draw_layer(painter, layer, area, target, smooth, coarse)
                painter.end()
                continue
            above = _empty(frame.size())
            painter = QPainter(above)
            painter.translate(-frame.topLeft())
            _draw_layer(painter, replace(layer, opacity=1.0), area, target, smooth, coarse)
            painter.end()
            mix(layer.blend, made, above, layer.opacity)
        return made

    def flattened(self) -> QImage:
        """All layers in one picture of the size of the bounds. For a worker's thread."""
        bounds = self.bounds
        see_through = self.see_through
        image = QImage(
            bounds.size(), QImage.Format.Format_ARGB32_Premultiplied if see_through else QImage.Format.Format_RGB32
        )
        image.fill(0)
        painter = QPainter(image)
        for top in range(0, bounds.height(), STRIP):
            strip = QRectF(0, top, bounds.width(), min(STRIP, bounds.height() - top))
            painter.setClipRect(strip)
            self.draw(painter, strip.translated(bounds.topLeft()), strip, True)
        painter.end()
        return image


def _empty(size: QSize) -> QImage:
    made = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(0)
    return made


def _draw_layer(painter: QPainter, layer: Layer, area: QRectF, target: QRectF, smooth: bool, coarse: bool) -> None:
    whole = QRectF(layer.rect)
    part = whole & area
    if part.isEmpty() or not layer.visible or layer.opacity <= 0:
        return
    painter.setOpacity(layer.opacity)
    scale = target.width() / area.width()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth or layer.is_preview)
    if layer.scaled is not None:
        _draw_scaled(painter, layer, area, target, scale * (COARSE if coarse else 1.0))
        return
    stretch = whole.width() / max(1, layer.shown.full.width())
    image = layer.shown.level(scale * stretch * (COARSE if coarse else 1.0))
    across, down = image.width() / whole.width(), image.height() / whole.height()
    source = QRectF(
        (part.x() - whole.x()) * across, (part.y() - whole.y()) * down, part.width() * across, part.height() * down
    )
    place = QRectF(
        target.x() + (part.x() - area.x()) * scale,
        target.y() + (part.y() - area.y()) * scale,
        part.width() * scale,
        part.height() * scale,
    )
    painter.drawImage(place, image, source)


def _draw_scaled(painter: QPainter, layer: Layer, area: QRectF, target: QRectF, scale: float) -> None:
    """Scaled and turned as it is drawn, from the copy that is just large enough."""
    full, placement = layer.shown.full, layer.placement
    image = layer.shown.level(scale * max(abs(placement.across), abs(placement.down)))
    shown = target.width() / area.width()
    to_picture = QTransform.fromScale(full.width() / image.width(), full.height() / image.height()) * layer.matrix
    to_target = QTransform.fromTranslate(target.x(), target.y())
    to_target.scale(shown, shown).translate(-area.x(), -area.y())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not (placement.angle / 90).is_integer())
    painter.setTransform(to_picture * to_target, True)
    painter.drawImage(0, 0, image)
    painter.restore()
