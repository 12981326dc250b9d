"""CanvasContent: what stands on the canvas, and the files by which jobs name it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage

from studio.desktop.canvas.document import Document, PictureSource
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.forms.canvas_access import CanvasPicture
from studio.desktop.shell import drafts
from studio.desktop.shell.qt_image import Shown, shrunk
from studio.errors import UserError

SIDE = 144
"""Pixels of a thumbnail."""


@dataclass(frozen=True)
class CanvasContent:
    """Taken when something is due; `write` works with it on a worker's thread."""

    scene: Scene
    layers: tuple[Layer, ...]
    piece: PictureSource | None
    """A file that has all of it."""
    draw_mask: Callable[[], QImage] | None = None
    beneath: bool = False

    def write(self, folder: Path, open_ref: Callable[[str], Path]) -> "WrittenContent":
        """Raises UserError when something cannot be kept."""
        scene = self.scene
        named = self._named(folder, open_ref)
        if named is None or self.piece is None:
            whole = scene.flattened()
            path = drafts.keep(folder, "canvas", drafts.as_png(whole))
            ref, small = str(path), shrunk(whole, SIDE)
        else:
            ref, path = named
            small = shrunk(top(self.layers, self.piece).small, SIDE)
        bounds, notes = scene.bounds, self.layers[0].shown.notes
        picture = CanvasPicture(ref, path, (bounds.width(), bounds.height()), small, notes, self.beneath)
        return WrittenContent(scene, picture, self._write_mask(folder))

    def _named(self, folder: Path, open_ref: Callable[[str], Path]) -> tuple[str, Path] | None:
        """How jobs name the file that has all of it; None where it is gone and only its pixels are left."""
        from studio.library import picture_id  # the first paint should not wait for it

        if self.piece is None:
            return None
        try:
            if picture_id.is_id(self.piece.ref):
                there = open_ref(self.piece.ref).is_file()
                return (self.piece.ref, self.piece.file) if there else None
            kept = self.piece.kept
            return drafts.adopt(folder, kept if kept.parent == folder else self.piece.file, open_ref)
        except UserError as error:
            return (self.piece.ref, self.piece.file) if error.code == "library_not_open" else None

    def _write_mask(self, folder: Path) -> CanvasPicture | None:
        if self.draw_mask is None:
            return None
        drawn = self.draw_mask()
        path = drafts.keep(folder, "mask", drafts.as_png(drawn))
        return CanvasPicture(str(path), path, (drawn.width(), drawn.height()), shrunk(drawn, SIDE))


@dataclass(frozen=True)
class WrittenContent:
    scene: Scene
    picture: CanvasPicture
    mask: CanvasPicture | None


def of_document(document: Document, beneath: bool) -> CanvasContent | None:
    """None for an empty one."""
    if not document.layers:
        return None
    overlay = document.overlay
    draw = overlay.drawing() if overlay is not None and not overlay.mask.is_empty else None
    return CanvasContent(document.scene, document.layers, document.piece, draw, beneath)


def of_picture(piece: PictureSource, shown: Shown) -> CanvasContent:
    """A picture that stands there alone and is not the document yet."""
    layers = (Layer(shown, ref=piece.ref, file=piece.file),)
    return CanvasContent(Scene(layers), layers, piece)


def top(layers: tuple[Layer, ...], piece: PictureSource) -> Shown:
    """The layer that is seen whole."""
    return next((layer.shown for layer in reversed(layers) if layer.file == piece.file), layers[0].shown)
