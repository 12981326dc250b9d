"""Cutting a picture out by its mask, and bringing a mask into a layer's own pixels."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter

from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_mixing import pixels
from studio.desktop.shell.qt_image import Shown, prepared


def cut(shown: Shown, draw: Callable[[], QImage], *, soft: bool = False) -> Shown:
    """A result without what the mask keeps as it was: a layer of its own. For a worker's thread.

    `soft`: as strongly as it is marked; a result itself has the soft edge already.
    """
    import numpy as np

    from studio.desktop.canvas.mask_overlay import from_grey, to_grey  # first needed after the first paint

    image, level = shown.full.convertToFormat(QImage.Format.Format_ARGB32), from_grey(draw())
    if not soft:
        level = np.where(level > 0, 255, 0).astype(np.uint8)
    if shown.full.hasAlphaChannel():
        level = np.rint(level * (pixels(image)[..., 3] / 255.0)).astype(np.uint8)
    image.setAlphaChannel(to_grey(level))
    return prepared(image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied), shown.notes)


def opened(grey: QImage) -> QImage:
    """Anything that is marked counts in full."""
    import numpy as np

    from studio.desktop.canvas.mask_overlay import from_grey, to_grey  # first needed after the first paint

    return to_grey(np.where(from_grey(grey) > 0, 255, 0).astype(np.uint8))


def in_layer(layer: Layer, marked: QImage, origin: QPoint) -> QImage:
    """What is marked in the picture, in the layer's own pixels."""
    drawn = QImage(layer.shown.full.size(), QImage.Format.Format_Grayscale8)
    drawn.fill(Qt.GlobalColor.black)
    back, _ = layer.matrix.inverted()
    painter = QPainter(drawn)
    painter.setTransform(back)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(origin, marked)
    painter.end()
    return drawn
