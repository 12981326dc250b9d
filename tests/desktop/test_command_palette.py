"""The palette finds all that can be done, and what is done often stands first."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget
from rig import Rig
from test_canvas import mark, save, show, studio

from studio.desktop.actions.action import Action
from studio.desktop.actions.command_palette import CommandPalette, ordered

__all__ = ["studio"]  # a fixture


def open_palette(rig: Rig) -> CommandPalette:
    QTest.keyClick(rig.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = rig.window.action_dialogs.palette
    assert palette is not None
    rig.wait(palette.isVisible)
    return palette


def titles(widget: QListWidget) -> list[str]:
    return [widget.item(row).text() for row in range(widget.count())]


def test_letters_find_a_command_and_enter_does_it(studio: Rig) -> None:
    palette = open_palette(studio)
    QTest.keyClicks(palette.search, "vary")
    assert titles(palette.list)[0] == "Vary"
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert studio.window.task_panel.task is not None
    assert studio.window.task_panel.task.id == "variation"


def test_it_has_tasks_tools_menus_and_their_keys(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    palette = open_palette(studio)
    found = {action.current_title: studio.window.action_table.keymap.text(action.id) for action in palette.listed}
    assert found["Eraser"] == "E"
    assert found["Undo: Brush stroke"] == "Ctrl+Z"
    assert "Settings: Theme: Dark" in found
    assert found["Save as…"] == "Ctrl+S"
    assert "Accept" not in found  # there is no candidate
    palette.close()


def test_what_was_done_last_stands_first_and_is_remembered(studio: Rig) -> None:
    for _ in range(2):
        palette = open_palette(studio)
        QTest.keyClicks(palette.search, "layers")
        QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert studio.session.ui_state.commands == ["Side panel: Layers"]
    palette = open_palette(studio)
    assert titles(palette.list)[0] == "Side panel: Layers"
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)


def test_it_is_as_high_as_what_it_found_and_says_when_that_is_nothing(studio: Rig) -> None:
    palette = open_palette(studio)
    whole, told = palette.height(), palette._none
    QTest.keyClicks(palette.search, "layers")
    few = palette.height()
    assert 0 < palette.list.count() * palette.list.sizeHintForRow(0) <= palette.list.height() < whole
    assert few < whole
    assert not told.isVisible()
    QTest.keyClicks(palette.search, "qqq")
    assert told.isVisible()
    assert not palette.list.isVisible()
    assert palette.height() < few
    QTest.keyClick(palette.search, Qt.Key.Key_Return)  # does nothing, and stays
    assert palette.isVisible()
    palette.search.clear()
    assert palette.height() == whole
    palette.close()


def test_beginnings_of_words_come_before_scattered_letters() -> None:
    commands = [Action("", title, lambda: None) for title in ("Invert the mask", "Save as", "Smart select", "Mask")]
    assert [command.title for command in ordered(commands, "ma", [])] == ["Mask", "Invert the mask", "Smart select"]
    assert next(command.title for command in ordered(commands, "s se", [])) == "Smart select"
    assert not ordered(commands, "xyz", [])
