"""Layers: pictures above each other, each in its place, and the scene that they make."""

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from studio.desktop.shell.qt_image import Shown
from studio.document.figure import Figure

COARSE = 0.5
"""Of the size that a copy should have. Qt enlarges one in half the time that it takes to shrink the next larger one."""


@dataclass(frozen=True, eq=False)
class Layer:
    """A picture in its place; another state of it is another object with the same `key`.

    `ref` is its library id or path, `file` where its pixels are kept. `mask` is the file of the mask that a result was
    made with: only what it marks is shown. `over` has the keys of the layers that it was made from.
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

    @property
    def rect(self) -> QRect:
        return QRect(self.at, self.stretched or self.shown.full.size())

    @property
    def is_preview(self) -> bool:
        return self.stretched is not None


class Scene:
    """Layers from the lowest to the highest, in the pixels of the picture."""

    def __init__(self, layers: list[Layer] | None = None) -> None:
        self.layers = layers or []

    @property
    def bounds(self) -> QRect:
        """All that the layers cover, hidden ones too; their first pixel need not be at 0, 0."""
        bounds = QRect()
        for layer in self.layers:
            bounds |= layer.rect
        return bounds

    @property
    def is_preview(self) -> bool:
        """Whether it is only a preview, and not one that forms on other layers."""
        return bool(self.layers) and all(layer.is_preview for layer in self.layers)

    @property
    def see_through(self) -> bool:
        """Whether something of the ground may be seen."""
        bounds = self.bounds
        for layer in self.layers:
            opaque = layer.visible and layer.opacity == 1.0 and not layer.shown.full.hasAlphaChannel()
            if opaque and layer.rect == bounds:
                return False
        return True

    def draw(self, painter: QPainter, area: QRectF, target: QRectF, smooth: bool, *, coarse: bool = False) -> None:
        """Draw `area`, in pixels of the picture, into `target`; `coarse` from smaller copies than it should be."""
        scale = target.width() / area.width()
        for layer in self.layers:
            if layer.visible and layer.opacity > 0:
                painter.setOpacity(layer.opacity)
                _draw_layer(painter, layer, area, target, scale, smooth or layer.is_preview, coarse)
        painter.setOpacity(1.0)

    def flattened(self) -> QImage:
        """All layers in one picture of the size of the bounds. For a worker's thread."""
        bounds = self.bounds
        see_through = self.see_through
        image = QImage(
            bounds.size(), QImage.Format.Format_ARGB32_Premultiplied if see_through else QImage.Format.Format_RGB32
        )
        image.fill(0)
        painter = QPainter(image)
        painter.translate(-bounds.topLeft())
        for layer in self.layers:
            if layer.visible:
                painter.setOpacity(layer.opacity)
                painter.drawImage(layer.rect, layer.shown.full)
        painter.end()
        return image


def _draw_layer(
    painter: QPainter, layer: Layer, area: QRectF, target: QRectF, scale: float, smooth: bool, coarse: bool
) -> None:
    whole = QRectF(layer.rect)
    part = whole & area
    if part.isEmpty():
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
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(place, image, source)
