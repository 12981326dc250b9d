"""LayerStroke: a stroke of colour on a layer: seen on the canvas at once, and in the document when it ends."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QUndoCommand

from studio.desktop.canvas.document import Document, new_key
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.pixel_layer import FORMAT, PixelLayer
from studio.desktop.canvas.scene_view import SceneView
from studio.desktop.shell.qt_image import Shown
from studio.document import paint
from studio.document.brush import Brush, Dab
from studio.document.paint import Ink, PixelTiles, Stroke


class LayerStroke:
    """Until `end` only the view shows it, so that nothing is half painted anywhere else."""

    def __init__(self, document: Document, view: SceneView, layer: Layer, ink: Ink) -> None:
        """`layer` is one of the document's, or a new one that will lie over the chosen one."""
        self._document, self._view = document, view
        self._made = PixelLayer(layer, view.scene.bounds)
        self._stroke = Stroke(self._made.pixels, ink)
        keys = [other.key for other in view.scene.layers]
        self._is_new = layer.key not in keys
        at = document.index_above() if self._is_new else keys.index(layer.key)
        self._goes_on = not self._is_new and layer.painted and layer.scaled is None
        self._goes_on = self._goes_on and self._made.layer.rect == layer.rect
        """Whether only pixels are other ones than before."""
        if self._is_new:
            view.scene.layers.insert(at, self._made.layer)
        else:
            view.scene.layers[at] = self._made.layer
        self._layers = (*view.scene.layers,)

    def draw(self, brush: Brush, start: Dab, stop: Dab) -> None:
        """A piece of it, in pixels of the picture."""
        corner = self._made.layer.at
        first, last = (dab._replace(x=dab.x - corner.x(), y=dab.y - corner.y()) for dab in (start, stop))
        left, top, right, bottom = area = self._stroke.draw(brush, first, last)
        if right > left and bottom > top:
            self._made.refresh(area)
            self._view.repaint_area(QRect(left, top, right - left, bottom - top).translated(corner))

    def end(self, text: str) -> None:
        """It becomes a step that can be undone."""
        tiles = self._stroke.end()
        document, layer = self._document, self._made.layer
        if not tiles.after:
            self._view.scene.layers[:] = document.layers
            return
        document.chosen_key = layer.key
        if self._goes_on:
            document.stack.push(StrokeCommand(document, layer, tiles, text))
        else:
            document.put_layers(text, self._layers)


class StrokeCommand(QUndoCommand):
    """A stroke on a layer that was there before: only the tiles that it changed are kept."""

    def __init__(self, document: Document, layer: Layer, tiles: PixelTiles, text: str) -> None:
        super().__init__(text)
        self._document, self._key, self._tiles = document, layer.key, tiles
        self._first: Layer | None = layer

    def redo(self) -> None:
        if self._first is not None:  # it is painted already
            self._document.show_layer(self._first)
            self._first = None
        else:
            self._put(self._tiles.after)

    def undo(self) -> None:
        self._put(self._tiles.before)

    def _put(self, tiles: "dict[tuple[int, int], paint.Pixels]") -> None:
        layer = self._document.layer(self._key)
        if layer is None:
            return
        made = PixelLayer(layer)
        for area in paint.put(made.pixels, tiles):
            made.refresh(area)
        self._document.show_layer(made.layer)


def new_layer(name: str, bounds: QRect) -> Layer:
    """One with nothing in it yet."""
    empty = QImage(bounds.size(), FORMAT)
    empty.fill(Qt.GlobalColor.transparent)
    return Layer(Shown(empty), new_key(), name, at=bounds.topLeft(), painted=True)
