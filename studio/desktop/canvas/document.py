"""Document: what is worked on in the viewer: layers, the mask over them, the frame around them, their undo."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMargins, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage

from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.layer_mixing import pixels
from studio.desktop.canvas.undo import StateCommand, UndoStack
from studio.desktop.shell.qt_image import Shown, prepared
from studio.document.placement import Placement

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay

UNDO_LIMIT = 200
FLATS = 16
FRAME_MERGING, OPACITY_MERGING = 1, 2
"""Steps of one kind that follow each other are one step."""


class DocumentState(NamedTuple):
    """All of the document; what is not changed is shared between states."""

    layers: tuple[Layer, ...] = ()
    overlay: "MaskOverlay | None" = None
    frame: QMargins = QMargins()
    area: QRect | None = None
    """The picture, if it is not all that the layers cover: layers may reach out of it."""

    @property
    def scene(self) -> Scene:
        return Scene(self.layers, self.area)

    @property
    def bounds(self) -> QRect:
        return self.scene.bounds


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
    left = Signal(object)
    """Another picture takes the place of this DocumentState, in which there is work."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = DocumentState()
        self.stack = UndoStack(self)
        self.stack.setUndoLimit(UNDO_LIMIT)
        self.stack.indexChanged.connect(self._stepped)
        self.chosen_key = ""
        """Of the layer that tools work on; another one than those that there are means the highest."""
        self._flats: list[tuple[Scene, Path]] = []
        """What was put into one file, the last last, and that file."""

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
        return not self.frame.isNull() or (self.overlay is not None and not self.overlay.mask.is_empty)

    @property
    def piece(self) -> PictureSource | None:
        """The document as one picture; None if there is none, or no file that has all of it."""
        for scene, file in self._flats:
            if scene.shows(self.scene):
                return PictureSource(str(file), file, self.refs)
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
        flats = [str(file) for scene, file in self._flats if keys & {layer.key for layer in scene.layers}]
        return (*own, *flats)

    def know_flat(self, scene: Scene, file: Path) -> None:
        """A file has all that is seen of it: jobs name it by that."""
        self._flats = [*self._flats[1 - FLATS :], (scene, file)]

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

    def open(self, text: str, piece: PictureSource, shown: Shown) -> None:
        """A picture becomes a document of its own."""
        self._leave()
        self.put(text, [Layer(shown, new_key(), self.tr("Picture"), piece.ref, piece.file)])

    def _leave(self) -> None:
        if len(self.layers) > 1 or self.is_marked:
            self.left.emit(self.state)

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

            self.set_veil(MaskOverlay(bounds.size(), None, bounds.topLeft()))
        return self.overlay

    def set_veil(self, overlay: "MaskOverlay | None") -> None:
        """Another mask; no step of its own, as an empty one is no act."""
        self.state = self.state._replace(overlay=overlay)
        self._follow_feather()
        self.shown.emit()

    def _follow_feather(self) -> None:
        if self.overlay is not None:
            self.overlay.feathered.connect(self.changed, Qt.ConnectionType.UniqueConnection)

    def restore(self, state: DocumentState) -> None:
        """What was there when the program ended; the stack begins anew."""
        self.stack.clear()
        self._show(state)

    def _push(self, text: str, state: DocumentState, merging: int = -1) -> None:
        self.stack.push(StateCommand(text, self.state, state, self._show, merging))

    def _show(self, state: object) -> None:
        assert isinstance(state, DocumentState)
        framed = state.frame != self.frame
        self.state = state
        self._follow_feather()
        self.shown.emit()
        if framed:
            self.framed.emit()

    def _stepped(self) -> None:
        self.changed.emit()


def new_key() -> str:
    """The name of a new layer."""
    return secrets.token_hex(6)


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
