"""Inlet: pictures that come from other programs, dropped on the window or pasted into it: shown, ready to be used."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage

from studio.desktop import exchange
from studio.desktop.canvas.exporter import PROJECT, Exporter
from studio.desktop.director import Director
from studio.desktop.notice import Notices
from studio.desktop.worker import Worker
from studio.errors import UserError


class Inlet(QObject):
    """Pixels without a file are kept as a draft, so that jobs can name them."""

    def __init__(
        self,
        director: Director,
        exporter: Exporter,
        worker: Worker,
        notices: Notices,
        drafts_dir: Path,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._director, self._exporter, self._worker, self._notices = director, exporter, worker, notices
        self._drafts_dir = drafts_dir

    def takes(self, data: QMimeData) -> bool:
        """Whether there may be a picture in it."""
        return data.hasUrls() or exchange.has_pixels(data)

    def paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if data is not None and not self.take(data):
            text = self.tr("There is no picture on the clipboard; copy a picture or a picture file first.")
            self._notices.show_line("files", "info", text)

    def take(self, data: QMimeData) -> bool:
        """Show what is in it; False for nothing."""
        self._notices.remove("files")
        self._notices.remove("picture")
        if files := exchange.files(data):
            self.show(files)
        elif pixels := exchange.pixels(data):
            self._keep(pixels)
        else:
            return False
        return True

    def show(self, files: list[Path]) -> None:
        """One picture, or a project."""
        if files[0].suffix.lower() == PROJECT:
            self._exporter.open(files[0])
            return
        if len(files) > 1:
            text = self.tr("{0} files were dropped; the first one is shown. Drop them one by one to use the others.")
            self._notices.show_line("files", "info", text.format(len(files)))
        self._director.show_file(str(files[0]), files[0])

    def _keep(self, pixels: bytes | QImage) -> None:
        from studio.desktop.form import draft

        def keep() -> Path:
            return draft.keep_pasted(self._drafts_dir, pixels)

        self._worker.run(keep, lambda path: self._director.show_file(str(path), path), self._tell)

    def _tell(self, error: UserError) -> None:
        self._notices.show_line("picture", "error", error.message)
