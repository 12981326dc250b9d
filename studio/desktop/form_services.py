"""FormServices: what the window does for the forms that stand in it."""

import uuid
from collections.abc import Callable
from pathlib import Path

from studio.descriptions import ModelInfo
from studio.desktop.actions.keymap import Keymap
from studio.desktop.forms.canvas_access import CanvasAccess
from studio.desktop.models import said_family
from studio.desktop.shell.worker import Worker
from studio.desktop.style import language
from studio.desktop.workbench import WorkbenchLibrary, WorkbenchSession, WorkbenchViewer
from studio.errors import UserError
from studio.messages import Ended, Event, Operate, Operated
from studio.prompts.style_book import StyleBook


class FormServices:
    """A FormHost."""

    def __init__(
        self, session: WorkbenchSession, viewer: WorkbenchViewer, library: WorkbenchLibrary, keymap: Keymap,
        canvas: CanvasAccess, run: Callable[[str], object],
    ) -> None:  # fmt: skip
        """`run` does an action, by its id."""
        self._session, self._viewer, self._library, self.keymap = session, viewer, library, keymap
        self.canvas, self._run = canvas, run
        self._asked: dict[str, Callable[[bytes, str], None]] = {}
        session.received.connect(self._hear)

    @property
    def worker(self) -> Worker:
        return self._session.worker

    @property
    def drafts_dir(self) -> Path:
        return self._session.drafts_dir

    def models(self) -> list[ModelInfo]:
        return self._session.all_models

    def show_models(self) -> None:
        self._run("get-models")

    def show_styles(self, field: str) -> None:
        self._run("styles")

    def style_names(self, styles: list[str]) -> list[str]:
        if not styles:
            return []
        code = language.chosen(self._session.settings.language)
        return StyleBook(self._session.settings.home).names(styles, code)

    def has_said_family(self, model: ModelInfo) -> bool:
        return said_family.has_said(self._session, model)

    def say_family(self, model: ModelInfo, family: str) -> None:
        said_family.say_family(self._session, model, family)

    def current_picture(self) -> str | None:
        piece = self._viewer.piece
        return piece.ref if piece else None

    def pick_from_library(self, done: Callable[[str], None]) -> None:
        self._library.pick(done)

    def open_ref(self, ref: str) -> Path:
        return self._session.path(ref)

    def operate(self, ref: str, operation: str, done: Callable[[bytes, str], None]) -> None:
        if self._session.client is None or not self._session.ready:
            return  # it is asked again when the models come
        try:
            file = str(self.open_ref(ref))
        except UserError as error:
            done(b"", error.message)
            return
        request = uuid.uuid4().hex
        self._asked[request] = done
        self._session.client.send(Operate(request, operation, file))

    def _hear(self, event: Event) -> None:
        if isinstance(event, Operated) and (done := self._asked.pop(event.request, None)):
            done(event.picture, event.problem)
        elif isinstance(event, Ended):
            self._asked.clear()
