"""Outlet: the ways out of the window for a picture: the clipboard, a file, the file manager."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.desktop import exchange
from studio.desktop.canvas.easel import Piece
from studio.desktop.job import Job, JobBook
from studio.desktop.notice import Notices
from studio.desktop.stage import Stage
from studio.desktop.worker import Worker
from studio.errors import UserError


class Outlet(QObject):
    """Tells in a line what became of it."""

    def __init__(self, stage: Stage, book: JobBook, worker: Worker, notices: Notices, window: QWidget) -> None:
        super().__init__(window)
        self._stage, self._book, self._worker, self._notices, self._window = stage, book, worker, notices, window
        stage.copy_wanted.connect(self.copy)
        stage.save_wanted.connect(self.ask_and_save)
        stage.reveal_wanted.connect(lambda piece: self.reveal(piece.file))

    def copy(self, piece: Piece) -> None:
        view = self._stage.view
        if view and view.picture:
            exchange.copy(piece.file, view.picture)
            self._notices.show_line("out", "ok", self.tr("The picture is on the clipboard."))

    def reveal(self, file: Path) -> None:
        """Show a file, or a folder, in the system's file manager."""
        try:
            exchange.reveal(file)
        except UserError as error:
            self._tell(error)

    def ask_and_save(self, piece: Piece) -> None:
        dialog = self._dialog(self.tr("Save the picture as"), Path.home() / piece.file.name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("PNG, with its recipe (*.png)"), "JPEG (*.jpg *.jpeg)", "WebP (*.webp)"])
        dialog.setDefaultSuffix("png")
        self._open(dialog, lambda name: self.save_copy(piece, Path(name)))

    def save_copy(self, piece: Piece, target: Path) -> None:
        def done(lost: str) -> None:
            text = self.tr("Saved as {0}.").format(target)
            self._notices.show_line("out", "ok", f"{text} {lost}".strip())

        self._worker.run(lambda: exchange.save_as(piece.file, target), done, self._tell)

    def save_elsewhere(self, job: Job) -> None:
        """A picture that the library could not take, into a folder."""
        dialog = self._dialog(self.tr("Save the picture in"), Path.home())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._open(dialog, lambda name: self._book.save_again(job, name))

    def _dialog(self, title: str, place: Path) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(place))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _open(self, dialog: QFileDialog, chosen: Callable[[str], None]) -> None:
        dialog.fileSelected.connect(chosen)
        dialog.open()

    def _tell(self, error: UserError) -> None:
        self._notices.show_line("out", "error", error.message)
