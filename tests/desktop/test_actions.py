"""The table of actions: from one record come the QAction, buttons, a menu, the palette and the keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.desktop.actions.action import Action, DefaultShortcut, MenuPlace, Scope, Section, Submenu
from studio.desktop.actions.buttons import show_action, tool_button
from studio.desktop.actions.command_palette import CommandPalette
from studio.desktop.actions.menu import ActionMenu
from studio.desktop.actions.shortcuts import Shortcuts
from studio.desktop.actions.table import Actions


class Lamp:
    """Something that can be switched on, and be broken."""

    def __init__(self) -> None:
        self.on, self.broken = False, False

    def switch(self) -> None:
        self.on = not self.on

    def action(self, **more: object) -> Action:
        return Action(
            "lamp", "Lamp", self.switch, "create", about="Switch it", enabled=lambda: not self.broken,
            checked=lambda: self.on, shortcut=DefaultShortcut(("Ctrl+L",)), **more,  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    return made


def shown(qtbot: QtBot, window: QWidget, *parts: QWidget) -> None:
    for part in parts:
        window.layout().addWidget(part)  # type: ignore[union-attr]
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def test_a_button_shows_what_the_record_says_and_follows_it(qtbot: QtBot, window: QWidget) -> None:
    actions, lamp = Actions(parent=window), Lamp()
    actions.add(lamp.action())
    button = tool_button(actions, "lamp", window)
    assert (button.accessibleName(), button.toolTip()) == ("Lamp", "Switch it (Ctrl+L)")
    assert not button.icon().isNull()
    button.click()
    assert lamp.on
    assert button.isChecked()
    actions.keymap.use({"lamp": "F2"})
    assert button.toolTip() == "Switch it (F2)"
    lamp.broken = True
    actions.refresh("lamp")
    assert not button.isEnabled()
    actions.run("lamp")
    assert lamp.on


def test_a_title_that_changes_is_the_text_of_its_button(window: QWidget) -> None:
    actions, jobs = Actions(parent=window), ["one"]
    actions.add(Action("stop", "Stop", jobs.clear, now=lambda: "Stop" if jobs else "Nothing & nobody"))
    button = QPushButton(window)
    show_action(button, actions.qaction("stop"))
    assert (button.text(), button.toolTip()) == ("Stop", "")
    button.click()
    assert button.text() == "Nothing && nobody"


def test_an_id_is_given_once(window: QWidget) -> None:
    actions, lamp = Actions(parent=window), Lamp()
    actions.add(lamp.action())
    with pytest.raises(ValueError, match="lamp"):
        actions.add(lamp.action())
    actions.remove("lamp")
    actions.add(lamp.action())


def test_a_menu_has_its_actions_in_groups_with_submenus_first(window: QWidget) -> None:
    actions, lamp = Actions(parent=window), Lamp()
    menu = ActionMenu(actions, "house", window)
    actions.add(Action("door", "The front door", lambda: None, text="Door", menu=MenuPlace("house", 1)))
    actions.add(Action("attic", "Attic", lambda: None, menu=MenuPlace("house", 1, -1)))
    actions.add_submenu(Submenu("house/light", "Light", "create", MenuPlace("house")))
    actions.add(lamp.action(menu=MenuPlace("house/light")))
    for _ in range(2):  # made anew, it is the same
        menu.fill()
        entries = ["-" if entry.isSeparator() else entry.text() for entry in menu.actions()]
        assert entries == ["Light", "-", "Attic", "Door"]
    (inner,) = menu.actions()[0].menu().actions()  # type: ignore[union-attr]
    inner.trigger()
    assert lamp.on
    assert inner.isChecked()
    actions.remove("door")
    menu.fill()
    assert [entry.text() for entry in menu.actions()][2:] == ["Attic"]


def test_of_a_choice_one_is_on(window: QWidget) -> None:
    actions, chosen = Actions(parent=window), ["dark"]
    for value in ("light", "dark"):
        actions.add(
            Action(
                value, value, lambda value=value: chosen.__setitem__(0, value), choice="theme",
                checked=lambda value=value: chosen[0] == value,
            )
        )  # fmt: skip
    actions.qaction("light").trigger()
    assert [actions.qaction(value).isChecked() for value in ("light", "dark")] == [True, False]
    actions.qaction("light").trigger()
    assert actions.qaction("light").isChecked()


def test_what_is_added_later_has_its_keys_and_what_is_removed_has_none(qtbot: QtBot, window: QWidget) -> None:
    actions, lamp = Actions(parent=window), Lamp()
    shortcuts = Shortcuts(actions, window)
    shortcuts.serve(Scope.WINDOW, window)
    actions.add(lamp.action())
    shown(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert lamp.on
    actions.remove("lamp")
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert lamp.on


def test_keys_that_a_new_action_was_given_are_no_longer_those_of_another(qtbot: QtBot, window: QWidget) -> None:
    actions, lamp, fan = Actions(parent=window), Lamp(), Lamp()
    Shortcuts(actions, window).serve(Scope.WINDOW, window)
    actions.add(lamp.action())
    actions.keymap.use({"fan": "Ctrl+L"})
    actions.add(Action("fan", "Fan", fan.switch))
    shown(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert (lamp.on, fan.on) == (False, True)
    assert actions.keymap.holders("lamp", "ctrl+l") == ["fan"]


def test_letters_of_the_canvas_work_only_in_its_view(qtbot: QtBot, window: QWidget) -> None:
    actions, lamp = Actions(parent=window), Lamp()
    actions.add(Action("lamp", "Lamp", lamp.switch, shortcut=DefaultShortcut(("B",), Scope.CANVAS)))
    view, words = QWidget(), QLineEdit()
    view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    shown(qtbot, window, view, words)
    Shortcuts(actions, window).serve(Scope.CANVAS, window, view)
    for field, on in ((words, False), (view, True)):
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        QTest.keyClick(field, Qt.Key.Key_B)
        assert lamp.on is on
    assert words.text() == "b"


def test_the_palette_lists_what_is_enabled_in_the_order_of_sections(window: QWidget) -> None:
    actions, lamp = Actions(parent=window), Lamp()
    actions.add(Action("queue", "Empty the queue", lambda: None, section=Section.QUEUE))
    actions.add(Action("hidden", "Hidden", lambda: None, palette=False))
    actions.add(lamp.action())
    actions.add_source(lambda: [Action("", "Retry", lambda: None, section=Section.QUEUE)])
    assert [action.title for action in actions.listed()] == ["Lamp", "Empty the queue", "Retry"]
    lamp.broken = True
    palette = CommandPalette(actions, [], window)
    assert [action.title for action in palette.listed] == ["Empty the queue", "Retry"]
    palette.close()
