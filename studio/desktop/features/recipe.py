"""The recipe of the picture that is of interest now, in a panel beside the picture."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.desktop.library.recipe_panel import RecipePanel, TaskTexts
from studio.desktop.style import language
from studio.desktop.workbench import Workbench
from studio.prompts.style_book import StyleBook
from studio.role import Role

if TYPE_CHECKING:
    from studio.library import Record


class RecipeFeature(QObject):
    """Tells the panel what tasks and models are called, and fills forms with recipes."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session, self._forms = workbench.session, workbench.forms
        self._panel = RecipePanel(workbench.actions, workbench.window)
        self._panel.style_names = self._style_names
        self._panel.again_wanted.connect(self.fill_form)
        self._panel.parent_wanted.connect(workbench.library.show_ref)
        workbench.library.record_shown.connect(self._panel.show_record)
        workbench.forms.tasks_changed.connect(self._name_tasks)
        workbench.session.models_changed.connect(self._name_models)
        workbench.docks.add("detail", self.tr("Recipe"), "detail", self._panel)
        self._name_models()

    def _name_tasks(self) -> None:
        texts = {}
        for task in self._forms.tasks:
            if not task.problem:
                fields = {field.name: field for field in task.fields}
                texts[task.id] = TaskTexts(task.title, fields, task.info.values)
        self._panel.set_tasks(texts)

    def _name_models(self) -> None:
        self._panel.set_models({model.id: model.title for model in self._session.all_models})

    def _style_names(self, styles: list[str]) -> list[str]:
        settings = self._session.settings
        return StyleBook(settings.home).names(styles, language.chosen(settings.language))

    def fill_form(self, record: "Record") -> None:
        """With what made a picture."""
        recipe = record.recipe
        seed = dict.fromkeys(recipe.names("seed"), recipe.seed) if recipe.seed is not None else {}
        # Words that became a picture before the studio translated any are to be read as they are again.
        tasks = (task for task in self._forms.tasks if task.id == recipe.task)
        untranslated = {name: "off" for task in tasks for name in task.names(Role.LANGUAGE)}
        self._forms.fill(recipe.task, {**untranslated, **recipe.params, **seed})


def install(workbench: Workbench) -> None:
    RecipeFeature(workbench)
