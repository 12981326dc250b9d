"""LayerActs: what is done to a layer from its panel: copies, merging, turning, its mask. All of it can be undone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPainter

from studio.desktop.canvas.document import Document, new_key
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.layer_cut import cut, in_layer, opened
from studio.desktop.shell import drafts, qt_image
from studio.desktop.shell.qt_image import Shown, prepared
from studio.desktop.shell.worker import Worker
from studio.document.blend_mode import BlendMode
from studio.document.placement import Placement

T = TypeVar("T")


class LayerActs(QObject):
    """What takes time is made in the background, and dropped if the document has changed meanwhile."""

    failed = Signal(object)

    def __init__(self, document: Document, worker: Worker, drafts_dir: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._worker, self._drafts_dir = document, worker, drafts_dir

    # ---- at once

    def duplicate(self, layer: Layer) -> None:
        copy = replace(layer, key=new_key(), name=self.tr("{0} copy").format(layer.name), over=())
        self._document.chosen_key = layer.key
        self._document.insert(self.tr("Duplicate layer"), copy)

    def turn(self, layer: Layer, degrees: float) -> None:
        self._document.place_layer(self.tr("Rotate layer"), layer.key, layer.placement.turned(degrees))

    def flip(self, layer: Layer, *, down: bool) -> None:
        self._document.place_layer(self.tr("Flip layer"), layer.key, layer.placement.flipped(down=down))

    def reset(self, layer: Layer) -> None:
        """As large and as upright as it came, with its middle where it is."""
        size = layer.shown.full.size()
        plain = Placement(layer.placement.x, layer.placement.y)
        left, top = round(plain.x - size.width() / 2), round(plain.y - size.height() / 2)
        upright = Placement(left + size.width() / 2, top + size.height() / 2)
        self._document.place_layer(self.tr("Reset transform"), layer.key, upright)

    # ---- merging

    def merge_down(self, layer: Layer) -> None:
        """Into the layer below, which keeps its name and how it mixes with what is below both."""
        document = self._document
        at = document.layers.index(layer)
        below = document.layers[at - 1]
        lower = replace(below, blend=BlendMode.NORMAL)
        area = layer.rect | below.rect

        def done(shown: Shown) -> None:
            merged = Layer(shown, new_key(), below.name, at=area.topLeft(), blend=below.blend, painted=True)
            layers = (*document.layers[: at - 1], merged, *document.layers[at + 1 :])
            document.chosen_key = merged.key
            document.put_layers(self.tr("Merge down"), layers)

        self._make(lambda: prepared(Scene([lower, layer], area).flattened()), done)

    def flatten(self) -> None:
        """All that is seen becomes one layer."""
        document, scene = self._document, self._document.scene

        def done(shown: Shown) -> None:
            whole = Layer(shown, new_key(), self.tr("Background"), at=scene.bounds.topLeft(), painted=True)
            document.chosen_key = whole.key
            document.put_layers(self.tr("Flatten"), (whole,))

        self._make(lambda: prepared(scene.flattened()), done)

    # ---- masks

    def mask_marked(self, layer: Layer) -> None:
        """Only what is marked stays seen of it; its pixels stay whole behind the mask."""
        overlay = self._document.overlay
        if overlay is None:
            return
        draw, origin = overlay.drawing(), overlay.origin

        def work() -> Layer:
            pixels, file = self._whole(layer)
            level = in_layer(layer, draw(), origin)
            mask = drafts.keep(self._drafts_dir, "mask", drafts.as_png(level))
            return replace(
                layer, shown=cut(pixels, lambda: level, soft=True), file=file, mask=mask, soft=True, painted=False
            )

        self._make(work, lambda made: self._document.replace(self.tr("Add layer mask"), made))

    def unmask(self, layer: Layer) -> None:
        """All of its pixels are seen again."""

        def work() -> Layer:
            return replace(layer, shown=self._whole(layer)[0], mask=None, soft=False)

        self._make(work, lambda made: self._document.replace(self.tr("Remove layer mask"), made))

    def mark_mask(self, layer: Layer) -> None:
        """What its mask shows is marked, to be painted further."""
        document, bounds = self._document, self._document.bounds
        mask = layer.mask
        if mask is None:
            return

        def work() -> QImage:
            grey = qt_image.grey(mask)
            if not layer.soft:
                grey = opened(grey)
            drawn = QImage(bounds.size(), QImage.Format.Format_Grayscale8)
            drawn.fill(0)
            painter = QPainter(drawn)
            painter.translate(-bounds.topLeft())
            painter.setTransform(layer.matrix, True)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(0, 0, grey)
            painter.end()
            return drawn

        self._make(work, lambda grey: document.mark(self.tr("Select from layer mask"), grey))

    def _whole(self, layer: Layer) -> tuple[Shown, Path]:
        """The pixels without the mask, and their file, which is written if there is none. For a worker's thread."""
        if layer.mask is not None and layer.file is not None:
            return qt_image.load(layer.file), layer.file
        file = layer.file or drafts.keep(self._drafts_dir, "pasted", drafts.as_png(layer.shown.full))
        return layer.shown, file

    def _make(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        state = self._document.state

        def then(made: T) -> None:
            if self._document.state is state:
                done(made)

        self._worker.run(work, then, self.failed.emit)
