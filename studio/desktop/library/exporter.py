"""Exporter: ways out of the window for a picture, such as the clipboard, and what became of it."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from studio.desktop.actions.app_menu import settings_action
from studio.desktop.canvas.document import PictureSource
from studio.desktop.canvas.document_files import DocumentFiles
from studio.desktop.shell import clipboard, drafts
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.role import Role


class Exporter(QObject):
    """Tells in a line what became of it."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        session = workbench.session
        self._viewer, self._notices, self._session = workbench.viewer, workbench.notices, session
        self._document = workbench.document
        folder = session.settings.home / "projects"
        self.files = DocumentFiles(workbench.document, session.worker, folder, workbench.window)
        self.files.saved.connect(self._show_saved)
        self.files.failed.connect(self._show_failed)
        workbench.viewer.copy_wanted.connect(self.copy)
        self._forms = workbench.forms
        workbench.viewer.save_wanted.connect(self._ask)
        workbench.viewer.reveal_wanted.connect(lambda piece: self.reveal(piece.file))
        text = self.tr("Open the pictures folder")
        workbench.actions.add(settings_action("reveal-library", "folder", text, 2, self._reveal_library))

    def _ask(self, piece: PictureSource | None, whole: bool) -> None:
        self.files.ask(piece, whole, self._readable(piece))

    def _readable(self, piece: PictureSource | None) -> str:
        """A picture of the library is called by its prompt; '' for any other, and where there is no prompt."""
        from studio.library import picture_id  # slow, and first needed after the first paint
        from studio.library.readable_name import slug

        refs = [piece.ref] if piece else [layer.ref for layer in self._document.layers]
        ref = next((ref for ref in reversed(refs) if picture_id.is_id(ref)), None)
        try:
            recipe = self._session.library.get(ref).recipe if ref and self._session.library else None
        except UserError:  # it is gone from the index; its file, or the canvas, is saved all the same
            recipe = None
        task = next((task for task in self._forms.tasks if recipe and task.id == recipe.task), None)
        if recipe is None or task is None:
            return ""
        said = [recipe.params.get(name) for name in task.names(Role.PROMPT)]
        return next((slug(text) for text in said if isinstance(text, str) and slug(text)), "")

    def copy(self, piece: PictureSource | None) -> None:
        """None for the document, where no file has all of it."""
        view, scene, folder = self._viewer.view, self._document.scene, self._session.drafts_dir
        if piece and view and view.picture:
            self._put_on_clipboard(piece.file, view.picture)
        elif piece is None and scene.layers:

            def work() -> tuple[Path, QImage]:
                image = scene.flattened()
                return drafts.keep(folder, "canvas", drafts.as_png(image)), image

            self._session.worker.run(work, lambda made: self._put_on_clipboard(*made), self._show_failed)

    def _put_on_clipboard(self, file: Path, image: QImage) -> None:
        clipboard.copy(file, image)
        self._notices.show_line("out", "ok", self.tr("Copied to the clipboard."))

    def reveal(self, file: Path) -> None:
        """Show a file, or a folder, in the system's file manager."""
        try:
            clipboard.reveal(file)
        except UserError as error:
            self._show_failed(error)

    def _reveal_library(self) -> None:
        self.reveal(self._session.settings.library_dir / "pictures")

    def _show_saved(self, target: Path, lost: list[str]) -> None:
        text = self.tr("Saved as {0}.").format(target)
        self._notices.show_line("out", "ok", " ".join([text, *map(say, lost)]))

    def _show_failed(self, error: UserError) -> None:
        self._notices.show_error("out", error)


def install(workbench: Workbench) -> None:
    Exporter(workbench)
