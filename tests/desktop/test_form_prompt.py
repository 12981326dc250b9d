"""The prompt's editor: history, tokens as the model counts them, and texts that are too long."""

import json
import time

import msgspec
import pytest
import shiboken6
from form_host import STARTER, make_form
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication

from studio import api
from studio.desktop.forms.token_counter import TokenCounter, find


class Words(api.Params):
    prompt: api.Prompt
    model: api.ModelRef = api.ModelField("inpaint")
    line: str = ""


@pytest.fixture
def form(qtbot, host):
    return make_form(qtbot, host, Words)


@pytest.fixture
def words(form):
    form.editor("prompt").words.setFocus()
    return form.editor("prompt").words


def test_history_with_alt_and_arrows_keeps_what_was_being_written(qtbot, form, words):
    for text in ("one", "two", "three"):
        words.setPlainText(text)
        form.remember()
    words.setPlainText("draft")
    for expected in ("three", "two", "one", "one"):
        qtbot.keyClick(words, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
        assert words.toPlainText() == expected
    for expected in ("two", "three", "draft", "draft"):
        qtbot.keyClick(words, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert words.toPlainText() == expected


def test_the_menu_shows_markup_and_turning_marks_as_text(qtbot, form, words):
    words.setPlainText("<b>bold</b> & \u202egnp.exe\nsecond line")
    form.remember()
    menu = form.editor("prompt").older.menu()
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "<b>bold</b> && \\u202egnp.exe second line"
    words.clear()
    menu.actions()[0].trigger()
    assert form.values()["prompt"] == "<b>bold</b> & \u202egnp.exe\nsecond line"


def test_control_enter_submits_and_writes_nothing(qtbot, form, words):
    qtbot.keyClicks(words, "a cat")
    with qtbot.waitSignal(form.submitted):
        qtbot.keyClick(words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert form.values()["prompt"] == "a cat"


@pytest.mark.parametrize("field", ["prompt", "line"])
def test_a_hundred_thousand_pasted_characters_are_refused_at_once(qtbot, form, field):
    editor = form.editor(field)
    editor.set_value("kept")
    editor.focus_widget().setFocus()
    QGuiApplication.clipboard().setText("word " * 20_000)
    began = time.process_time()
    qtbot.keyClick(editor.focus_widget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert time.process_time() - began < 5  # a freeze, and not a measure
    assert form.error(field) == "The pasted text has 100,000 characters, and at most 32,000 fit; nothing was pasted."
    assert form.values()[field] == "kept"


def test_pasted_markup_stays_text(qtbot, form, words):
    data = QMimeData()
    data.setHtml("<img src='file:///etc/passwd'><b>bold</b>")
    data.setText("<b>bold</b>")
    words.insertFromMimeData(data)
    assert form.values()["prompt"] == "<b>bold</b>"


def test_the_count_and_what_will_not_be_read(qtbot, form, host, words):
    prompt = form.editor("prompt")
    words.setPlainText("a red cat")
    qtbot.waitUntil(lambda: prompt.tokens == "3 / 30")
    assert prompt.note == ""
    words.setPlainText("😀 " + "cat " * 28 + "and a green dog")
    qtbot.waitUntil(lambda: "not read" in prompt.note)
    end = prompt.note.rpartition("“")[2].rstrip("”").lstrip("…")
    assert words.toPlainText().endswith(end)
    (mark,) = words.extraSelections()
    assert mark.cursor.selectedText() == end
    form.set_values({"prompt": words.toPlainText(), "model": "other"})
    qtbot.waitUntil(lambda: prompt.tokens == "")
    assert not words.extraSelections()
    reads_all = msgspec.structs.replace(host.known[0], prompt_tokens=0)
    host.known = [reads_all, *host.known[1:]]
    form.set_values({"prompt": words.toPlainText() or "a cat", "model": "starter"})
    form.models_changed()
    qtbot.waitUntil(lambda: prompt.tokens.isdigit())
    assert prompt.note == ""
    assert not words.extraSelections()


def test_a_model_without_a_readable_tokenizer_has_no_count(qtbot, form, host, tmp_path):
    (tmp_path / "tokenizer").mkdir()
    (tmp_path / "tokenizer" / "tokenizer.json").write_text("{}")
    host.known = [type(host.known[0])("starter", "S", "sd15", str(tmp_path), ["inpaint"])]
    form.models_changed()
    form.editor("prompt").words.setPlainText("a cat")
    qtbot.wait(400)
    assert form.editor("prompt").tokens == ""


def test_an_empty_prompt_says_what_a_small_model_knows(qtbot, form, host, words):
    assert words.placeholderText() == ""
    things = {"cat": {"en": ["cat", "kitten"], "zh": ["猫"]}, "odd": 3, "star": {"zh": ["星"]}}
    host.known = [msgspec.structs.replace(host.known[0], defaults={"vocabulary": {"objects": things}})]
    form.models_changed()
    assert words.placeholderText() == "This model knows: cat, 星."
    more = {
        "objects": things,
        "colors": {"red": {"en": ["red"]}},
        "accessories": {"hat": {"en": ["hat"]}},
        "sizes": {"small": {"en": ["small", "tiny"]}},
        "pairs": True,
    }
    host.known = [msgspec.structs.replace(host.known[0], defaults={"vocabulary": more})]
    form.models_changed()
    assert words.placeholderText() == "This model knows: cat, 星; hat; small."
    many = {f"thing {n}": {"en": [f"thing {n}"]} for n in range(42)}
    host.known = [msgspec.structs.replace(host.known[0], defaults={"vocabulary": {**more, "objects": many}})]
    form.models_changed()
    assert words.placeholderText().endswith("thing 3, thing 4, …; hat; small.")  # what an empty editor has room for
    assert "thing 41; hat; small." in words.toolTip()
    host.known = [msgspec.structs.replace(host.known[0], defaults={"vocabulary": "cats"})]
    form.models_changed()
    assert words.placeholderText() == words.toolTip() == ""


def test_counts_are_those_of_transformers(tmp_path):
    """Of both layouts: tokenizer.json, and vocab.json with merges.txt."""
    from tiny import tokenizer  # brings torch, which slows every other test's end
    from transformers import AutoTokenizer

    texts = ["a red cat's hat", "一只戴着帽子的猫", "  spaces\tand\nlines  ", "😀 naïve café №5", "x" * 200, ""]
    real = AutoTokenizer.from_pretrained(STARTER / "prior_tokenizer")
    ours = TokenCounter(find(STARTER))
    assert ours.limit == real.model_max_length - 2
    assert [ours.count(text).used for text in texts] == [len(real(text).input_ids) - 2 for text in texts]
    tiny = tokenizer(20)
    tiny.save_pretrained(tmp_path / "tokenizer")
    whole = TokenCounter(find(tmp_path))
    parts = tmp_path / "old" / "tokenizer"
    parts.mkdir(parents=True)
    content = json.loads((tmp_path / "tokenizer" / "tokenizer.json").read_text())["model"]
    (parts / "vocab.json").write_text(json.dumps(content["vocab"]))
    (parts / "merges.txt").write_text("#version: 0.2\n")
    old = TokenCounter(find(tmp_path / "old"))
    for text in texts:
        expected = len(tiny(text).input_ids) - 2
        assert (whole.count(text).used, old.count(text).used) == (expected, expected), text
    assert whole.count("x" * 30, 12) == (30, 10, 10)  # of a model that reads less than its tokenizer would
    assert whole.count("x" * 30, 0) == (30, 0, None)  # and of one that reads all


def test_a_count_that_comes_after_the_form_is_gone_is_dropped(qtbot, form, words):
    editor = form.editor("prompt")
    shiboken6.delete(words)
    editor._show_count("late", None)
