"""KeptDocument: a document with its history, in a form that needs no pixels: they are read when they are shown."""

import contextlib
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMargins, QRect

from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer import Layer, Scene
from studio.errors import UserError

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay
    from studio.document.mask import Mask
    from studio.document.project import LayerEntry

FOLDER = "documents"
"""Of the session: each document has one of its own there."""


@dataclass(eq=False)
class MarkedMask:
    """What was marked then: in memory, in a file, or in both. `name` is that of the file in the document's folder."""

    mask: "Mask | None" = None
    name: str = ""
    folder: Path | None = None

    def read(self) -> "Mask | None":
        """None where the file cannot be read: what was marked is painted anew."""
        if self.mask is None and self.folder is not None:
            from studio.document import tile_file  # needs numpy, which a window without a mask does not

            with contextlib.suppress(OSError, ValueError):
                self.mask = tile_file.load(self.folder / self.name)
        return self.mask


@dataclass(eq=False)
class KeptLayer:
    """A state of a layer without its pixels. Its entry names no file before pixels that were made here are written."""

    entry: "LayerEntry"
    _layer: "weakref.ref[Layer] | None" = None

    @property
    def layer(self) -> Layer | None:
        """With its pixels, as long as somebody holds them."""
        return self._layer() if self._layer is not None else None

    @layer.setter
    def layer(self, layer: Layer) -> None:
        self._layer = weakref.ref(layer)

    @property
    def is_there(self) -> bool:
        return bool(self.entry.file) or self.layer is not None


class LayerCache:
    """The layers that somebody still holds, so that a file is read once for all states of its layer."""

    def __init__(self) -> None:
        self._kept: weakref.WeakKeyDictionary[Layer, KeptLayer] = weakref.WeakKeyDictionary()
        self._read: weakref.WeakValueDictionary[tuple[str, str, bool], Layer] = weakref.WeakValueDictionary()

    def kept(self, layer: Layer) -> KeptLayer:
        """Always the same for the same layer."""
        if (kept := self._kept.get(layer)) is None:
            from studio.desktop.canvas import manifest  # slow, and first needed after the first paint

            kept = KeptLayer(manifest.entry(layer))
            self._remember(kept, layer)
        return kept

    def layer(self, kept: KeptLayer) -> Layer:
        """Raises UserError when its file cannot be read."""
        from studio.desktop.canvas import manifest  # slow, and first needed after the first paint

        if (layer := kept.layer) is not None:
            return layer
        entry = kept.entry
        known = self._read.get((entry.file, entry.mask, entry.soft))
        made = manifest.layer(entry) if known is None else manifest.with_pixels(entry, known.shown)
        self._remember(kept, made)
        return made

    def _remember(self, kept: KeptLayer, layer: Layer) -> None:
        kept.layer = layer
        self._kept[layer] = kept
        if kept.entry.file:
            self._read[kept.entry.file, kept.entry.mask, kept.entry.soft] = layer


@dataclass(eq=False)
class KeptStep:
    """What the document was after an act."""

    text: str = ""
    layers: tuple[KeptLayer, ...] = ()
    marked: MarkedMask | None = None
    feather_px: float = 0.0
    frame: QMargins = field(default_factory=QMargins)
    area: QRect | None = None
    _overlay: "MaskOverlay | None" = None

    def same(self, other: "KeptStep") -> bool:
        """Whether both show the same."""
        mine, its = (self.layers, self.marked, self.feather_px), (other.layers, other.marked, other.feather_px)
        return mine == its and (self.frame, self.area) == (other.frame, other.area)

    @property
    def is_there(self) -> bool:
        return all(layer.is_there for layer in self.layers)

    def state(self, cache: LayerCache) -> tuple[DocumentState, list[str]]:
        """The document as it was then, and a sentence for each layer that cannot be shown any more."""
        layers, lost = self._layers(cache)
        return DocumentState(tuple(layers), self._marks(layers), self.frame, self.area), lost

    def read(self, cache: LayerCache) -> list[Layer]:
        """Its pixels, there for as long as the layers are held. For a worker's thread."""
        if self.marked is not None:
            self.marked.read()
        return self._layers(cache)[0]

    def _layers(self, cache: LayerCache) -> tuple[list[Layer], list[str]]:
        layers: list[Layer] = []
        lost: list[str] = []
        for kept in self.layers:
            try:
                layers.append(cache.layer(kept))
            except UserError as error:
                lost.append(error.message)
        return layers, lost

    def _marks(self, layers: list[Layer]) -> "MaskOverlay | None":
        """Always the same one: acts that came after this step are acts on it."""
        mask = self.marked.read() if self._overlay is None and self.marked is not None else None
        bounds = Scene(layers, self.area).bounds
        if mask is not None and (mask.width, mask.height) == (bounds.width(), bounds.height()):
            from studio.desktop.canvas.mask_overlay import MaskOverlay  # first needed after the first paint

            self._overlay = MaskOverlay(bounds.size(), None, bounds.topLeft(), mask.snapshot())
            self._overlay.set_feather(self.feather_px)
        return self._overlay


class Flat(NamedTuple):
    """A file that has all that layers in a picture showed once: jobs name them by it."""

    file: Path
    keys: frozenset[str]
    layers: tuple[KeptLayer, ...] = ()
    """Empty where it is known only which layers they were, not in which state."""
    bounds: QRect = QRect()


class KeptDocument(NamedTuple):
    """`at` is the step that is shown; `held` are its layers, `unwritten` those of other steps that are in no file."""

    steps: tuple[KeptStep, ...] = (KeptStep(),)
    at: int = 0
    flats: tuple[Flat, ...] = ()
    held: tuple[Layer, ...] = ()
    unwritten: tuple[Layer, ...] = ()


class RestingDocument(NamedTuple):
    """A document at rest. `layers` are those that are shown: their pixels are there as long as they are held."""

    kept: KeptDocument
    layers: tuple[Layer, ...] = ()


class EarlierSession(NamedTuple):
    """(id, name) of each document, which was shown, and what could not be read."""

    documents: tuple[tuple[str, str], ...] = ()
    current: str = ""
    found: RestingDocument | None = None
    problem: UserError | None = None
