"""ModelImport: models that the user brings, from a folder or a file of theirs, which stay where they are."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from studio import files, messages
from studio import settings as settings_file
from studio.desktop.actions.app_menu import settings_action
from studio.desktop.models.model_conversion import ModelConversion
from studio.desktop.shell.notices import NoticeAction
from studio.desktop.style.label_text import one_line
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.settings import Settings

SHOWN = 3  # titles in a line


class ModelImport(QObject):
    """Asks for a place, stores it in the settings, has the engine look there, and tells what it found."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session, self._notices, self._window = workbench.session, workbench.notices, workbench.window
        self._awaited: Path | None = None
        self._run = workbench.actions.run
        self._conversion = ModelConversion(workbench)
        workbench.session.models_changed.connect(self._show_found)
        for action in (
            settings_action("add-folder", "add", self.tr("Add a folder of models…"), 4, self.ask_folder),
            settings_action("add-model", "add", self.tr("Add a model file…"), 5, self.ask_file),
            settings_action("refresh-models", "search", self.tr("Scan for models again"), 6, self._refresh),
        ):
            workbench.actions.add(action)

    def ask_folder(self) -> None:
        dialog = self._dialog(self.tr("Choose the folder of a model, or of several models"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.open()

    def ask_file(self) -> None:
        dialog = self._dialog(self.tr("Choose a model file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Models (*.safetensors *.sft *.gguf *.ckpt *.pt *.pth *.bin)"))
        dialog.open()

    def add(self, path: Path) -> None:
        self._notices.remove("models")
        self._session.worker.run(
            lambda: settings_file.add_model(path), lambda now: self._added(path, now), self._refuse
        )

    def _added(self, path: Path, now: Settings) -> None:
        self._session.settings = now
        self._awaited = path
        self._notices.show_line("models", "info", self.tr("Looking for models in {0}…").format(one_line(str(path), 80)))
        self._refresh()

    def _refresh(self) -> None:
        if client := self._session.client:
            client.send(messages.Refresh())

    def _show_found(self) -> None:
        if (place := self._awaited) is None:
            return
        there = [model for model in self._session.all_models if Path(model.path).is_relative_to(place)]
        if not there:
            return  # what the engine told before it looked
        self._awaited = None
        # A part of other models, or of a picture operation, is no model by itself, and is used all the same.
        if usable := [model for model in there if not model.problem or model.role]:
            titles = ", ".join(one_line(model.title, 40) for model in usable[:SHOWN])
            more = "…" if len(usable) > SHOWN else ""
            text = self.tr("Added: {0}. Nothing was copied; the files stay in {1}.")
            actions = []
            if left_out := [each for each in self._session.left_out_models if Path(each.path).is_relative_to(place)]:
                text += " " + self.tr("{0} others cannot be used on their own.").format(len(left_out))
                actions = [NoticeAction(self.tr("Show why"), lambda: self._run("models"))]
            self._notices.show_line("models", "ok", text.format(titles + more, one_line(str(place), 80)), actions)
        else:
            self._refuse_model(there[0].problem, Path(there[0].path), place)

    def _refuse_model(self, problem: str, path: Path, place: Path) -> None:
        """What cannot be used, and cannot be made usable, is not kept: it would be told again at every start."""
        if self._conversion.offer(path, problem):
            return
        self._notices.show_line("models", "error", self.tr("Not added: {0}").format(say(problem)))
        self._session.worker.run(lambda: settings_file.remove_models([place]), self._taken_back, self._refuse)

    def _taken_back(self, now: Settings) -> None:
        self._session.settings = now
        self._refresh()

    def _refuse(self, error: UserError) -> None:
        self._notices.show_error("models", error)

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(files.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.add(Path(name)))
        return dialog


def install(workbench: Workbench) -> None:
    ModelImport(workbench)
