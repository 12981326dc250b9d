"""Document: what is worked on in the viewer: layers, the mask over them, the frame around them, their undo."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage

from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.kept_step import Flat, KeptDocument, KeptLayer, KeptStep, LayerCache, MarkedMask
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.undo import KeptCommand, StateCommand, UndoStack
from studio.desktop.shell.qt_image import Shown
from studio.document.placement import Placement

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay

UNDO_LIMIT = 200
FLATS = 16
BLANKS = 16
UNWRITTEN_BYTES = 256 * 2**20
"""Of painted layers that are not on the disk yet; of more than that, the first go on only as part of others."""
FRAME_MERGING, OPACITY_MERGING = 1, 2
"""Steps of one kind that follow each other are one step."""


@dataclass(frozen=True)
class PictureSource:
    """A picture that the viewer shows, and what it was made from."""

    ref: str
    file: Path
    parents: tuple[str, ...] = ()

    @property
    def kept(self) -> Path:
        """Its pixels as they were when it came: `file` may be one from outside, of which `ref` is a copy of ours."""
        return Path(self.ref) if Path(self.ref).is_absolute() else self.file

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PictureSource) and (self.ref, self.file) == (other.ref, other.file)

    def __hash__(self) -> int:
        return hash((self.ref, self.file))


class Document(QObject):
    """Lives as long as the session. `changed`: something is to be kept. `shown`: layers or mask are other ones."""

    changed = Signal()
    shown = Signal()
    framed = Signal()
    crowded = Signal()
    """Another picture is about to take the place of what is there, in which there is work: now it can be put aside."""
    lost = Signal(list)
    """Sentences: what of an earlier step cannot be shown any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = DocumentState()
        self.stack = UndoStack(self)
        self.stack.setUndoLimit(UNDO_LIMIT)
        self.stack.indexChanged.connect(self._stepped)
        self.stack.pushed.connect(self._pushed)
        self.chosen_key = ""
        """Of the layer that tools work on; another one than those that there are means the highest."""
        self.steps = [KeptStep()]
        """What each step of the stack has led to, and before them what it all began with."""
        self.cache = LayerCache()
        self._blanks: dict[tuple[object, ...], MaskOverlay] = {}
        self._flats: list[Flat] = []
        """Files that were made of all of it, the last last."""
        self._unwritten: dict[KeptLayer, Layer] = {}
        """Layers of the steps, whose pixels would be gone with the next stroke on them."""

    # ---- reading

    @property
    def layers(self) -> tuple[Layer, ...]:
        return self.state.layers

    @property
    def overlay(self) -> "MaskOverlay | None":
        return self.state.overlay

    @property
    def frame(self) -> QMargins:
        """How far the picture is to be extended."""
        return self.state.frame

    @property
    def bounds(self) -> QRect:
        return self.state.bounds

    @property
    def scene(self) -> Scene:
        """The layers, within the picture."""
        return self.state.scene

    def layer(self, key: str) -> Layer | None:
        return next((layer for layer in self.layers if layer.key == key), None)

    @property
    def chosen(self) -> Layer | None:
        """The layer that tools work on."""
        return self.layer(self.chosen_key) or (self.layers[-1] if self.layers else None)

    def index_above(self) -> int:
        """The place right over the chosen layer."""
        chosen = self.chosen
        return self.layers.index(chosen) + 1 if chosen else 0

    @property
    def is_marked(self) -> bool:
        """Whether a mask or a frame marks what is to be made anew."""
        return self.state.is_marked

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing, and nothing to be undone."""
        return not self.layers and not self.stack.count()

    @property
    def has_work(self) -> bool:
        """Whether it is more than a picture as it came."""
        return self.state.has_work

    @property
    def piece(self) -> PictureSource | None:
        """The document as one picture; None if there is none, or no file that has all of it."""
        if (flat := self._flat()) is not None:
            return PictureSource(str(flat.file), flat.file, self.refs)
        at = next((number for number, layer in reversed([*enumerate(self.layers)]) if layer.visible), -1)
        if at < 0:
            return None
        top, below = self.layers[at], self.layers[:at]
        visible = [layer for layer in below if layer.visible]
        whole = top.rect == self.bounds and top.is_plain and top.file is not None and not top.soft
        same = tuple(layer.key for layer in visible) == top.over and all(layer.is_plain for layer in visible)
        if not whole or not (same or (top.mask is None and not top.shown.full.hasAlphaChannel())):
            return None
        assert top.file is not None
        return PictureSource(top.ref, top.file, tuple(layer.ref for layer in visible if layer.ref))

    @property
    def refs(self) -> tuple[str, ...]:
        """The pictures that the document is made of, as jobs name them."""
        own, keys = [layer.ref for layer in self.layers if layer.ref], {layer.key for layer in self.layers}
        flats = [str(flat.file) for flat in self._flats if keys & flat.keys]
        return (*own, *flats)

    def _flat(self) -> Flat | None:
        """A file that was made of what is shown now."""
        if not self._flats:
            return None
        layers, bounds = self._kept_layers(), self.bounds
        return next((flat for flat in self._flats if flat.layers == layers and flat.bounds == bounds), None)

    def know_flat(self, file: Path) -> None:
        """The file has all that is seen of the document: jobs name it by that."""
        keys = frozenset(layer.key for layer in self.layers)
        self._flats = [*self._flats[1 - FLATS :], Flat(file, keys, self._kept_layers(), self.bounds)]

    def _kept_layers(self) -> tuple[KeptLayer, ...]:
        return tuple(map(self.cache.kept, self.layers))

    def place(self, piece: PictureSource, size: QSize) -> QRect | None:
        """Where a result lies over the document; None for one that was not made from it, or has another size."""
        bounds = self.bounds
        if bounds.isEmpty() or not {*piece.parents} & {*self.refs}:
            return None
        wider = bounds.marginsAdded(self.frame)
        return next((area for area in (bounds, wider) if area.size() == size), None)

    # ---- acts

    def put(self, text: str, layers: Sequence[Layer], *, keep_mask: bool = False) -> None:
        """Other layers, as a step that can be undone."""
        area = self.state.area if keep_mask else None
        same = keep_mask and Scene(layers, area).bounds == self.bounds
        state = self.state if same else DocumentState(area=area)
        self._push(text, state._replace(layers=tuple(layers)))

    def put_state(self, text: str, state: DocumentState) -> None:
        """Another document, with its mask and frame, as a step that can be undone."""
        self._leave()
        self._push(text, state)

    def open(self, text: str, piece: PictureSource, shown: Shown, *, beside: bool = False) -> None:
        """A picture becomes a document; `beside` that which is there, even if nobody has done anything to it."""
        if beside and self.layers:
            self.crowded.emit()
        self._leave()
        self.put(text, [Layer(shown, new_key(), self.tr("Picture"), piece.ref, piece.file)])

    def _leave(self) -> None:
        if self.has_work:
            self.crowded.emit()

    def insert(self, text: str, layer: Layer) -> None:
        """A layer right over the chosen one, which is chosen then; the picture stays as large as it is."""
        at = self.index_above()
        self.chosen_key = layer.key
        self.put_layers(text, (*self.layers[:at], layer, *self.layers[at:]))

    def replace(self, text: str, layer: Layer, merging: int = -1) -> None:
        """Another state of a layer; the picture stays as large as it is."""
        layers = tuple(layer if other.key == layer.key else other for other in self.layers)
        self.put_layers(text, layers, merging)

    def put_layers(self, text: str, layers: tuple[Layer, ...], merging: int = -1) -> None:
        """Other layers in the same picture."""
        self._push(text, self.state._replace(layers=layers, area=self._area_for(layers)), merging)

    def show_layer(self, layer: Layer) -> None:
        """Another state of a layer, in a step of somebody else."""
        layers = tuple(layer if other.key == layer.key else other for other in self.layers)
        self._show(self.state._replace(layers=layers))

    def add(self, text: str, layer: Layer) -> None:
        """A result over the others."""
        below = tuple(other.key for other in self.layers if other.visible)
        area = self.state.area
        layers = (*self.layers, replace(layer, key=new_key(), over=below))
        self._push(text, DocumentState(layers, area=None if area is None else area | layer.rect))

    def change(self, text: str, key: str, merging: int = -1, **values: object) -> None:
        """Other properties of a layer."""
        layers = [replace(layer, **values) if layer.key == key else layer for layer in self.layers]  # type: ignore[arg-type]
        self._push(text, self.state._replace(layers=tuple(layers)), merging)

    def place_layer(self, text: str, key: str, placement: Placement, merging: int = -1) -> None:
        """Elsewhere, larger, turned; the picture stays as large as it is."""
        layers = tuple(layer.place(placement) if layer.key == key else layer for layer in self.layers)
        self._push(text, self.state._replace(layers=layers, area=self._area_for(layers)), merging)

    def _area_for(self, layers: Sequence[Layer]) -> QRect | None:
        """What keeps the picture as large as it is with these layers."""
        bounds = self.bounds
        return self.state.area if Scene(layers, self.state.area).bounds == bounds else bounds

    def set_area(self, text: str, area: QRect) -> None:
        """The picture ends there: what is marked outside goes, layers stay whole."""
        if area != self.bounds:
            overlay = self.overlay.cropped(area) if self.overlay is not None else None
            self._push(text, DocumentState(self.layers, overlay, area=QRect(area)))

    def move(self, text: str, key: str, by: int) -> None:
        """Up or down among the others."""
        at = next(number for number, layer in enumerate(self.layers) if layer.key == key)
        self.move_to(text, key, at + by)

    def move_to(self, text: str, key: str, to: int) -> None:
        """To another place among the others, counted from the lowest."""
        layers = [*self.layers]
        at = next(number for number, layer in enumerate(layers) if layer.key == key)
        to = min(max(to, 0), len(layers) - 1)
        if to != at:
            layers.insert(to, layers.pop(at))
            self.put(text, layers, keep_mask=True)

    def remove(self, text: str, key: str) -> None:
        self.put(text, [layer for layer in self.layers if layer.key != key], keep_mask=True)

    def set_frame(self, text: str, frame: QMargins) -> None:
        if frame != self.frame:
            self._push(text, self.state._replace(frame=frame), FRAME_MERGING)

    def mark(self, text: str, grey: QImage) -> None:
        """What a mask of the size of the picture marks takes the place of what is marked."""
        from studio.desktop.canvas.mask_overlay import MaskOverlay, from_grey  # first needed after the first paint

        bounds, feather_px = self.bounds, self.overlay.feather_px if self.overlay else 0.0
        overlay = MaskOverlay(bounds.size(), from_grey(grey), bounds.topLeft())
        overlay.set_feather(feather_px)
        self._push(text, self.state._replace(overlay=overlay))

    def need_overlay(self) -> "MaskOverlay | None":
        """The mask, made if need be; None without a picture."""
        bounds = self.bounds
        if self.overlay is None and not bounds.isEmpty():
            from studio.desktop.canvas.mask_overlay import MaskOverlay  # first needed after the first paint

            overlay = self._blank(self.state) or MaskOverlay(bounds.size(), None, bounds.topLeft())
            self._blanks = {**dict([*self._blanks.items()][1 - BLANKS :]), _blank_key(self.state): overlay}
            self.set_veil(overlay)
        return self.overlay

    def set_veil(self, overlay: "MaskOverlay | None") -> None:
        """Another mask; no step of its own, as an empty one is no act."""
        self.state = self.state._replace(overlay=overlay)
        self._follow_feather()
        self.shown.emit()

    def _follow_feather(self) -> None:
        if self.overlay is not None:
            self.overlay.feathered.connect(self.changed, Qt.ConnectionType.UniqueConnection)

    # ---- steps

    def kept(self) -> KeptDocument:
        """All of it as it is now, to be kept."""
        at, steps = self.stack.index(), [*self.steps]
        steps[at] = self._step(steps[at].text, steps[at])  # what is no step by itself too, as the soft edge
        return KeptDocument(tuple(steps), at, tuple(self._flats), self.layers, tuple(self._unwritten.values()))

    def restore(self, kept: KeptDocument) -> list[str]:
        """Another document, with its history; returns a sentence for each layer that cannot be shown any more."""
        state, lost = kept.steps[kept.at].state(self.cache)
        self.steps, self._flats, self._blanks, self.chosen_key = [*kept.steps], [*kept.flats], {}, ""
        self._unwritten = {}
        pairs = zip(kept.steps, kept.steps[1:], strict=False)
        commands = [KeptCommand(self.stack, after.text, before, after, self._show) for before, after in pairs]
        self._show(state)
        self.stack.refill(commands, kept.at)
        return lost

    def _step(self, text: str, former: KeptStep) -> KeptStep:
        state, overlay = self.state, self.overlay
        marked = former.marked if overlay is not None else None
        if overlay is not None and (marked is None or marked.mask is None or not overlay.mask.same(marked.mask)):
            marked = MarkedMask(overlay.mask.snapshot())
        feather_px = overlay.feather_px if overlay is not None else 0.0
        return KeptStep(text, self._kept_layers(), marked, feather_px, state.frame, state.area)

    def _pushed(self, before: int, merged: bool) -> None:
        step = self._step(self.stack.undoText(), self.steps[before])
        self.steps[before + (not merged) :] = [step]
        self.steps = self.steps[-1 - self.stack.count() :]
        self._hold()
        self.changed.emit()

    def _hold(self) -> None:
        """What is painted stays until it is on the disk, so that each stroke is a step of its own after a restart."""
        named = {kept for step in self.steps for kept in step.layers if not kept.entry.file}
        there = {**self._unwritten, **{self.cache.kept(layer): layer for layer in self.layers}}
        self._unwritten, left = {}, UNWRITTEN_BYTES
        for kept, layer in reversed([*there.items()]):
            left -= layer.shown.full.sizeInBytes() if kept in named else 0
            if kept in named and left > 0:
                self._unwritten = {kept: layer, **self._unwritten}

    def _stepped(self) -> None:
        if not self.stack.busy:
            self.changed.emit()

    def _push(self, text: str, state: DocumentState, merging: int = -1) -> None:
        self.stack.push(StateCommand(text, self.state, state, self._show, merging))

    def _show(self, state: object) -> None:
        if isinstance(state, KeptStep):
            state, lost = state.state(self.cache)
            if lost:
                self.lost.emit(lost)
        assert isinstance(state, DocumentState)
        framed = state.frame != self.frame
        if state.overlay is None:
            state = state._replace(overlay=self._blank(state))
        self.state = state
        self._follow_feather()
        self.shown.emit()
        if framed:
            self.framed.emit()

    def _blank(self, state: DocumentState) -> "MaskOverlay | None":
        """The empty mask on which strokes began that can be done again."""
        blank = self._blanks.get(_blank_key(state))
        return blank if blank is not None and blank.mask.is_empty else None


def _blank_key(state: DocumentState) -> tuple[object, ...]:
    return tuple(layer.key for layer in state.layers), state.bounds.getRect()


def new_key() -> str:
    """The name of a new layer."""
    return secrets.token_hex(6)
