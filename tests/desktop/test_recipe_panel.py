"""The recipe beside the picture: what was changed, what was measured and means, and where it came from."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot
from rig import Rig, add

from studio.descriptions import ModelInfo, ValueInfo
from studio.desktop.actions.table import Actions
from studio.desktop.library.recipe_panel import RecipePanel, TaskTexts, text_of
from studio.form import FormField
from studio.library import Library, Recipe

FIELDS = (
    FormField("image", "Image", "text", "image"),
    FormField("distance", "Distance", "number", "number", default=0.5, description="How far."),
    FormField("left", "Left", "integer", "integer", default=0, group="Extend"),
    FormField("mode", "Mode", "choice", "choice", choices=("a", "b"), labels=("Ay", "Bee"), default="a"),
    FormField("spread", "Spread", "switch", "switch", default=False),
)
ABOUT = TaskTexts(
    "Vary", {field.name: field for field in FIELDS}, {"clip_distance": ValueInfo("How far", "0 is the same.")}
)


@pytest.fixture
def detail(qtbot: QtBot, tmp_path: Path) -> RecipePanel:
    made = RecipePanel(Actions())
    qtbot.addWidget(made)
    library = Library(tmp_path / "library")
    parent = add(library)
    params = {"image": parent.id, "distance": 0.6, "left": 64, "mode": "b", "spread": False, "seed": 7}
    values = {"clip_distance": 0.034612, "odd": 3}
    recipe = Recipe("variation", params, 7, model="starter", values=values, parents=[parent.id])
    record = library.save(Image.new("RGB", (8, 8)), recipe)
    library.close()
    made.set_tasks({"variation": ABOUT})
    made.set_models({"starter": ModelInfo("starter", "The Starter", "", "").title})
    made.show_record(record)
    return made


def shown(detail: RecipePanel) -> list[str]:
    return [label.text() for label in detail.findChildren(QLabel)]


def test_only_what_was_changed_is_told_and_in_the_words_of_the_form(detail: RecipePanel) -> None:
    told = shown(detail)
    assert told[told.index("Distance") :][:6] == ["Distance", "0.6", "Extend · Left", "64", "Mode", "Bee"]
    assert "Spread" not in told
    assert "The Starter" in told


def test_styles_have_their_names_and_what_is_left_out_says_so(detail: RecipePanel, tmp_path: Path) -> None:
    detail.style_names = lambda styles: [style.title() for style in styles]
    params = {"prompt": "a cat", "without": "", "look": ["ink"]}
    roles = {"prompt": "prompt", "without": "negative", "look": "styles"}
    recipe = Recipe("variation", params, roles=roles, read={"prompt": "ink of a cat", "without": "colour"})
    library = Library(tmp_path / "library")
    detail.show_record(library.save(Image.new("RGB", (8, 8)), recipe))
    library.close()
    told = shown(detail)
    assert told[told.index("Read as") :][:5] == ["Read as", "ink of a cat", "Negative prompt: colour", "look", "Ink"]


def test_measured_values_have_names_and_say_what_they_mean(detail: RecipePanel) -> None:
    told = shown(detail)
    assert told[told.index("How far") + 1] == "0.0346"
    labels = [label for label in detail.findChildren(QLabel) if "0 is the same." in label.toolTip()]
    assert [label.text() for label in labels] == ["How far", "0.0346"]
    assert told[told.index("odd") + 1] == "3"


def test_what_it_was_made_from_can_be_shown(rig: Rig) -> None:
    assert rig.library is not None
    parent = add(rig.library)
    recipe = Recipe("variation", {"image": parent.id}, 7, parents=[parent.id])
    child = rig.library.save(Image.new("RGB", (8, 8)), recipe)
    rig.session.pictures.refresh()
    rig.wait(lambda: rig.session.pictures.rowCount() == 2)
    rig.window.filmstrip.chosen.emit(child)
    (button,) = [button for button in rig.feature(RecipePanel).findChildren(QPushButton) if "library" in button.text()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    rig.wait(lambda: rig.window.viewer.piece and rig.window.viewer.piece.ref == parent.id)


@pytest.mark.parametrize(
    ("value", "text"), [(True, "✓"), (False, "–"), (0.123456, "0.123"), ([1.0, 2.5], "1, 2.5"), ("x", "x"), (12, "12")]
)
def test_values_are_short(value: object, text: str) -> None:
    assert text_of(value) == text
