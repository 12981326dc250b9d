"""KeptDocument: a document with its history, in a form that needs no pixels: they are read when they are shown."""

import contextlib
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMargins, QRect

from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer import Layer, Scene
from studio.document.project import LayerEntry
from studio.errors import UserError

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay
    from studio.document.mask import Mask


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


class LayerCache:
    """The layers that somebody still holds, so that a file is read once for all states of its layer."""

    def __init__(self) -> None:
        self._known: weakref.WeakValueDictionary[tuple[str, str, bool], Layer] = weakref.WeakValueDictionary()

    def add(self, layer: Layer) -> None:
        self._known[str(layer.file or ""), str(layer.mask or ""), layer.soft] = layer

    def layer(self, entry: LayerEntry) -> Layer:
        """Raises UserError when its file cannot be read."""
        from studio.desktop.canvas import manifest  # slow, and first needed after the first paint

        known = self._known.get((entry.file, entry.mask, entry.soft))
        made = manifest.layer(entry) if known is None else manifest.with_pixels(entry, known.shown)
        self.add(made)
        return made


@dataclass(eq=False)
class KeptStep:
    """`layers` are those of this session, or what was read of those of an earlier one."""

    text: str = ""
    layers: Sequence[Layer] | Sequence[LayerEntry] = ()
    marked: MarkedMask | None = None
    feather_px: float = 0.0
    frame: QMargins = field(default_factory=QMargins)
    area: QRect | None = None
    _overlay: "MaskOverlay | None" = None

    def same(self, other: "KeptStep") -> bool:
        """Whether both show the same."""
        return (
            len(self.layers) == len(other.layers)
            and all(one is two for one, two in zip(self.layers, other.layers, strict=True))
            and (self.marked, self.feather_px) == (other.marked, other.feather_px)
            and (self.frame, self.area) == (other.frame, other.area)
        )

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
        for layer in self.layers:
            try:
                layers.append(layer if isinstance(layer, Layer) else cache.layer(layer))
            except UserError as error:
                lost.append(error.message)
        return layers, lost

    def _marks(self, layers: Sequence[Layer]) -> "MaskOverlay | None":
        """Always the same one: acts that came after this step are acts on it."""
        mask = self.marked.read() if self._overlay is None and self.marked is not None else None
        bounds = Scene(layers, self.area).bounds
        if mask is not None and (mask.width, mask.height) == (bounds.width(), bounds.height()):
            from studio.desktop.canvas.mask_overlay import MaskOverlay  # first needed after the first paint

            self._overlay = MaskOverlay(bounds.size(), None, bounds.topLeft(), mask.snapshot())
            self._overlay.set_feather(self.feather_px)
        return self._overlay


class Flat(NamedTuple):
    """A file that has all that the layers with these keys showed once. `scene` is what it shows, as far as it is known;
    `shown`: it is that of the step that is shown."""

    file: Path
    keys: frozenset[str]
    scene: Scene | None = None
    shown: bool = False


class KeptDocument(NamedTuple):
    """A document with its history; `at` is the step that is shown."""

    steps: tuple[KeptStep, ...] = (KeptStep(),)
    at: int = 0
    flats: tuple[Flat, ...] = ()


class Found(NamedTuple):
    """A document at rest. `layers` are those that are shown: their pixels are there as long as they are held."""

    kept: KeptDocument
    layers: tuple[Layer, ...] = ()
