"""Importer: pictures from other programs, dropped on the window or pasted into it, open on the canvas."""

import functools
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPointF
from PySide6.QtGui import QGuiApplication

from studio.desktop.actions.action import Action, DefaultShortcut, Section
from studio.desktop.canvas.document_files import LAYERED, DocumentFiles
from studio.desktop.shell import clipboard
from studio.desktop.style.label_text import one_line
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError


class Importer(QObject):
    """What is a project opens as one; of many files the first picture counts."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        session = workbench.session
        self._opener, self._notices, self._worker = workbench.opener, workbench.notices, session.worker
        folder = session.settings.home / "projects"
        self._files = DocumentFiles(workbench.document, session.worker, folder, workbench.window)
        self._files.opened.connect(self._show_lost)
        self._files.failed.connect(self._show_not_opened)
        workbench.dropped.connect(self.add)
        workbench.viewer.drops.dropped.connect(self._dropped_on_canvas)
        for id, title, run, keys in (
            ("paste", self.tr("Show the copied picture"), self.paste, "Ctrl+V"),
            ("open", self.tr("Open document…"), self._files.ask_open, "Ctrl+O"),
        ):
            shortcut = DefaultShortcut((keys,))
            workbench.actions.add(Action(id, title, run, shortcut=shortcut, section=Section.FILES))

    def _dropped_on_canvas(self, data: QMimeData, own: bool, as_layer: bool, at: QPointF) -> None:
        """What shall be a layer, or is one of our own pictures, is the canvas's own business."""
        if not (own or as_layer) or not clipboard.files(data):
            self.add(data)

    def paste(self) -> None:
        if (data := QGuiApplication.clipboard().mimeData()) is not None:
            self.add(data)

    def add(self, data: QMimeData) -> None:
        """Show what was pasted, or dropped beside the fields for pictures."""
        self._notices.remove("files")
        self._notices.remove("picture")
        if files := clipboard.files(data):
            self.show(files)
        elif (pixels := clipboard.pixels(data)) is not None:
            self._opener.open_pixels(pixels)
        elif clipboard.is_address(data):
            text = self.tr("Pictures are not fetched from web addresses; save the picture as a file, or copy it.")
            self._notices.show_line("files", "warning", text)
        else:
            text = self.tr(
                "There is no picture in what was pasted or dropped; copy or drop a picture or a picture file."
            )
            self._notices.show_line("files", "warning", text)

    def show(self, files: list[Path]) -> None:
        """A document with layers, or the first picture of them."""
        if files[0].suffix.lower() in LAYERED:
            self._files.open(files[0])
        elif len(files) == 1:
            self._opener.open_file(files[0])
        else:
            first = functools.partial(clipboard.first_picture, files)
            self._worker.run(first, lambda found: self._show_first(len(files), *found), self._show_failed)

    def _show_first(self, count: int, file: Path, refused: list[str]) -> None:
        text = self.tr(
            "Opened the first picture of {0} files: “{1}”. Open the others one by one, or add them as layers."
        )
        lines = [text.format(count, one_line(file.name, 60)), *map(say, refused[:1])]
        self._notices.show_line("files", "info", " ".join(lines))
        self._opener.open_file(file)

    def _show_failed(self, error: UserError) -> None:
        self._notices.show_error("picture", error)

    def _show_not_opened(self, error: UserError) -> None:
        self._notices.show_error("out", error)

    def _show_lost(self, lost: list[str]) -> None:
        """What of a project could not be opened."""
        if lost:
            self._notices.show_line("canvas", "warning", " ".join(map(say, lost)))


def install(workbench: Workbench) -> None:
    Importer(workbench)
