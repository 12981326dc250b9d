"""CanvasOpener: puts a picture, or a mask for the one that is there, on the canvas."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.desktop.canvas.document import PictureSource
from studio.desktop.shell import drafts, qt_image
from studio.desktop.shell.qt_image import Shown
from studio.desktop.shell.worker import Worker
from studio.desktop.viewer.controller import ViewerController
from studio.desktop.viewer.viewer import Viewer
from studio.errors import UserError


class CanvasOpener(QObject):
    """A CanvasAccess. What comes from outside is kept as a file of ours first: jobs can name that whenever they run."""

    region_wanted = Signal(object, object)
    """The mask and the words of a region that is to be painted."""

    def __init__(
        self, viewer: Viewer, controller: ViewerController, worker: Worker, drafts_dir: Path,
        open_ref: Callable[[str], Path],
    ) -> None:  # fmt: skip
        super().__init__(viewer)
        self._viewer, self._controller, self._worker = viewer, controller, worker
        self._drafts_dir, self._open_ref = drafts_dir, open_ref
        self._round = 0

    def open(self, ref: str, path: Path) -> None:
        """A picture that jobs can name already."""
        self._load(lambda: (ref, path))

    def open_file(self, path: Path) -> None:
        """Any file."""
        self._load(lambda: (drafts.adopt(self._drafts_dir, path, self._open_ref)[0], path))

    def open_pixels(self, pixels: bytes | QImage) -> None:
        """A picture that is in no file."""

        def keep() -> tuple[str, Path]:
            kept = drafts.keep_pasted(self._drafts_dir, pixels)
            return str(kept), kept

        self._load(keep)

    def open_shown(self, piece: PictureSource, shown: Shown) -> None:
        self._controller.look_away()
        self._viewer.candidates.clear()
        self._viewer.document.open(self.tr("Place picture"), piece, shown)
        self._controller.noted.emit(shown.notes)
        self._controller.piece_shown.emit(piece.ref)

    def _load(self, name: Callable[[], tuple[str, Path]]) -> None:
        """Of several at once, the last one counts."""
        self._round += 1
        number = self._round

        def work() -> tuple[PictureSource, Shown]:
            ref, path = name()
            return PictureSource(ref, path), qt_image.load(path)

        def show(found: tuple[PictureSource, Shown]) -> None:
            if number == self._round:
                self.open_shown(*found)

        self._worker.run(work, show, self._controller.failed.emit)

    # ---- what marks it

    def open_mask(self, path: Path, refused: Callable[[UserError], None]) -> None:
        def show(grey: QImage) -> None:
            size = self._viewer.document.bounds.size()
            if size == grey.size():
                self._viewer.document.mark(self.tr("Mask from a file"), grey)
                return
            told = f"{grey.width()} × {grey.height()}", f"{size.width()} × {size.height()}"
            words = self.tr("The mask is {0} and the picture on the canvas {1} pixels, so the mask was not used.")
            refused(UserError(words.format(*told)))

        self._worker.run(lambda: qt_image.grey(path), show, refused)

    def mark(self) -> bool:
        masks = self._viewer.masks
        masks.choose("brush")
        return masks.chosen == "brush"

    def clear_mask(self) -> None:
        self._viewer.masks.clear.click()

    def paint_region(self, mask: object, words: object) -> None:
        self.region_wanted.emit(mask, words)
