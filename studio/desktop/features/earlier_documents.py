"""EarlierDocuments: a document with layers or marks is kept as a project when another takes its place."""

import functools
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject

from studio import files
from studio.desktop.actions.action import Action, Section
from studio.desktop.canvas.document_files import PROJECT, DocumentFiles
from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.project_writer import project_writer
from studio.desktop.shell.notices import NoticeAction
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError

MOST = 20
"""Documents that are kept, the newest."""
KEY = "earlier"


class EarlierDocuments(QObject):
    """Undo brings a document back too, but only until the program ends."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        session = workbench.session
        self._workbench, self._folder = workbench, session.settings.home / "documents"
        projects = session.settings.home / "projects"
        self._files = DocumentFiles(workbench.document, session.worker, projects, workbench.window)
        self._files.failed.connect(self._show_failed)
        self._files.opened.connect(self._show_lost)
        session.documents.closed.connect(self._keep)
        workbench.actions.add_source(lambda: [*self._actions()])

    def _keep(self, state: DocumentState) -> None:
        target = self._folder / f"{time.strftime('%Y-%m-%d %H-%M-%S')} {time.monotonic_ns() % 1000:03}{PROJECT}"
        write = project_writer(state)

        def work() -> None:
            files.make_private(self._folder)
            write(target)
            for old in self._kept()[MOST:]:
                old.unlink(missing_ok=True)

        layers = len(state.layers)
        self._workbench.session.worker.run(work, lambda _: self._show_kept(layers, target), self._show_failed)

    def _show_kept(self, layers: int, target: Path) -> None:
        text = self.tr("The picture that was on the canvas, with {0} layers, is kept: Ctrl+K finds it as “Back to …”.")
        one = self.tr("The marked picture that was on the canvas is kept: Ctrl+K finds it as “Back to …”.")
        back = NoticeAction(self.tr("Back to it"), functools.partial(self.open, target))
        self._workbench.notices.show_line(KEY, "info", text.format(layers) if layers > 1 else one, [back])

    def open(self, file: Path) -> None:
        """What is on the canvas now is put aside in turn."""
        self._workbench.viewer.candidates.clear()
        self._files.open(file)

    def _kept(self) -> list[Path]:
        """The newest first."""
        return sorted(self._folder.glob(f"*{PROJECT}"), reverse=True)

    def _actions(self) -> Iterator[Action]:
        for file in self._kept():
            day, clock = file.stem.split()[:2]
            text = self.tr("Back to the picture of {0}, {1}").format(day, clock.replace("-", ":"))
            yield Action("", text, functools.partial(self.open, file), section=Section.FILES)

    def _show_failed(self, error: UserError) -> None:
        self._workbench.notices.show_error(KEY, error)

    def _show_lost(self, lost: list[str]) -> None:
        if lost:
            self._workbench.notices.show_line(KEY, "warning", " ".join(map(say, lost)))


def install(workbench: Workbench) -> None:
    EarlierDocuments(workbench)
