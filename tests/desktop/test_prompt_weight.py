"""Ctrl+Up and Ctrl+Down let words of a prompt weigh more or less."""

import pytest
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
        ("", (0, 0), 1, ""),
    ],
)
def test_weights_in_text(text: str, selected: tuple[int, int], steps: int, expected: str) -> None:
    changed, start, end = reweighted(text, *selected, steps)
    assert changed == expected
    assert not set(changed[start:end]) & set("():")


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
