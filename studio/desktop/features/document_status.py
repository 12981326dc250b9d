"""DocumentStatus: tells what of the document could not be kept for the next start, or restored from the last one."""

from PySide6.QtCore import QObject

from studio.desktop.style import sentence
from studio.desktop.workbench import Workbench
from studio.errors import UserError


class DocumentStatus(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._notices = workbench.notices
        workbench.session.document_failed.connect(self._show_failed)
        workbench.session.document_occupied.connect(self._show_occupied)
        workbench.session.document_restored.connect(self._show_lost)

    def _show_failed(self, error: UserError) -> None:
        self._notices.show_error("kept", error)

    def _show_occupied(self) -> None:
        text = self.tr(
            "The studio is already open in another window, whose canvas and queue are kept for the next start. "
            "Pictures made here go to the library as usual; to keep this canvas, save it as a project."
        )
        self._notices.show_line("occupied", "warning", text)

    def _show_lost(self, lost: list[str]) -> None:
        if lost:
            self._notices.show_line("canvas", "warning", " ".join(map(sentence.say, lost)))


def install(workbench: Workbench) -> None:
    DocumentStatus(workbench)
