"""Outlet: ways out of the window for a picture, such as the clipboard, and what became of it."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.desktop.canvas.document import PictureSource
from studio.desktop.canvas.document_files import DocumentFiles
from studio.desktop.job import Job, JobQueue
from studio.desktop.shell import clipboard
from studio.desktop.shell.notices import Notices
from studio.desktop.style.sentence import say
from studio.desktop.viewer.viewer import Viewer
from studio.errors import UserError


class Exporter(QObject):
    """Tells in a line what became of it; the document itself is saved by an Exporter."""

    def __init__(
        self, stage: Viewer, book: JobQueue, exporter: DocumentFiles, notices: Notices, window: QWidget
    ) -> None:
        super().__init__(window)
        self._viewer, self._book, self._notices, self._window = stage, book, notices, window
        exporter.saved.connect(self._tell_saved)
        exporter.failed.connect(self._tell)
        stage.copy_wanted.connect(self.copy)
        stage.save_wanted.connect(exporter.ask)
        stage.reveal_wanted.connect(lambda piece: self.reveal(piece.file))

    def copy(self, piece: PictureSource) -> None:
        view = self._viewer.view
        if view and view.picture:
            clipboard.copy(piece.file, view.picture)
            self._notices.show_line("out", "ok", self.tr("The picture is on the clipboard."))

    def reveal(self, file: Path) -> None:
        """Show a file, or a folder, in the system's file manager."""
        try:
            clipboard.reveal(file)
        except UserError as error:
            self._tell(error)

    def save_elsewhere(self, job: Job) -> None:
        """A picture that the library could not take, into a folder."""
        dialog = QFileDialog(self._window, self.tr("Save the picture in"), str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self._book.save_again(job, name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _tell_saved(self, target: Path, lost: str) -> None:
        text = self.tr("Saved as {0}.").format(target)
        self._notices.show_line("out", "ok", " ".join([text, *map(say, lost.splitlines())]))

    def _tell(self, error: UserError) -> None:
        self._notices.show_line("out", "error", error.message)
