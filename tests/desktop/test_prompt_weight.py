"""Ctrl+Up and Ctrl+Down let words of a prompt weigh more or less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from studio.desktop.forms.prompt_text import PromptText
from studio.desktop.forms.prompt_weight import reweighted


@pytest.mark.parametrize(
    ("text", "selected", "steps", "expected"),
    [
        ("a red cat", (2, 5), 1, "a (red:1.1) cat"),
        ("a red cat", (3, 3), 1, "a (red:1.1) cat"),
        ("a (red:1.1) cat", (3, 6), 1, "a (red:1.2) cat"),
        ("a (red:1.1) cat", (2, 11), 1, "a (red:1.2) cat"),
        ("a (red:1.1) cat", (3, 6), -1, "a red cat"),
        ("a red cat", (2, 5), -1, "a (red:0.9) cat"),
        ("a red cat, blue", (1, 10), 2, "a (red cat:1.2), blue"),
        ("红色的猫，蓝底", (0, 2), 1, "(红色:1.1)的猫，蓝底"),
        ("a (red:0.1) cat", (3, 6), -3, "a (red:-0.2) cat"),
        ("mother-in-law", (4, 4), 1, "(mother-in-law:1.1)"),
        ("a , b", (2, 2), 1, "a , b"),
        ("a (red cat:1.1)", (8, 8), 1, "a (red cat:1.2)"),
        ("a (red cat:1.1)", (13, 13), 1, "a (red cat:1.2)"),
        ("a (red cat:1.1)", (11, 14), -1, "a red cat"),
        ("(a (b:1.2) c:1.3)", (0, 17), 1, "(a (b:1.2) c:1.4)"),
        ("(a (b:1.2) c:1.3)", (4, 5), 1, "(a (b:1.3) c:1.3)"),
        ("a (red:1.1) cat", (3, 14), 1, "a ((red:1.1) ca:1.1)t"),
        ("((red))", (3, 3), 1, "(red:1.3)"),
        ("[red] cat", (1, 4), -1, "(red:0.8) cat"),
        ("[red] cat", (1, 4), 1, "red cat"),
        (r"a \(cat\) x", (4, 7), 1, r"a \((cat:1.1)\) x"),
        (r"a (cat \(black\):1.2) x", (3, 16), 1, r"a (cat \(black\):1.3) x"),
        ("[red:blue:0.5]", (2, 2), 1, "[(red:1.1):blue:0.5]"),
        ("<lora:film:0.8> x", (8, 8), 1, "<lora:film:0.85> x"),
        ("<lora:film:0.8:0.5>", (8, 8), -2, "<lora:film:0.7:0.5>"),
        ("红色的猫，(蓝底:1.1)", (6, 8), 1, "红色的猫，(蓝底:1.2)"),
        (":) (a b", (6, 7), 1, ":) (a (b:1.1)"),
        ("a cat :)", (2, 8), 1, r"a (cat :\):1.1)"),
        ("", (0, 0), 1, ""),
    ],
)
def test_weights_in_text(text: str, selected: tuple[int, int], steps: int, expected: str) -> None:
    changed, start, end = reweighted(text, *selected, steps)
    assert changed == expected
    if not set(text[selected[0] : selected[1]]) & set("()\\"):
        assert not set(changed[start:end]) & set("():")


@given(st.text(alphabet="ab ()[]:1.2\\,<lora>红", max_size=24), st.integers(0, 24), st.integers(0, 24))
def test_heavier_and_lighter_again_weighs_as_before_and_cuts_no_bracket(prompt: str, one: int, other: int) -> None:
    start, end = (min(place, len(prompt)) for place in sorted((one, other)))
    heavier, start, end = reweighted(prompt, start, end, 1)
    assert 0 <= start <= end <= len(heavier)
    lighter, start, end = reweighted(heavier, start, end, -1)
    assert reweighted(lighter, start, end, 1)[0] == heavier


def test_brackets_without_end_take_no_time() -> None:
    deep = "(" * 16_000 + "a" + ")" * 16_000
    assert reweighted(deep, 16_000, 16_001, 1)[0] == deep
    assert reweighted("[" * 32_000, 5, 5, 1) == ("[" * 32_000, 5, 5)


def test_keys_change_the_weight_of_what_is_selected_also_behind_letters_of_two_units(qtbot: QtBot) -> None:
    words = PromptText(2, 1000)
    qtbot.addWidget(words)
    words.setPlainText("🍄 a red cat")
    cursor = words.textCursor()
    cursor.setPosition(5)
    cursor.setPosition(8, QTextCursor.MoveMode.KeepAnchor)
    words.setTextCursor(cursor)
    assert cursor.selectedText() == "red"
    for expected in ("(red:1.1)", "(red:1.2)"):
        qtbot.keyClick(words, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
        assert words.text() == f"🍄 a {expected} cat"
        assert words.textCursor().selectedText() == "red"
    qtbot.keyClick(words, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert words.text() == "🍄 a (red:1.1) cat"
    words.undo()
    assert words.text() == "🍄 a (red:1.2) cat"
