"""The bar at the picture: the few values that matter, with the one button; all others are in a drawer."""

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, VARY, Rig

from studio.descriptions import TaskInfo
from studio.desktop.features.form_undo import FormUndo
from studio.desktop.features.model_menu import ModelMenu
from studio.desktop.forms.number import NumberEditor
from studio.desktop.forms.prompt_text import PromptText
from studio.desktop.forms.quick.bar import QuickSettingsBar
from studio.desktop.forms.quick.pick import pick
from studio.desktop.forms.quick.row import QuickRow
from studio.form import read
from studio.messages import Failed, Ready, Started, Submit


def bar(rig: Rig) -> QuickSettingsBar:
    return rig.window.viewer.values


def quick_row(rig: Rig, name: str) -> QuickRow:
    (found,) = [row for row in bar(rig).rows if row.editor.field.name == name]
    return found


def words(rig: Rig) -> PromptText:
    found = quick_row(rig, "prompt").editor.focus_widget()
    assert isinstance(found, PromptText)
    return found


def test_the_words_that_must_be_written_and_numbers_of_known_roles_are_picked() -> None:
    def names(task: TaskInfo) -> tuple[list[str], list[str], str]:
        picked = pick(read(task))
        return [field.name for field in picked.texts], [field.name for field in picked.numbers], picked.image

    assert names(CREATE) == (["prompt"], ["count"], "")
    assert names(VARY) == ([], ["strength"], "image")


def test_what_is_hidden_in_the_form_is_not_among_the_few() -> None:
    number = {"type": "number", "minimum": 0, "maximum": 1}
    schema = {
        "type": "object",
        "required": ["before", "after"],
        "properties": {
            "image": {"type": "string", "widget": "image", "role": "source"},
            "other": {"type": "string", "widget": "image"},
            "count": {"type": "integer", "minimum": 1, "maximum": 9, "role": "count"},
            "deep": {**number, "advanced": True, "role": "distance"},
            "side": {**number, "group": "Sides", "role": "scale"},
            "open": number,
            "amount": {**number, "role": "strength"},
            "before": {"type": "string", "widget": "text", "role": "before"},
            "after": {"type": "string", "widget": "prompt", "role": "prompt"},
            "without": {"type": "string", "widget": "prompt", "default": "", "role": "negative"},
        },
    }
    picked = pick(read(TaskInfo("t", "T", schema)))
    assert [field.name for field in picked.texts] == ["before", "after"]
    assert [field.name for field in picked.numbers] == ["amount", "count"]
    assert picked.image == ""
    assert picked.negative is not None
    assert picked.negative.name == "without"
    assert picked.names == {"before", "after", "amount", "count", "without"}


def test_what_is_written_at_the_picture_is_the_form_s_value_and_is_undone(rig: Rig) -> None:
    form, count = rig.window.task_panel.form, quick_row(rig, "count").editor
    assert form is not None
    assert isinstance(count, NumberEditor)
    QTest.keyClicks(words(rig), "a cat")
    assert form.values()["prompt"] == "a cat"
    rig.feature(FormUndo).push()
    QTest.keyClick(count.entry, Qt.Key.Key_Up)
    assert form.values()["count"] == 2
    form.set_values({"prompt": "a dog", "count": 5})
    assert (words(rig).text(), count.value()) == ("a dog", 5)
    rig.feature(FormUndo).push()
    rig.session.document.stack.undo()
    assert (words(rig).text(), count.value()) == ("a cat", 1)
    count.entry.setText("many")
    assert form.values()["count"] == "many"
    assert form.problem() is not None


def test_enter_in_the_bar_starts_the_job_and_shift_enter_begins_a_line(rig: Rig) -> None:
    QTest.keyClicks(words(rig), "a cat")
    QTest.keyClick(words(rig), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(words(rig), "and a hat")
    assert not rig.client.pending()
    QTest.keyClick(words(rig), Qt.Key.Key_Return)
    (order,) = [sent for sent in rig.client.sent if isinstance(sent, Submit)]
    assert order.params["prompt"] == "a cat\nand a hat"


def test_what_is_wrong_there_is_told_over_the_picture_until_it_is_right(rig: Rig) -> None:
    size = rig.window.viewer.canvas.size()
    bar(rig).button.click()
    told = rig.window.notices.text("field")
    assert "“Prompt” is still empty" in told
    assert words(rig).hasFocus()
    assert not rig.window.forms.is_open
    assert rig.window.viewer.canvas.size() == size
    QTest.keyClicks(words(rig), "a cat")
    assert not rig.window.notices.text("field")


def test_a_task_begins_from_the_canvas_unless_the_form_has_a_picture_of_its_own(rig: Rig) -> None:
    first, second = rig.make(1)[0], rig.make(1, "a dog")[0]
    rig.wait(lambda: rig.window.viewer.piece and rig.window.viewer.piece.ref == second.id)
    rig.window.forms.choose("variation")
    for record in (second, first):
        rig.window.viewer_controller.show_record(record)
        rig.wait(lambda record=record: rig.window.viewer.piece.ref == record.id)
        assert ordered(rig) == record.id
    form = rig.window.task_panel.form
    assert form is not None
    assert bar(rig).use_shown.isHidden()
    form.set_values({"image": second.id})
    assert not bar(rig).use_shown.isHidden()
    assert ordered(rig) == second.id
    bar(rig).use_shown.click()
    assert bar(rig).use_shown.isHidden()
    assert ordered(rig) == first.id


def ordered(rig: Rig) -> str:
    """What the job is made from that the button starts."""
    before = len(rig.client.sent)
    bar(rig).button.click()
    rig.wait(lambda: any(isinstance(sent, Submit) for sent in rig.client.sent[before:]))
    rig.session.jobs.cancel_all()
    rig.wait(lambda: not rig.session.jobs.pending)
    found: str = next(sent for sent in rig.client.sent[before:] if isinstance(sent, Submit)).params["image"]
    return found


def test_the_other_settings_are_in_a_drawer_that_stays_as_it_was(rig: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    assert not rig.window.task_panel.isVisible()
    rig.window.filmstrip.list.setFocus()
    bar(rig).more.click()
    assert rig.window.task_panel.isAncestorOf(rig.window.focusWidget())
    assert bar(rig).more.isChecked()
    rig.window.forms.choose("variation")
    assert rig.window.task_panel.isVisible()
    rig.studio.close()
    again = Rig(qtbot, qapp)
    assert again.window.task_panel.isVisible()
    bar(again).more.click()
    assert not again.window.task_panel.isVisible()
    again.studio.close()


def test_a_setting_that_is_refused_opens_the_drawer_only_when_somebody_is_there(rig: Rig) -> None:
    """What comes from a job that runs by itself moves nothing: it says what there is, and leads there."""
    rig.fill(prompt="a cat")
    bar(rig).button.click()
    (job,) = rig.client.pending()
    rig.client.emit(Started(job, {}))
    rig.client.emit(Failed(job, "The seed is odd.", field="seed"))
    rig.wait(lambda: "odd" in rig.window.notices.text("job"))
    assert not rig.window.task_panel.isVisible()
    (show,) = [one for one in rig.window.notices.findChildren(QPushButton) if one.text() == "Show the setting"]
    show.click()
    assert rig.window.task_panel.isVisible()
    assert rig.window.task_panel.form.error("seed") == "The seed is odd."  # type: ignore[union-attr]
    rig.fill(prompt="a cat", seed="many")
    rig.window.forms.open(False)
    bar(rig).button.click()
    assert rig.window.task_panel.isVisible()


WITHOUT = {"type": "string", "widget": "prompt", "default": "", "role": "negative", "title": "Without"}
GATHER = TaskInfo(
    "gather", "Gather",
    {
        "type": "object",
        "properties": {
            "images": {"type": "array", "items": {"type": "string", "widget": "image"}, "title": "Pictures"},
            "prompt": {"type": "string", "widget": "prompt", "default": "", "role": "prompt", "title": "Words"},
            "without": WITHOUT,
        },
    },
)  # fmt: skip


@pytest.fixture
def gathering(rig: Rig) -> Rig:
    """With a task that needs more than one picture, and has words for what it should not show."""
    rig.client.emit(Ready([CREATE, VARY, GATHER], [], [], []))
    rig.wait(lambda: any(task.id == "gather" for task in rig.session.tasks))
    return rig


def test_a_task_that_needs_several_pictures_shows_where_they_go(gathering: Rig) -> None:
    gathering.window.forms.choose("gather")
    assert gathering.window.task_panel.isVisible()
    gathering.window.forms.choose("text-to-image")
    assert not gathering.window.task_panel.isVisible()
    bar(gathering).more.click()
    gathering.window.forms.choose("gather")
    gathering.window.forms.choose("text-to-image")
    assert gathering.window.task_panel.isVisible()  # as it was


def test_what_it_should_not_show_has_a_place_on_demand_and_stays_seen_while_it_says_something(gathering: Rig) -> None:
    gathering.window.forms.choose("gather")
    row = quick_row(gathering, "without")
    assert not row.isVisible()
    bar(gathering).negative.click()
    assert row.isVisible()
    assert row.editor.focus_widget().hasFocus()
    bar(gathering).negative.click()
    assert not row.isVisible()
    gathering.fill(without="fog")
    assert row.isVisible()
    bar(gathering).negative.click()
    assert row.isVisible()  # what is sent is seen


def test_the_bar_is_as_high_with_one_task_as_with_another_whatever_is_written(gathering: Rig) -> None:
    rooms = set()
    gathering.studio.shell.resize(1360, 800)
    for task in ("text-to-image", "variation", "text-to-image"):
        gathering.window.forms.choose(task)
        gathering.qtbot.wait(20)
        rooms.add(gathering.window.viewer.room().height())
    for _ in range(5):
        QTest.keyClicks(words(gathering), "a cat that wears a hat " * 12)
        QTest.keyClick(words(gathering), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    gathering.qtbot.wait(20)
    assert rooms == {gathering.window.viewer.room().height()}


def test_the_model_is_chosen_at_the_picture(rig: Rig) -> None:
    model = {"type": "string", "default": "starter", "widget": "model", "role": "model", "title": "Model"}
    schema = {**CREATE.schema, "properties": {**CREATE.schema["properties"], "model": {**model, "capability": "draw"}}}
    others = [
        msgspec.structs.replace(MODEL, id=id, title=id.title(), capabilities=["draw"]) for id in ("starter", "large")
    ]
    rig.client.emit(Ready([msgspec.structs.replace(CREATE, schema=schema), VARY], [], others, []))
    rig.wait(lambda: "model" in rig.window.task_panel.form.values())  # type: ignore[union-attr]
    menu = rig.feature(ModelMenu)
    assert menu.button.isVisible()
    assert "Model: Starter" in menu.button.toolTip()
    menu.menu.aboutToShow.emit()
    (large,) = [action for action in menu.menu.actions() if action.text() == "Large"]
    large.trigger()
    assert rig.window.task_panel.form.values()["model"] == "large"  # type: ignore[union-attr]
    assert "Model: Large" in menu.button.toolTip()
    rig.window.forms.choose("variation")  # which names no model
    assert not menu.button.isVisible()


def test_in_a_narrow_window_nothing_is_cut_off(rig: Rig) -> None:
    for opened in (False, True):
        rig.window.forms.open(opened)
        for width in (900, 1280, 1900):
            rig.studio.shell.resize(width, 700)
            rig.qtbot.wait(20)
            right = bar(rig).rect().right()
            shown = [child for child in (*bar(rig).rows, bar(rig).button, bar(rig).more) if child.isVisible()]
            assert len(shown) == 4
            for child in shown:
                assert child.mapTo(bar(rig), QPoint(child.width(), 0)).x() <= right
                assert child.width() >= child.minimumSizeHint().width()
