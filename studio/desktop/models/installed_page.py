"""InstalledPage: the models that are here, what each is, where it lies, and what removing it frees."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio import messages
from studio import settings as settings_file
from studio.conversion import can_convert
from studio.descriptions import MODEL_KINDS, UNKNOWN_KIND, ModelInfo, kind_order
from studio.desktop.forms.family_button import FamilyButton
from studio.desktop.models import said_family
from studio.desktop.models.filtered_list import FilteredList, ListRow
from studio.desktop.models.model_conversion import ModelConversion
from studio.desktop.style import theme
from studio.desktop.style.label_text import file_size
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.settings import Settings

if TYPE_CHECKING:  # slow to import, and not needed before something is removed
    from studio.downloads import Removal


class InstalledPage(QWidget):
    wanted = Signal(str)
    """What the list of models calls a file that the chosen model lacks."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, self._session = workbench, workbench.session
        self._asked: tuple[ModelInfo, Removal] | None = None
        self.models = FilteredList(self.tr("Installed models"), self.tr("Search by name, kind or licence"), self)
        self.folder = self._button("add", self.tr("Add a folder…"), lambda: workbench.actions.run("add-folder"))
        self.file = self._button("add", self.tr("Add a file…"), lambda: workbench.actions.run("add-model"))
        self._conversion = ModelConversion(workbench)
        self.convert = self._button("refine", self.tr("Convert"), self._convert)
        self.need = self._button("down", self.tr("Get missing files…"), self._get_needed)
        self.models.tools.addStretch(1)
        self.remove = self._button("trash", self.tr("Remove…"), self._ask)
        self.sure = self._button("trash", self.tr("Remove"), self._remove)
        self.keep = self._button("cancel", self.tr("Cancel"), self._refresh)
        self.family = FamilyButton(self)
        self.family.picked.connect(self._say_family)
        self.models.tools.insertWidget(0, self.family)
        column = QVBoxLayout(self)
        column.addWidget(self.models)
        self.models.chosen.connect(self._refresh)
        self._session.models_changed.connect(self._fill)
        self._fill()

    def _button(self, icon: str, text: str, run: object) -> QPushButton:
        button = QPushButton(theme.icon(icon), text, self)
        button.setAutoDefault(False)
        button.clicked.connect(run)
        self.models.tools.addWidget(button)
        return button

    def _fill(self) -> None:
        order = sorted(self._all, key=lambda model: (kind_order(model.kind), bool(model.problem)))
        self.models.show_rows([_row(model) for model in order])

    @property
    def _all(self) -> list[ModelInfo]:
        return [*self._session.all_models, *self._session.left_out_models]

    @property
    def _model(self) -> ModelInfo | None:
        return next((model for model in self._all if model.id == self.models.value), None)

    def _refresh(self) -> None:
        model, self._asked = self._model, None
        self._offer(asking=False)
        self.remove.setEnabled(model is not None and bool(self._places(model)))
        near = None if self._are_far else model
        self.family.show_model(near, said=near is not None and said_family.has_said(self._session, near))
        self.convert.setVisible(model is not None and bool(model.problem) and can_convert(Path(model.path)))
        self.need.setVisible(bool(self._needed))
        if model is None:
            self.models.about.setText(self.tr("Choose a model to see where it is stored."))
            return
        stored = self.tr("Stored in {0}.").format(model.path)
        place = self.tr("On the engine's computer.") if self._are_far else stored
        told = [place, say(model.problem), say(model.note)]
        self.models.about.setText("\n".join(filter(None, told)))

    @property
    def _are_far(self) -> bool:
        """Whether they are those of an engine on another machine, where alone they can be added and removed."""
        return bool(self._session.settings.engine)

    @property
    def _needed(self) -> str:
        model = None if self._are_far else self._model
        return next((each.get for each in model.needs if each.get), "") if model else ""

    def _get_needed(self) -> None:
        self.wanted.emit(self._needed)

    def _say_family(self, family: str) -> None:
        if model := self._model:
            said_family.say_family(self._session, model, family)

    def _convert(self) -> None:
        if model := self._model:
            self._conversion.start(Path(model.path))

    def _offer(self, *, asking: bool) -> None:
        for button in (self.remove, self.folder, self.file):
            button.setVisible(not asking and not self._are_far)
        for button in (self.sure, self.keep):
            button.setVisible(asking)

    def _places(self, model: ModelInfo) -> list[Path]:
        """Of the settings, those that are this model's own."""
        path = Path(model.path)
        added = [Path(place) for place in self._session.settings.models]
        return [
            place for place in added if place == path or (place.name.startswith("models--") and place in path.parents)
        ]

    def _ask(self) -> None:
        model = self._model
        if model is None:
            return
        home, path = self._session.settings.home, Path(model.path)

        def work() -> "Removal":
            from studio.downloads import Hub, removal  # needed from here on only

            return removal(path, home / "models", Hub.from_environ().cache)

        self._session.worker.run(work, lambda found: self._ask_about(model, found), self._show_error)

    def _ask_about(self, model: ModelInfo, found: "Removal") -> None:
        self._asked = model, found
        if not found.paths:
            text = self.tr("“{0}” will be removed from the list. Its files stay on the disk.")
        elif found.shared:
            text = self.tr(
                "“{0}” will be deleted, which frees {1}. Other programs that use the hub's cache lose it too."
            )
        else:
            text = self.tr("“{0}” will be deleted, which frees {1}.")
        self.models.about.setText(text.format(model.title, file_size(found.size_bytes)))
        self._offer(asking=True)
        self.keep.setFocus()

    def _remove(self) -> None:
        if self._asked is None:
            return
        model, found = self._asked
        places = self._places(model)

        def work() -> Settings:
            from studio.downloads import remove  # needed from here on only

            now = settings_file.remove_models(places)
            remove(found.paths)
            return now

        self._session.worker.run(work, self._removed, self._show_error)

    def _removed(self, now: Settings) -> None:
        self._session.settings = now
        self._refresh()
        if client := self._session.client:
            client.send(messages.Refresh())

    def _show_error(self, error: UserError) -> None:
        self._refresh()
        self.models.about.setText(say(error.message))


def _row(model: ModelInfo) -> ListRow:
    group = say(MODEL_KINDS.get(model.kind, UNKNOWN_KIND if model.problem else ""))
    size = file_size(model.size_bytes) if model.size_bytes else ""
    told = [model.base or model.family_title or model.family, model.packing, size]
    why_not = say(model.problem).replace(model.path, Path(model.path).name)  # where it lies is told when it is chosen
    told += [why_not] if model.problem else [model.license, ", ".join(model.capabilities)]
    return ListRow(model.id, model.title, " · ".join(filter(None, told)), model.path, group)
