"""The value bar: some values of the form at the picture, the same ones, and what it starts."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from rig import CREATE, VARY, Rig

from studio.descriptions import TaskInfo
from studio.desktop.features.form_undo import FormUndo
from studio.desktop.forms.quick.bar import QuickSettingsBar
from studio.desktop.forms.quick.editor import QuickEditor, QuickNumberEditor, QuickTextEditor
from studio.desktop.forms.quick.pick import pick
from studio.form import read
from studio.messages import Submit


def bar(rig: Rig) -> QuickSettingsBar:
    return rig.window.viewer.values


def quick_editor(rig: Rig, name: str) -> QuickEditor:
    (found,) = [quick_editor for quick_editor in bar(rig).quick_editors if quick_editor.field.name == name]
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
            "without": {"type": "string", "widget": "prompt", "default": ""},
        },
    }
    picked = pick(read(TaskInfo("t", "T", schema)))
    assert [field.name for field in picked.texts] == ["before", "after"]
    assert [field.name for field in picked.numbers] == ["amount", "count"]
    assert picked.image == ""


def test_what_is_changed_in_either_place_shows_in_the_other_and_is_undone_in_both(rig: Rig) -> None:
    form = rig.window.task_panel.form
    words, count = quick_editor(rig, "prompt"), quick_editor(rig, "count")
    assert form is not None
    assert isinstance(words, QuickTextEditor)
    assert isinstance(count, QuickNumberEditor)
    QTest.keyClicks(words.words, "a cat")
    assert form.values()["prompt"] == "a cat"
    rig.feature(FormUndo).push()
    QTest.keyClick(count.editor.entry, Qt.Key.Key_Up)
    assert form.values()["count"] == 2
    form.set_values({"prompt": "a dog", "count": 5})
    assert (words.value(), count.value()) == ("a dog", 5)
    rig.feature(FormUndo).push()
    rig.session.document.stack.undo()
    assert (words.value(), count.value()) == ("a cat", 1)
    count.editor.entry.setText("many")  # what is wrong is as wrong in the form
    assert form.values()["count"] == "many"
    assert form.problem() is not None


def test_enter_in_the_bar_starts_the_job_and_shift_enter_begins_a_line(rig: Rig) -> None:
    words = quick_editor(rig, "prompt")
    assert isinstance(words, QuickTextEditor)
    QTest.keyClicks(words.words, "a cat")
    QTest.keyClick(words.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(words.words, "and a hat")
    assert not rig.client.pending()
    QTest.keyClick(words.words, Qt.Key.Key_Return)
    (order,) = [sent for sent in rig.client.sent if isinstance(sent, Submit)]
    assert order.params["prompt"] == "a cat\nand a hat"


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


def test_it_can_be_hidden_and_stays_so(rig: Rig) -> None:
    assert bar(rig).isVisible()
    bar(rig).close_button.click()
    assert not bar(rig).isVisible()
    rig.window.forms.choose("variation")
    assert not bar(rig).isVisible()
    rig.window.store_ui_state()
    assert not rig.session.ui_state.values
    rig.window.viewer._toolbar.values.click()
    assert bar(rig).isVisible()
    rig.window.store_ui_state()
    assert rig.session.ui_state.values


def test_more_leads_into_the_form(rig: Rig) -> None:
    rig.window.filmstrip.list.setFocus()
    bar(rig).more.click()
    assert rig.window.task_panel.isAncestorOf(rig.window.focusWidget())


def test_in_a_narrow_window_nothing_is_cut_off(rig: Rig) -> None:
    for width in (900, 1280, 1900):
        rig.studio.shell.resize(width, 700)
        rig.qtbot.wait(20)
        right = bar(rig).rect().right()
        shown = [child for child in (*bar(rig).quick_editors, bar(rig).button, bar(rig).more) if child.isVisible()]
        assert bar(rig).button in shown
        for child in shown:
            assert child.geometry().right() <= right
            assert child.width() >= child.minimumSizeHint().width()
