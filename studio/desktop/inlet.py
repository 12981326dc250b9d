"""Inlet: pictures that come from other programs, dropped on the window or pasted into it: shown, ready to be used."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage

from studio.desktop import exchange
from studio.desktop.canvas.exporter import PROJECT, Exporter
from studio.desktop.director import Director
from studio.desktop.form.wording import one_line
from studio.desktop.notice import Notices
from studio.desktop.sentence import say
from studio.desktop.worker import Worker
from studio.errors import UserError


class Inlet(QObject):
    """Pixels without a file are kept as a draft, so that jobs can name them."""

    def __init__(
        self, director: Director, worker: Worker, exporter: Exporter, notices: Notices, drafts_dir: Path,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._director, self._worker, self._exporter, self._notices = director, worker, exporter, notices
        self._drafts_dir = drafts_dir

    def takes(self, data: QMimeData) -> bool:
        """Whether there may be a picture in it."""
        return data.hasUrls() or exchange.has_pixels(data)

    def paste(self) -> None:
        if (data := QGuiApplication.clipboard().mimeData()) is not None:
            self.take(data)

    def take(self, data: QMimeData) -> None:
        """Show what was pasted, or dropped beside the wells."""
        self._notices.remove("files")
        self._notices.remove("picture")
        if files := exchange.files(data):
            self.show(files)
        elif (pixels := exchange.pixels(data)) is not None:
            self._keep(pixels)
        else:
            text = self.tr("There is no picture in it; copy or drop a picture or a picture file.")
            self._notices.show_line("files", "warning", text)

    def show(self, files: list[Path]) -> None:
        """A project, or the first picture of them."""
        if files[0].suffix.lower() == PROJECT:
            self._exporter.open(files[0])
        elif len(files) == 1:
            self._director.show_file(str(files[0]), files[0])
        else:
            self._worker.run(
                lambda: exchange.first_picture(files), lambda found: self._show_first(len(files), *found), self._tell
            )

    def _show_first(self, count: int, file: Path, refused: list[str]) -> None:
        text = self.tr("{0} files were dropped; “{1}” is shown. Drop them one by one to use the others.")
        told = [text.format(count, one_line(file.name, 60)), *map(say, refused[:1])]
        self._notices.show_line("files", "info", " ".join(told))
        self._director.show_file(str(file), file)

    def _keep(self, pixels: bytes | QImage) -> None:
        from studio.desktop.form import draft

        def keep() -> Path:
            return draft.keep_pasted(self._drafts_dir, pixels)

        self._worker.run(keep, lambda path: self._director.show_file(str(path), path), self._tell)

    def _tell(self, error: UserError) -> None:
        self._notices.show_line("picture", "error", error.message)
