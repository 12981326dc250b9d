"""DocumentFiles: saves the document as a picture, in layers for other programs, or as a project, and opens projects."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import files
from studio.desktop.canvas.document import Document, PictureSource
from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.canvas.layer_cut import opened
from studio.desktop.canvas.project_writer import project_writer
from studio.desktop.shell import clipboard, drafts, qt_image
from studio.desktop.shell.worker import Worker
from studio.errors import UserError, os_reason

if TYPE_CHECKING:
    from studio.document.exported_layer import ExportedLayer
    from studio.document.project import Manifest

THUMBNAIL_SIDE = 256
PROJECT, OPENRASTER, PHOTOSHOP = ".studio", ".ora", ".psd"
LAYERED = (PROJECT, OPENRASTER, PHOTOSHOP)


class DocumentFiles(QObject):
    """`saved` carries where to, and a sentence for each thing that was lost on the way."""

    saved = Signal(Path, list)
    failed = Signal(object)
    opened = Signal(list)

    def __init__(self, document: Document, worker: Worker, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._worker, self._folder, self._window = document, worker, folder, parent

    # ---- out

    def ask(self, piece: PictureSource | None, whole: bool, name: str = "") -> None:
        """Where to, and as what. `whole`: what is shown is the document, so that its layers can be saved too. `name`:
        what it shall be called, without a suffix; '' for the name that its file has."""
        usual = drafts.title(piece.file) if piece else self.tr("picture") + ".png"
        name = f"{name}.png" if name else usual
        dialog = QFileDialog(self._window, self.tr("Save picture as"), str(files.home() / name))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        with_recipes = [
            self.tr("PNG, with recipe (*.png)"),
            self.tr("JPEG, with recipe (*.jpg *.jpeg)"),
            self.tr("WebP, with recipe (*.webp)"),
        ]
        bare = [
            self.tr("PNG, without recipe (*.png)"),
            self.tr("JPEG, without recipe (*.jpg *.jpeg)"),
            self.tr("WebP, without recipe (*.webp)"),
        ]
        filters = [*with_recipes, *bare]
        if whole and self._document.layers:
            filters += [
                self.tr("OpenRaster, with layers (*.ora)"),
                self.tr("Photoshop, with layers (*.psd)"),
                self.tr("Studio project (*.studio)"),
            ]
        dialog.setNameFilters(filters)
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_suffix(chosen)))
        dialog.fileSelected.connect(lambda path: self.save(piece, Path(path), dialog.selectedNameFilter() not in bare))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def save(self, piece: PictureSource | None, target: Path, with_recipe: bool = True) -> None:
        """In the format that the name of the file has; a document without a file of its own is put together first."""
        kind = target.suffix.lower()
        if kind == PROJECT:
            self._save_project(target)
        elif kind in (OPENRASTER, PHOTOSHOP):
            shown = self._document.scene
            self._run(target, lambda: _write_layers(target, shown))
        elif piece is not None and with_recipe:
            self._run(target, lambda: clipboard.save_as(piece.kept, target))
        else:
            scene = self._document.scene
            self._run(target, lambda: clipboard.save_pixels(piece.kept if piece else scene.flattened(), target))

    def _save_project(self, target: Path) -> None:
        write = project_writer(self._document.state)

        def work() -> list[str]:
            write(target)
            return []

        self._run(target, work)

    def _run(self, target: Path, work: Callable[[], list[str]]) -> None:
        self._worker.run(work, lambda lost: self.saved.emit(target, lost), self.failed.emit)

    # ---- in

    def ask_open(self) -> None:
        dialog = QFileDialog(self._window, self.tr("Open document"), str(files.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [
                self.tr("Documents (*.studio *.ora *.psd)"),
                self.tr("Studio project (*.studio)"),
                self.tr("OpenRaster, with layers (*.ora)"),
                self.tr("Photoshop, with layers (*.psd)"),
            ]
        )
        dialog.fileSelected.connect(lambda path: self.open(Path(path)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def open(self, source: Path) -> None:
        """A project, or the layers of another program; what is there with work in it stays beside it."""
        from studio.desktop.canvas import manifest  # slow, and first needed after the first paint
        from studio.document import project  # slow, and first needed after the first paint
        from studio.library import picture_id  # slow, and first needed after the first paint

        folder = self._folder / f"project-{picture_id.new_id(picture_id.utc_now())}"

        def work() -> "tuple[Manifest, list[Layer], list[str], QImage | None]":
            kept, left_out = _read(source, folder)
            layers, lost = manifest.layers(kept)
            lost = [*left_out, *lost]
            if not layers:
                raise UserError(lost[0]) if lost else project.damaged(source.name)
            return kept, layers, lost, qt_image.grey(Path(kept.mask)) if kept.mask else None

        self._worker.run(work, lambda found: self._show(*found), self.failed.emit)

    def _show(self, kept: "Manifest", layers: list[Layer], lost: list[str], mask: QImage | None) -> None:
        from studio.desktop.canvas import manifest  # slow, and first needed after the first paint
        from studio.desktop.canvas.mask_overlay import MaskOverlay, from_grey  # first needed after the first paint

        area = manifest.area(kept.area)
        bounds, overlay = Scene(layers, area).bounds, None
        if mask is not None and mask.size() == bounds.size():
            overlay = MaskOverlay(bounds.size(), from_grey(mask), bounds.topLeft())
            overlay.set_feather(kept.feather_px)
        self._document.put_state(
            self.tr("Open a project"), DocumentState(tuple(layers), overlay, manifest.frame(kept.frame), area)
        )
        self.opened.emit(lost)


def _read(source: Path, folder: Path) -> "tuple[Manifest, list[str]]":
    """Raises UserError. For a worker's thread."""
    from studio.document import openraster, photoshop, project  # slow, and first needed after the first paint

    if source.suffix.lower() == OPENRASTER:
        return openraster.read(source, folder)
    if source.suffix.lower() == PHOTOSHOP:
        return photoshop.read(source, folder)
    return project.load(source, folder), []


def _suffix(name_filter: str) -> str:
    return name_filter.rpartition("*.")[2].rstrip(")").split()[0]


def _write_layers(target: Path, scene: Scene) -> list[str]:
    bounds, merged = scene.bounds, scene.flattened()
    corner, masked = bounds.topLeft(), target.suffix.lower() == PHOTOSHOP
    sheets = [_exported(layer, layer.rect.topLeft() - corner, masked) for layer in scene.layers]
    size, whole = (bounds.width(), bounds.height()), drafts.as_png(merged)
    try:
        if target.suffix.lower() == OPENRASTER:
            from studio.document import openraster  # slow, and first needed after the first paint

            openraster.write(target, size, sheets, whole, drafts.as_png(qt_image.shrunk(merged, THUMBNAIL_SIDE)))
        else:
            _write_photoshop(target, size, sheets, whole)
    except OSError as error:
        raise UserError(
            "“{}” was not saved ({}); the canvas stays as it is. Choose another folder.",
            target.name,
            os_reason(error),
        ) from error
    return []


def _exported(layer: Layer, at: QPoint, masked: bool) -> "ExportedLayer":
    """`masked`: with its mask and all that is behind it; else as it is seen."""
    from studio.document.exported_layer import ExportedLayer  # first needed after the first paint

    image, mask = layer.raster(), b""
    if masked and layer.mask is not None and layer.file is not None and layer.scaled is None:
        with contextlib.suppress(UserError):  # what is seen of it is there in any case
            grey = qt_image.grey(layer.mask)
            if grey.size() == image.size():
                image, mask = qt_image.load(layer.file).full, drafts.as_png(grey if layer.soft else opened(grey))
    return ExportedLayer(
        layer.name, drafts.as_png(image), at.x(), at.y(), layer.opacity, layer.visible, layer.blend, mask
    )


def _write_photoshop(target: Path, size: tuple[int, int], sheets: "list[ExportedLayer]", whole: bytes) -> None:
    from studio.document import photoshop  # Pillow comes with it, first needed after the first paint

    if max(size) > photoshop.LONGEST_SIDE:
        raise UserError(
            "“{}” was not saved: Photoshop's format holds at most {} pixels a side, and the canvas has {}x{}; it "
            "stays as it is. Save it as OpenRaster.",
            target.name,
            photoshop.LONGEST_SIDE,
            size[0],
            size[1],
        )
    photoshop.write(target, size, sheets, whole)
