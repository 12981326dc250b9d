"""The form: every field type both ways, errors at their fields, what it remembers."""

import enum
from typing import Literal

import msgspec
import pytest
from form_host import make_form
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from studio import api
from studio.descriptions import ModelInfo, TaskInfo
from studio.desktop.forms import Form
from studio.desktop.forms.task_panel import TaskPanel
from studio.form import read


class Material(enum.Enum):
    OIL = "oil"
    CHALK = "chalk"
    INK = "ink"
    ACRYLIC = "acrylic"
    WATERCOLOUR = "watercolour"


class Everything(api.Params):
    prompt: api.Prompt
    negative_prompt: api.Prompt = ""
    model: api.ModelRef = api.ModelField("inpaint")
    size: api.Size = "auto"
    count: int = api.Field(1, ge=1, le=16)
    seed: api.Seed = -1
    strength: float = api.Field(0.5, gt=0, lt=1)
    offset: int = 0
    ratio: float = 1.5
    wide: int = api.Field(0, ge=0, le=8192)
    mode: Literal["soft", "hard"] = "soft"
    material: Material = Material.OIL
    tile: bool = True
    color: api.Color = "#ff8800"
    caption: str = ""
    note: str | None = None
    weights: list[float] = api.Field([0.5])
    words: list[str] = api.Field([], max_length=3)
    far: int = api.Field(0, ge=0, le=8192, soft_max=512)
    maybe: bool | None = None
    either: Literal["a", "b"] | None = None
    steps: int | None = api.Field(None, ge=1, le=200, model_default="steps", advanced=True)
    guidance_scale: float | None = api.Field(
        None, ge=0, le=30, step=0.5, model_default="guidance_scale", advanced=True, group="Fine"
    )


@pytest.fixture
def form(qtbot, host):
    return make_form(qtbot, host, Everything)


def defaults():
    made = Everything(prompt="x").model_dump(mode="json")
    return {name: value for name, value in made.items() if name != "prompt"}


def accepted(values):
    """The engine's own opinion of what a form would send."""
    return Everything.model_validate(values).model_dump(mode="json")


def test_a_new_form_holds_the_defaults(form):
    assert form.values() == defaults()
    assert form.problem()[0] == "prompt"


VALUES = st.fixed_dictionaries(
    {
        "prompt": st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Zl", "Zp"]), min_size=1),
        "size": st.sampled_from(["auto", "512x256", "64x64"]),
        "count": st.integers(1, 16),
        "seed": st.integers(-1, 2**63 - 1),
        "strength": st.floats(0, 1, exclude_min=True, exclude_max=True),
        "offset": st.integers(-(2**70), 2**70),
        "ratio": st.floats(allow_nan=False, allow_infinity=False),
        "mode": st.sampled_from(["soft", "hard"]),
        "material": st.sampled_from([member.value for member in Material]),
        "tile": st.booleans(),
        "color": st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True),
        "weights": st.lists(st.floats(-1e9, 1e9), max_size=4),
        "words": st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1), max_size=3),
        "maybe": st.sampled_from([None, True, False]),
        "either": st.sampled_from([None, "a", "b"]),
        "steps": st.none() | st.integers(1, 200),
        "guidance_scale": st.none() | st.floats(0, 30),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=VALUES)
@example(values={"prompt": "50\u00a0mm, 一只猫 😀"})
def test_values_come_back_as_they_were_given(form, values):
    form.set_values(values)
    assert form.values() == defaults() | values
    if values["prompt"].strip():
        assert form.problem() is None
        accepted(form.values())


def test_unknown_names_are_ignored_and_missing_ones_get_their_defaults(form):
    form.set_values({"prompt": "a", "count": 3, "of another version": 1})
    form.set_values({"prompt": "b"})
    assert form.values() == defaults() | {"prompt": "b"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("count", "17", "“Count” must be a whole number from 1 up to 16, not 17."),
        ("count", "two", "“Count” must be a whole number from 1 up to 16, not two."),
        ("count", "", "“Count” is empty; enter a whole number from 1 up to 16."),
        ("strength", "1", "“Strength” must be a number above 0 below 1, not 1."),
        ("ratio", "nan", "“Ratio” must be a number, not nan."),
        ("steps", "0", "“Steps” must be a whole number from 1 up to 200, not 0."),
    ],
)
def test_a_wrong_number_stays_as_written_and_is_told(qtbot, form, name, text, words):
    form.set_values({"prompt": "a"})
    entry = form.editor(name).entry
    entry.clear()
    qtbot.keyClicks(entry, text)
    assert form.problem() == (name, words)
    assert entry.text() == text
    if text:
        qtbot.keyClick(entry, Qt.Key.Key_Return)
        assert form.error(name) == words
        entry.setText("1.5")
        assert form.error(name) == ""


def test_a_slider_ends_where_it_is_soft_and_the_entry_goes_on(qtbot, form):
    far = form.editor("far")
    qtbot.keyClick(far.slider, Qt.Key.Key_End)
    assert form.values()["far"] == 512
    far.entry.setText("4000")
    assert form.values()["far"] == 4000
    assert far.problem() == ""
    assert far.slider.value() == far.slider.maximum()
    far.entry.setText("9000")
    assert "up to 8192" in far.problem()


def test_slider_and_entry_go_together_and_the_slider_rounds_nothing(qtbot, form):
    strength = form.editor("strength")
    qtbot.keyClick(strength.slider, Qt.Key.Key_End)
    assert 0.98 <= strength.value() < 1
    qtbot.keyClick(strength.slider, Qt.Key.Key_Home)
    assert 0 < strength.value() <= 0.02
    strength.entry.setText("0.123456")
    assert strength.value() == 0.123456
    qtbot.keyClick(strength.entry, Qt.Key.Key_Up)
    assert strength.value() == 0.133456
    strength.entry.setText("0,25")
    assert strength.value() == 0.25
    offset = form.editor("wide")
    qtbot.keyClick(offset.entry, Qt.Key.Key_Up)
    qtbot.keyClick(offset.entry, Qt.Key.Key_PageUp)
    assert offset.value() == 11


def test_an_empty_number_is_the_models_own_and_steps_from_there(qtbot, form):
    steps = form.editor("steps")
    assert steps.entry.placeholderText() == "Auto: 20"
    assert steps.value() is None
    qtbot.keyClick(steps.entry, Qt.Key.Key_Up)
    assert steps.value() == 20
    form.set_values({"model": "other"})
    assert form.editor("steps").entry.placeholderText() == "Auto"


def test_few_choices_are_buttons_and_many_a_list(qtbot, form):
    mode, material = form.editor("mode"), form.editor("material")
    qtbot.mouseClick(mode.buttons[1], Qt.MouseButton.LeftButton)
    assert mode.value() == "hard"
    material.combo.setFocus()
    qtbot.keyClick(material.combo, Qt.Key.Key_Down)
    assert material.value() == "chalk"
    form.set_values({"mode": "gone"})
    assert "does not offer" in form.error("mode")
    assert "mode" not in form.values()
    assert mode.problem() == "“Mode”: choose one."


def test_switch_and_colour(qtbot, form):
    qtbot.mouseClick(form.editor("tile").box, Qt.MouseButton.LeftButton)
    assert form.values()["tile"] is False
    line = form.editor("color").line
    line.clear()
    qtbot.keyClicks(line, "0af")
    assert form.values()["color"] == "#00aaff"
    line.setText("orange")
    form.set_values({**form.values(), "prompt": "a"})
    assert form.problem() == ("color", "“Color” must be a colour like #ff8800, not orange.")


def test_seed_draws_keeps_and_takes_the_last_one(qtbot, form):
    seed = form.editor("seed")
    assert not seed.again.isEnabled()
    qtbot.mouseClick(seed.dice, Qt.MouseButton.LeftButton)
    drawn = seed.value()
    assert drawn >= 0
    assert seed.lock.isChecked()
    qtbot.mouseClick(seed.lock, Qt.MouseButton.LeftButton)
    assert seed.value() == -1
    form.show_seed(7)
    qtbot.mouseClick(seed.again, Qt.MouseButton.LeftButton)
    assert seed.value() == 7
    seed.entry.setText(str(2**63))
    assert "up to 9223372036854775807" in seed.problem()


def test_size_shapes_swap_and_legal_steps(qtbot, form):
    size = form.editor("size")
    shapes = [size.shapes.itemText(row) for row in range(size.shapes.count())]
    assert shapes[0] == "Auto · 256 × 256"
    assert "16:9 · 320 × 192" in shapes
    size.shapes.setCurrentIndex(shapes.index("16:9 · 320 × 192"))
    size.shapes.activated.emit(size.shapes.currentIndex())
    assert size.value() == "320x192"
    qtbot.mouseClick(size.swap, Qt.MouseButton.LeftButton)
    assert size.value() == "192x320"
    qtbot.keyClick(size.width_entry, Qt.Key.Key_Up)
    assert size.value() == "256x320"
    size.width_entry.selectAll()
    qtbot.keyClicks(size.width_entry, "500")
    assert size.value() == "500x320"
    assert size.problem() == "Sides must be a multiple of 64 up to 16384 pixels; the nearest size is 512 × 320."
    form.set_values({})
    qtbot.keyClicks(size.height_entry, "512")
    assert size.value() == "256x512"


def test_models_that_cannot_are_shown_with_the_reason_and_cannot_be_chosen(form, host):
    combo = form.editor("model").combo
    rows = {combo.itemText(row): row for row in range(combo.count())}
    assert [combo.model().item(row).isEnabled() for row in rows.values()] == [True, False]
    assert "lacks unet" in combo.itemData(rows["Broken"], Qt.ItemDataRole.AccessibleTextRole)
    form.set_values({"prompt": "a", "model": "gone"})
    assert form.values()["model"] == "gone"
    host.known = []
    form.models_changed()
    assert form.values()["model"] == "gone"


def test_of_what_is_no_model_by_itself_the_chooser_tells_nothing(form, host):
    files = [ModelInfo(f"lora-{n}", f"LoRA {n}", "", "/l", kind="lora", problem="It is a LoRA.") for n in range(180)]
    host.known = [*host.known, *files, ModelInfo("half", "Half", "", "/h", kind="checkpoint", problem="It is half.")]
    form.models_changed()
    combo = form.editor("model").combo
    assert [combo.itemText(row) for row in range(combo.count())] == ["Starter", "Broken", "Half"]


def test_what_a_model_may_be_as_well_is_one_click_away(form, host):
    editor = form.editor("model")
    assert editor.family.isHidden()
    choices = ["Stable Diffusion XL", "SDXL Turbo"]
    fast = ModelInfo("fast", "Fast", "sdxl", "/f", ["inpaint"], family_title="SDXL Turbo", choices=choices)
    host.known = [*host.known, fast]
    form.models_changed()
    form.set_values({"prompt": "a", "model": "fast"})
    assert not editor.family.isHidden()
    editor.family.menu().actions()[0].trigger()
    assert host.said == {"fast": "Stable Diffusion XL"}


def test_a_chooser_of_models_leads_to_those_that_can_be_had(form, host):
    form.editor("model").more.click()
    assert host.asked_for_models


def test_what_was_assumed_of_a_model_stands_below_it(form, host):
    editor = form.editor("model")
    about = editor._about.text()
    host.known[0] = msgspec.structs.replace(host.known[0], note="Its header does not tell; the first was assumed.")
    form.models_changed()
    assert editor._about.text() == f"{about}\nIts header does not tell; the first was assumed."
    assert "was assumed" in editor.combo.currentData(Qt.ItemDataRole.ToolTipRole)
    assert "was assumed" in editor.combo.currentData(Qt.ItemDataRole.AccessibleTextRole)


def test_where_no_model_can_do_it_all_of_them_tell_why(form, host):
    host.known = [model for model in host.known if model.id != "starter"]
    form.models_changed()
    combo = form.editor("model").combo
    rows = {combo.itemText(row): row for row in range(combo.count())}
    assert "It does not support inpaint" in combo.itemData(rows["Other"], Qt.ItemDataRole.AccessibleTextRole)
    assert not combo.model().item(rows["Other"]).isEnabled()
    assert "No installed model" in combo.itemData(rows["starter"], Qt.ItemDataRole.AccessibleTextRole)


def test_lists_add_move_and_remove(qtbot, form):
    words = form.editor("words")
    for word in ("one", "two", "three"):
        qtbot.mouseClick(words.add, Qt.MouseButton.LeftButton)
        qtbot.keyClicks(QGuiApplication.focusObject(), word)
    assert form.values()["words"] == ["one", "two", "three"]
    assert not words.add.isEnabled()
    qtbot.mouseClick(words.entries[2].up, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(words.entries[0].remove, Qt.MouseButton.LeftButton)
    assert form.values()["words"] == ["three", "two"]


def test_an_error_stands_at_its_field_in_sight_until_it_changes(qtbot, form):
    form.resize(340, 300)
    assert form.show_error("guidance_scale", "Guidance <b>must</b> be less.")
    editor = form.editor("guidance_scale")
    qtbot.waitUntil(lambda: not editor.entry.visibleRegion().isEmpty())
    assert form.error("guidance_scale") == "Guidance <b>must</b> be less."
    assert editor.entry.hasFocus()
    editor.entry.setText("3")
    assert form.error("guidance_scale") == ""
    assert not form.show_error(None, "x")
    assert not form.show_error("unknown", "x")


def test_it_remembers_history_fold_and_last_seed(qtbot, form, host):
    form.set_values({"prompt": "first"})
    form.remember()
    form.show_seed(5)
    form.show_error("steps", "x")
    again = make_form(qtbot, host, Everything)
    again.restore(form.state())
    assert again.state() == form.state()
    again.restore(
        {"fields": {"prompt": {"history": [1, None, "x"]}, "seed": {"last": "y"}, "nobody": 3}, "unfolded": 4}
    )
    assert again.state()["fields"]["prompt"]["history"] == ["x"]


def test_everything_is_reached_by_tab_and_has_a_name(qtbot, form):
    form.restore({"unfolded": True})
    seen = []
    form.editor("prompt").words.setFocus()
    for _ in range(80):
        widget = QGuiApplication.focusObject()
        if widget in seen:
            break
        seen.append(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    names = [widget.accessibleName() or getattr(widget, "text", str)() for widget in seen]
    assert all(names), names
    for name in ("prompt", "size", "count", "seed", "mode", "tile", "color", "caption", "steps"):
        assert form.editor(name).focus_widget() in seen, name


def number(kind, low, high, above, below):
    bounds = {"minimum": low, "maximum": high}
    open_bounds = {"exclusiveMinimum": low, "exclusiveMaximum": high}
    chosen = {**(open_bounds if above else bounds)}, {**(open_bounds if below else bounds)}
    lower = {name: value for name, value in chosen[0].items() if "inimum" in name and value is not None}
    upper = {name: value for name, value in chosen[1].items() if "aximum" in name and value is not None}
    return {"type": kind, **lower, **upper}


NUMBERS = st.builds(
    number,
    st.sampled_from(["integer", "number"]),
    st.none() | st.integers(-1000, 1000),
    st.none() | st.integers(1001, 2**63),
    st.booleans(),
    st.booleans(),
)
PLAIN = NUMBERS | st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 2, "maxLength": 5},
        {"type": "boolean"},
        {"enum": [1, 1.5, "1", True]},
        {"const": "only"},
        {"type": "string", "widget": "color"},
        {"type": "string", "widget": "prompt"},
        {"type": "string", "widget": "seed"},
        {"type": "integer", "widget": "size"},
    ]
)
LISTS = st.builds(lambda item, most: {"type": "array", "items": item, "maxItems": most}, PLAIN, st.integers(1, 3))
NULLABLE = st.builds(lambda entry: {"anyOf": [entry, {"type": "null"}]}, PLAIN | LISTS)
FIELDS = PLAIN | LISTS | NULLABLE | st.builds(lambda item: {"type": "array", "items": item}, LISTS)


def test_editors_behind_the_fold_are_made_when_one_is_needed(qtbot, host):
    def fresh():
        made = make_form(qtbot, host, Everything)
        assert {field.name for field in made._unmade()} == {"steps", "guidance_scale"}
        return made

    form = fresh()
    before = form.values()
    assert (before["steps"], before["guidance_scale"]) == (None, None)
    form.set_values({"prompt": "a cat", "steps": None})  # as it was
    assert form._unmade()
    form._fold.setChecked(True)
    assert not form._unmade()
    assert form.values() == {**before, "prompt": "a cat"}

    form = fresh()
    form.set_values({"steps": 7})
    assert not form._unmade()
    assert form.values()["steps"] == 7
    assert "1" in form._fold.text()

    form = fresh()
    form.show()
    assert form.show_error("steps", "Too many.")
    assert form._fold.isChecked()
    assert form.error("steps") == "Too many."
    form = fresh()
    form.restore({"unfolded": True})
    assert form.editor("guidance_scale").isVisibleTo(form)


def test_a_setting_that_must_be_given_has_its_editor_though_it_is_folded(qtbot, host):
    class Hidden(api.Params):
        caption: str = ""
        steps: int = api.Field(ge=1, advanced=True)

    form = make_form(qtbot, host, Hidden)
    assert not form._unmade()
    name, text = form.problem()
    assert name == "steps"
    assert "still empty" in text


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entry=FIELDS, hints=st.fixed_dictionaries({"advanced": st.booleans(), "group": st.sampled_from(["", "A & B"])}))
def test_any_schema_that_parses_becomes_a_form_which_explains_itself(qtbot, host, entry, hints):
    schema = {"type": "object", "properties": {"it": {**entry, **hints}}, "required": ["it"]}
    form = Form(read(TaskInfo("t", "T", schema)), host)
    try:
        for value in form.values().values():
            form.set_values({"it": value})
            assert form.values() == {"it": value}
        assert form.problem() is None or form.problem()[0] == "it"
        form.editor("it").set_value("nonsense")
        form.editor("it").set_value(None)
    finally:
        form.deleteLater()


def test_a_schema_without_an_editor_is_refused_by_name(qtbot, host):
    schema = {"type": "object", "properties": {"odd": {"type": "object"}}}
    task = read(TaskInfo("t", "T", schema))
    assert "'odd'" in task.problem
    panel = TaskPanel(lambda task: Form(task, host), {})
    qtbot.addWidget(panel)
    panel.set_tasks([task])
    panel.choose("t")
    assert panel.form is None
    assert "T cannot be shown as a form: its parameter 'odd'" in panel._stack.currentWidget().text()
