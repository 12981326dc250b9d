"""LayerMask: the mask of a layer as the tools that mark paint it: marked is what is seen of the layer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QPolygonF

from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_cut import cut, in_layer, opened
from studio.desktop.canvas.mask_overlay import MaskOverlay, from_grey, to_grey
from studio.desktop.shell import drafts, qt_image
from studio.desktop.shell.qt_image import Shown
from studio.document.brush import Grey


class LayerMask:
    """`overlay` is in pixels of the picture; outside of the picture, and where nothing was painted, the mask stays
    as it is in the layer's own pixels."""

    def __init__(self, layer: Layer, bounds: QRect, whole: Shown, level: Grey) -> None:
        """`whole`: the pixels of the layer without its mask, `level`: the mask. Use `read`, on a worker's thread."""
        self.key = layer.key
        self._whole, self._level = whole, level
        self._shown_first = _in_picture(layer, bounds, level)
        self.overlay = MaskOverlay(bounds.size(), self._shown_first, bounds.topLeft())
        self.overlay.hidden_of = layer.matrix.map(QPolygonF(QRectF(whole.full.rect())))

    def drawing(self, layer: Layer, drafts_dir: Path) -> Callable[[], Layer]:
        """What makes `layer`, a state of the same one, with the mask as it is now. For a worker's thread."""
        draw, origin = self.overlay.drawing(), self.overlay.origin

        def work() -> Layer:
            now = from_grey(draw())
            changed = np.where(now != self._shown_first, 255, 0).astype(np.uint8)
            level = self._level.copy()
            put = from_grey(in_layer(layer, to_grey(changed), origin)) > 127
            level[put] = from_grey(in_layer(layer, to_grey(now), origin))[put]
            file = layer.file if layer.mask is not None and layer.file is not None else None
            file = file or layer.file or drafts.keep(drafts_dir, "pasted", drafts.as_png(self._whole.full))
            grey = to_grey(level)
            mask = drafts.keep(drafts_dir, "mask", drafts.as_png(grey))
            shown = cut(self._whole, lambda: grey, soft=True)
            return replace(layer, shown=shown, file=file, mask=mask, soft=True, painted=False, figure=None)

        return work


def read(layer: Layer, bounds: QRect) -> LayerMask:
    """Of a layer without a mask all is seen. Raises UserError. For a worker's thread."""
    if layer.mask is None or layer.file is None:
        full = layer.shown.full
        return LayerMask(layer, bounds, layer.shown, np.full((full.height(), full.width()), 255, np.uint8))
    grey, whole = qt_image.grey(layer.mask), qt_image.load(layer.file)
    if grey.size() != whole.full.size():  # then it is not used, see `manifest.layer`
        return LayerMask(layer, bounds, whole, np.full((whole.full.height(), whole.full.width()), 255, np.uint8))
    return LayerMask(layer, bounds, whole, from_grey(grey if layer.soft else opened(grey)))


def _in_picture(layer: Layer, bounds: QRect, level: Grey) -> Grey:
    drawn = QImage(bounds.size(), QImage.Format.Format_Grayscale8)
    drawn.fill(0)
    painter = QPainter(drawn)
    painter.translate(-bounds.topLeft())
    painter.setTransform(layer.matrix, True)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(0, 0, to_grey(level))
    painter.end()
    return from_grey(drawn)
