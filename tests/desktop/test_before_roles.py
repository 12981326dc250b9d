"""What was kept before tasks declared roles opens: forms, the list of tasks, recipes; files of that time."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from form_host import PlainDesk
from PIL import Image
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio import settings
from studio.desktop.actions.table import Actions
from studio.desktop.forms import Form
from studio.desktop.forms.task_panel import TaskPanel
from studio.desktop.library.picture_model import summary
from studio.desktop.library.recipe_panel import RecipePanel, TaskTexts
from studio.desktop.shell import ui_state
from studio.form import read
from studio.library import Library
from studio.library import recipe as recipes
from studio.plugin_host import registry, validation
from studio.plugin_host.registry import Registry

KEPT = Path(__file__).parents[1] / "data" / "before_roles"
RECIPES: dict[str, dict[str, Any]] = json.loads((KEPT / "recipes.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def plugins() -> Registry:
    return registry.load(settings.load())


@pytest.fixture
def host(tmp_path: Path, qtbot: QtBot) -> Iterator[PlainDesk]:
    made = PlainDesk(tmp_path)
    yield made
    made.worker.close()


def added(plugins: Registry, task: str, kept: dict[str, Any]) -> set[str]:
    """Parameters that the task has had since, all of which may be left out."""
    new = [field for field in plugins.tasks[task].form.fields if field.name not in kept["values"]]
    assert all(not field.required and field.default in (None, [], "", "off", "auto") for field in new)
    return {field.name for field in new}


def test_what_stood_in_the_forms_stands_there_again(
    plugins: Registry, host: PlainDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    shutil.copy(KEPT / ui_state.FILE, tmp_path)
    memory = ui_state.load(tmp_path)
    panel = TaskPanel(lambda task: Form(task, host), memory.forms)
    qtbot.addWidget(panel)
    panel.set_tasks([task.form for task in plugins.tasks.values()])
    kept = json.loads((KEPT / ui_state.FILE).read_text("utf-8"))
    assert memory.task == kept["task"] == "inpaint"
    for id, form in kept["forms"].items():
        made = panel.form_of(id)
        assert made is not None
        assert made.values() == form["values"] | {name: made.values()[name] for name in added(plugins, id, form)}, id


def test_the_list_of_tasks_of_the_last_start_is_shown_until_the_engine_tells(tmp_path: Path) -> None:
    shutil.copy(KEPT / ui_state.TASKS_FILE, tmp_path)
    [task] = map(read, ui_state.load_tasks(tmp_path))
    assert (task.problem, task.title, task.info.stages) == ("", "Create", {})
    assert {field.role for field in task.fields} == {None}


@pytest.mark.parametrize("id", RECIPES)
def test_what_made_a_picture_can_make_it_again(id: str, plugins: Registry) -> None:
    recipe = recipes.decode(json.dumps(RECIPES[id]))
    assert (recipe.task, recipe.roles) == (id, {})
    task = plugins.tasks[id]
    params = validation.validate(task.cls.Params, task.form.fields, recipe.params)
    made = params.model_dump(mode="json")
    assert made == RECIPES[id]["params"] | {name: made[name] for name in added(plugins, id, {"values": recipe.params})}
    assert recipe.names("seed") == ["seed"]


def test_pictures_are_called_as_they_were(plugins: Registry, qtbot: QtBot, tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    made = {
        id: library.save(Image.new("RGB", (8, 8)), recipes.decode(json.dumps(entry))) for id, entry in RECIPES.items()
    }
    library.close()
    assert summary(made["inpaint"]) == "a hat"
    assert summary(made["variation"]) == "variation"
    panel = RecipePanel(Actions())
    qtbot.addWidget(panel)
    task = plugins.tasks["inpaint"].form
    panel.set_tasks({"inpaint": TaskTexts(task.title, {field.name: field for field in task.fields}, {})})
    panel.show_record(made["inpaint"])
    told = [label.text() for label in panel.findChildren(QLabel)]
    assert told.count("a hat") == 1
    assert told.count("Seed") == 1
