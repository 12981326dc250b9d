"""PixelLayer: a layer whose pixels are written to: its full picture and the smaller copies, kept in step."""

from dataclasses import replace

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_mixing import pixels
from studio.desktop.shell.qt_image import SMALLEST_SIDE, Shown
from studio.document.mask import Area

FORMAT = QImage.Format.Format_ARGB32_Premultiplied


class PixelLayer:
    """Works on copies; `layer` shows them, under the key of the layer that they were taken from."""

    def __init__(self, layer: Layer, room: QRect | None = None) -> None:
        """`room`: what can be painted on at least, in pixels of the picture; the layer grows to it."""
        rect = layer.rect | room if room is not None else layer.rect
        self.full = _grown(layer, rect)
        self.pixels = pixels(self.full)
        """To be written to, followed by `refresh`."""
        if rect == layer.rect and layer.scaled is None:
            self._halves = [half.convertToFormat(FORMAT).copy() for half in layer.shown.halves]
        else:
            self._halves = _halves(self.full)
        shown = Shown(self.full, tuple(self._halves), layer.shown.notes)
        self.layer = replace(
            layer, shown=shown, at=rect.topLeft(), scaled=None, ref="", file=None, mask=None, soft=False, painted=True,
            figure=None,
        )  # fmt: skip

    def refresh(self, area: Area) -> None:
        """The pixels of an area have changed."""
        source = self.full
        place = QRectF(area[0], area[1], area[2] - area[0], area[3] - area[1])
        for half in self._halves:
            across, down = half.width() / source.width(), half.height() / source.height()
            wide = QRectF(place.x() * across, place.y() * down, place.width() * across, place.height() * down)
            target = wide.toAlignedRect().adjusted(-1, -1, 1, 1) & half.rect()
            taken = QRectF(target.x() / across, target.y() / down, target.width() / across, target.height() / down)
            painter = QPainter(half)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(target), source, taken)
            painter.end()
            source, place = half, QRectF(target)


def _grown(layer: Layer, rect: QRect) -> QImage:
    own = layer.raster()
    if rect == layer.rect:
        return own.convertToFormat(FORMAT).copy()
    grown = QImage(rect.size(), FORMAT)
    grown.fill(Qt.GlobalColor.transparent)
    painter = QPainter(grown)
    painter.drawImage(layer.rect.topLeft() - rect.topLeft(), own)
    painter.end()
    return grown


def _halves(full: QImage) -> list[QImage]:
    """Those of a picture ready to be drawn, which stay in a format that can be written to."""
    halves, last = [], full
    while max(last.width(), last.height()) > SMALLEST_SIDE:
        last = last.scaled(
            max(1, last.width() // 2), max(1, last.height() // 2),
            Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation,
        ).convertToFormat(FORMAT)  # fmt: skip
        halves.append(last)
    return halves
