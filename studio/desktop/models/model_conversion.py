"""ModelConversion: of a pickle that the user wants to have a .safetensors is made, in a process of its own."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio import messages
from studio import settings as settings_file
from studio.desktop.shell.notices import NoticeAction
from studio.desktop.shell.worker import Worker
from studio.desktop.style.label_text import one_line
from studio.desktop.workbench import Workbench
from studio.errors import Cancelled, UserError
from studio.settings import Settings

if TYPE_CHECKING:
    from studio.conversion import Converted

KEY = "models"


class ModelConversion(QObject):
    """Converts what it is asked to, tells how it goes, and adds what was made to the catalogue."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session, self._notices = workbench.session, workbench.notices

    def offer(self, path: Path, problem: str) -> bool:
        """Tell why a file was refused, with a button that converts it; False for what is no pickle."""
        from studio.conversion import can_convert  # few models need it

        if not (can_convert(path) and path.is_file()):
            return False
        convert_it = NoticeAction(self.tr("Convert"), lambda: self.start(path), keep=True)
        self._notices.show_line(KEY, "error", problem, [convert_it])
        return True

    def start(self, path: Path) -> None:
        """The file stays as it is; its twin goes beside it."""
        from studio.conversion import convert  # few models need it

        stop = _Stop(self._session.worker)

        def work() -> "tuple[Converted, Settings] | None":
            try:
                made = convert(path, stop=stop)
            except Cancelled:
                return None
            return made, _in_catalogue(path, Path(made.target))

        text = self.tr("Converting {0} to .safetensors; the original is not changed…").format(one_line(path.name, 60))
        self._notices.show_line(KEY, "info", text, [NoticeAction(self.tr("Cancel"), stop.set)])
        self._session.worker.run(work, self._converted, self._refuse)

    def _converted(self, outcome: "tuple[Converted, Settings] | None") -> None:
        if outcome is None:
            self._notices.remove(KEY)
            return
        made, self._session.settings = outcome
        text = self.tr("{0} was made from {1}; the original is not changed.")
        names = (one_line(Path(made.target).name, 60), one_line(Path(made.source).name, 60))
        self._notices.show_line(KEY, "ok", text.format(*names))
        if client := self._session.client:
            client.send(messages.Refresh())

    def _refuse(self, error: UserError) -> None:
        self._notices.show_error(KEY, error)


class _Stop:
    """Set by a button, or when the window is closed."""

    def __init__(self, worker: Worker) -> None:
        self._worker, self._is_set = worker, False

    def set(self) -> None:
        self._is_set = True

    def check(self) -> None:
        if self._is_set or self._worker.is_closed:
            raise Cancelled


def _in_catalogue(pickle: Path, made: Path) -> Settings:
    """What was made takes the place of what it was made of; in a folder that was added as a whole it is found."""
    now = settings_file.load()
    if any(made.is_relative_to(place) for place in now.models):
        return now
    if str(pickle) in now.models:
        settings_file.remove_models([pickle])
    return settings_file.add_model(made)
