"""Autosave: writes down what is on the canvas at every act; it is there again after whatever ended the program."""

import contextlib
import itertools
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, Signal

from studio import files
from studio.atomic import writing
from studio.desktop.canvas.document import Document, DocumentState
from studio.desktop.canvas.layer import Scene
from studio.desktop.canvas.layer_files import LayerFiles
from studio.desktop.shell.worker import Worker
from studio.errors import UserError, os_reason

if TYPE_CHECKING:
    from studio.document.mask import Mask
    from studio.document.project import Manifest

FILE = "session.json"
KEPT_S = 24 * 3600
"""Files that nothing needs may still be those of another window for so long."""
OTHERS = ("owner.json", "queue.json")
"""Files of the same folder that are not of the canvas."""


class Autosave(QObject):
    """Writes on a worker's thread, one state at a time; what came meanwhile is written next, the last state only.

    The list of files is replaced at once when all that it names is on the disk.
    """

    restored = Signal(list)
    """Done; with a sentence for each layer that could not be brought back."""
    failed = Signal(object)
    kept = Signal()
    claimed = Signal()
    """The folder is this program's."""
    occupied = Signal()
    """Another program that runs has it: this one restores and keeps nothing."""

    def __init__(self, document: Document, worker: Worker, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._worker, self._folder = document, worker, folder
        self._busy = self._dirty = self._mine = False
        self._told = False
        self._numbers = itertools.count(1)
        self._mask: tuple[object, str] = ((), "")
        self._files = LayerFiles(folder)
        document.changed.connect(self.save)
        document.framed.connect(self.save)

    # ---- writing

    def save(self) -> None:
        if self._busy or not self._mine:
            self._dirty = True
            return
        self._busy, self._dirty = True, False
        state = self._document.state
        overlay = state.overlay
        mark = (
            (id(overlay), overlay.mask.ground, tuple(id(overlay.mask.tile(key)) for key in overlay.mask.keys))
            if overlay
            else ()
        )
        mask = overlay.mask.snapshot() if overlay is not None and mark != self._mask[0] else None
        former = "" if overlay is None else self._mask[1]
        self._worker.run(
            lambda: self._write(state, mask, former), lambda name: self._written((mark, name)), self._not_written
        )

    def _write(self, state: DocumentState, mask: "Mask | None", former: str) -> str:
        """Returns the name of the mask's file."""
        from studio.desktop.canvas import manifest  # slow, and first needed after the first paint
        from studio.document import project, tile_file  # slow, and first needed after the first paint

        made = manifest.manifest(state)
        name = former
        try:
            files.make_private(self._folder)
            if mask is not None:
                name = f"mask-{state.layers[0].key if state.layers else ''}-{next(self._numbers)}.bin"
                tile_file.save(self._folder / name, mask)
            made.mask = name
            for entry, layer in zip(made.layers, state.layers, strict=True):
                entry.file = str(self._own(layer.file, layer.key) if layer.file else self._files.write(layer))
            with writing(self._folder / FILE) as file:
                file.write(project.encode(made))
        except OSError as error:
            raise UserError(
                "The canvas could not be kept in {} ({}): it would be lost if the program ended now. Free some "
                "space there; it is tried again at the next change.",
                self._folder,
                os_reason(error),
                code="storage",
            ) from error
        needed = {name, FILE, *OTHERS, *(Path(layer.file).name for layer in made.layers)}
        project.forget(self._folder, lambda path: path.name in needed)
        return name

    def _own(self, file: Path, key: str) -> Path:
        """A file from outside may go with the stick that it came from: a copy of ours stays."""
        home = self._folder.parent
        if file.is_relative_to(home):
            return file
        copy = self._folder / f"layer-{key}{file.suffix.lower()}"
        if not copy.exists() and file.exists():
            shutil.copyfile(file, copy)
        return copy if copy.exists() else file

    def _written(self, mask: tuple[object, str]) -> None:
        self._busy, self._mask, self._told = False, mask, False
        if self._dirty:
            self.save()
        else:
            self.kept.emit()

    def _not_written(self, error: UserError) -> None:
        self._busy = False
        if not self._told:
            self._told = True
            self.failed.emit(error)

    # ---- bringing it back

    def restore(self) -> None:
        """What was there when the program ended; nobody who has begun already is disturbed."""
        self._worker.run(self._claim, self._begin)

    def _claim(self) -> bool:
        from studio.document import session_lock  # slow, and first needed after the first paint

        try:
            return session_lock.claim(self._folder)
        except OSError:  # nothing can be written: reported at the first act
            return True

    def _begin(self, mine: bool) -> None:
        if not mine:
            self.occupied.emit()
            return
        self._mine = True
        self.claimed.emit()
        self._worker.run(self._read, self._show, self.failed.emit)
        if self._dirty:
            self.save()

    def _read(self) -> "tuple[Manifest, list[Any], list[str], Mask | None] | None":
        from studio.desktop.canvas import manifest  # slow, and first needed after the first paint
        from studio.document import project  # slow, and first needed after the first paint

        try:
            data = (self._folder / FILE).read_bytes()
        except OSError:  # the first start
            return None
        kept = project.decode(data, FILE)
        self._sweep_projects(data)
        layers, lost = manifest.layers(kept)
        mask = None
        with contextlib.suppress(OSError, ValueError):  # a mask that cannot be read is painted anew
            mask = _read_mask(self._folder / Path(kept.mask).name) if kept.mask else None
        return kept, layers, lost, mask

    def _sweep_projects(self, session: bytes) -> None:
        """What was unpacked from projects goes when the canvas needs it no more."""
        for folder in (self._folder.parent / "projects").glob("project-*"):
            with contextlib.suppress(OSError):  # another window may be at it
                if folder.name.encode() not in session and time.time() - folder.stat().st_mtime > KEPT_S:
                    shutil.rmtree(folder)

    def _show(self, found: "tuple[Manifest, list[Any], list[str], Mask | None] | None") -> None:
        if found is None or self._document.layers or self._document.stack.count():
            self.restored.emit([])
            return
        from studio.desktop.canvas import manifest  # slow, and first needed after the first paint

        kept, layers, lost, mask = found
        area = manifest.area(kept)
        bounds = Scene(layers, area).bounds
        overlay = None
        if mask is not None and QSize(mask.width, mask.height) == bounds.size():
            from studio.desktop.canvas.mask_overlay import MaskOverlay  # first needed after the first paint

            overlay = MaskOverlay(bounds.size(), None, bounds.topLeft(), mask)
            overlay.set_feather(kept.feather_px)
        self._document.restore(DocumentState(tuple(layers), overlay, manifest.frame(kept), area))
        self.restored.emit(lost)


def _read_mask(path: Path) -> "Mask":
    from studio.document import tile_file  # needs numpy, which a window without a mask does not

    return tile_file.load(path)
