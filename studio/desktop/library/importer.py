"""Inlet: pictures that come from other programs, dropped on the window or pasted into it: shown, ready to be used."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage

from studio.desktop.canvas.document_files import PROJECT, DocumentFiles
from studio.desktop.shell import clipboard
from studio.desktop.shell.notices import Notices
from studio.desktop.shell.worker import Worker
from studio.desktop.style.label_text import one_line
from studio.desktop.style.sentence import say
from studio.desktop.viewer.controller import ViewerController
from studio.errors import UserError


class Importer(QObject):
    """Pixels without a file are kept as a draft, so that jobs can name them."""

    def __init__(
        self, viewer_controller: ViewerController, worker: Worker, exporter: DocumentFiles, notices: Notices,
        drafts_dir: Path, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._viewer_controller, self._worker, self._document_files, self._notices = (
            viewer_controller,
            worker,
            exporter,
            notices,
        )
        self._drafts_dir = drafts_dir

    def takes(self, data: QMimeData) -> bool:
        """Whether there may be a picture in it."""
        return data.hasUrls() or clipboard.has_pixels(data)

    def paste(self) -> None:
        if (data := QGuiApplication.clipboard().mimeData()) is not None:
            self.take(data)

    def take(self, data: QMimeData) -> None:
        """Show what was pasted, or dropped beside the wells."""
        self._notices.remove("files")
        self._notices.remove("picture")
        if files := clipboard.files(data):
            self.show(files)
        elif (pixels := clipboard.pixels(data)) is not None:
            self._keep(pixels)
        else:
            text = self.tr("There is no picture in it; copy or drop a picture or a picture file.")
            self._notices.show_line("files", "warning", text)

    def show(self, files: list[Path]) -> None:
        """A project, or the first picture of them."""
        if files[0].suffix.lower() == PROJECT:
            self._document_files.open(files[0])
        elif len(files) == 1:
            self._viewer_controller.show_file(str(files[0]), files[0])
        else:
            self._worker.run(
                lambda: clipboard.first_picture(files), lambda found: self._show_first(len(files), *found), self._tell
            )

    def _show_first(self, count: int, file: Path, refused: list[str]) -> None:
        text = self.tr("{0} files were dropped; “{1}” is shown. Drop them one by one to use the others.")
        told = [text.format(count, one_line(file.name, 60)), *map(say, refused[:1])]
        self._notices.show_line("files", "info", " ".join(told))
        self._viewer_controller.show_file(str(file), file)

    def _keep(self, pixels: bytes | QImage) -> None:
        from studio.desktop.shell import drafts

        def keep() -> Path:
            return drafts.keep_pasted(self._drafts_dir, pixels)

        self._worker.run(keep, lambda path: self._viewer_controller.show_file(str(path), path), self._tell)

    def _tell(self, error: UserError) -> None:
        self._notices.show_line("picture", "error", error.message)
