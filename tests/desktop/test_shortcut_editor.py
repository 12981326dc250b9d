"""Keyboard shortcuts: all of them can be seen and changed, none means two things, none takes what is written."""

import shutil
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, Rig
from test_canvas import DISTANT, EDIT, mark, save, show, studio

from studio import settings
from studio.desktop.actions.shortcut_editor import ShortcutEditor
from studio.desktop.features.queue_panel import QueuePanel
from studio.messages import Ready

__all__ = ["studio"]  # a fixture
Key, Mod = Qt.Key, Qt.KeyboardModifier
SETTINGS = Path(__file__).parents[1] / "data" / "settings_shortcuts.json"
CTRL_ALT = Mod.ControlModifier | Mod.AltModifier


def open_dialog(rig: Rig) -> ShortcutEditor:
    QTest.keyClick(rig.window, Key.Key_K, CTRL_ALT)
    dialog = rig.window.action_dialogs.editor
    assert dialog is not None
    rig.wait(dialog.isVisible)
    dialog.activateWindow()
    return dialog


def choose(dialog: ShortcutEditor, name: str) -> None:
    (item,) = dialog.list.findItems(name, Qt.MatchFlag.MatchExactly, 0)
    dialog.list.setCurrentItem(item)


def press(rig: Rig, dialog: ShortcutEditor, key: Qt.Key, modifiers: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    """Into the field for new keys, which the keyboard reaches from the list with Enter."""
    dialog.list.setFocus()
    QTest.keyClick(dialog.list, Key.Key_Return)
    rig.wait(dialog.edit.hasFocus)
    QTest.keyClick(dialog.edit, key, modifiers)
    QTest.keyClick(dialog.edit, Key.Key_Tab)


def shown(dialog: ShortcutEditor, name: str) -> str:
    (item,) = dialog.list.findItems(name, Qt.MatchFlag.MatchExactly, 0)
    return item.text(1)


def focused(rig: Rig, widget: QWidget) -> QWidget:
    activate(rig)
    widget.setFocus()
    rig.wait(widget.hasFocus)
    return widget


def activate(rig: Rig) -> None:
    """What a window manager does when a dialog has closed."""
    rig.studio.shell.activateWindow()
    rig.wait(rig.studio.shell.isActiveWindow)


def test_every_command_of_the_palette_that_stays_is_listed_with_its_keys(studio: Rig) -> None:
    show(studio, save(studio))
    dialog = open_dialog(studio)
    listed = studio.window.action_table.listed()
    assert len(listed) > 60
    for action in listed:
        assert action.id, action.title  # there is no job in the queue, whose buttons come and go
        assert shown(dialog, action.title) == studio.window.action_table.keymap.text(action.id)
    dialog.close()


def test_new_keys_hold_at_once_and_the_old_ones_do_nothing(studio: Rig) -> None:
    dialog = open_dialog(studio)
    choose(dialog, "Vary")
    press(studio, dialog, Key.Key_J, CTRL_ALT)
    assert shown(dialog, "Vary") == "Ctrl+Alt+J"
    dialog.close()
    activate(studio)
    QTest.keyClick(studio.window, Key.Key_3, Mod.ControlModifier)
    assert studio.window.task_panel.task.id != "variation"  # type: ignore[union-attr]
    QTest.keyClick(studio.window, Key.Key_J, CTRL_ALT)
    assert studio.window.task_panel.task.id == "variation"  # type: ignore[union-attr]
    assert settings.load().keys == {"task.variation": "Ctrl+Alt+J"}
    assert [one.toolTip() for one in studio.window.bar.findChildren(QWidget) if "Ctrl+Alt+J" in one.toolTip()]


def test_they_hold_after_a_restart_and_in_another_language(rig: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    rig.window.preferred.emit({"keys": {"open": "", "generate": "F9"}})
    rig.studio.close()
    again = Rig(qtbot, qapp)
    old = again.window
    old.preferred.emit({"theme": "auto", "language": "zh"})
    again.wait(lambda: again.studio.window is not old and again.window.isVisible())
    again.fill(prompt="a cat")
    focused(again, again.window.filmstrip.search)
    QTest.keyClick(again.window, Key.Key_Return, Mod.ControlModifier)
    assert not again.client.pending()
    QTest.keyClick(again.window, Key.Key_F9)
    assert again.client.pending()
    assert again.window.action_table.keymap.text("open") == ""
    new = again.window
    new.preferred.emit({"theme": "auto", "language": "en"})
    again.wait(lambda: again.studio.window is not new)
    again.studio.close()


def test_shortcuts_in_settings_of_an_earlier_version_hold(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> None:
    """The file was written by the version before the table of actions, with keys for every action that it had."""
    studio_home.mkdir(parents=True, exist_ok=True)
    shutil.copy(SETTINGS, studio_home / "settings.json")
    chosen = msgspec.json.decode(SETTINGS.read_bytes())["keys"]
    rig = Rig(qtbot, qapp)
    rig.client.emit(Ready([CREATE, EDIT, DISTANT], [], [MODEL], []))
    rig.wait(lambda: rig.window.task_panel.form_of("inpaint") is not None)
    actions = rig.window.action_table
    assert len(chosen) > 100
    gone = {id for id in chosen if id not in actions and not id.startswith("examples.take-")}
    assert gone == {"values.hide", "stage.values"}  # the bar at the picture is always there
    assert {id: rig.window.action_table.keymap.text(id) for id in chosen} == chosen
    activate(rig)
    QTest.keySequence(rig.window, QKeySequence(chosen["task.variation"]))
    assert rig.window.task_panel.task is not None
    assert rig.window.task_panel.task.id == "variation"
    rig.studio.close()


def test_keys_of_another_command_are_taken_over_only_when_asked(rig: Rig) -> None:
    dialog = open_dialog(rig)
    choose(dialog, "Parameter grid")
    press(rig, dialog, Key.Key_F, Mod.ControlModifier)
    assert dialog._message.text() == "Ctrl+F is the shortcut of “Search the pictures”."
    assert rig.session.settings.keys == {}
    QTest.keyClick(dialog.leave, Key.Key_Space)
    assert (shown(dialog, "Parameter grid"), shown(dialog, "Search the pictures")) == ("", "Ctrl+F")
    press(rig, dialog, Key.Key_F, Mod.ControlModifier)
    QTest.keyClick(dialog.take_over, Key.Key_Space)
    assert (shown(dialog, "Parameter grid"), shown(dialog, "Search the pictures")) == ("Ctrl+F", "")
    QTest.keyClick(dialog.reset, Key.Key_Space)  # and the other has its own again
    assert (shown(dialog, "Parameter grid"), shown(dialog, "Search the pictures")) == ("", "Ctrl+F")
    assert rig.session.settings.keys == {}
    dialog.close()


def test_taking_keys_from_a_command_that_had_chosen_them_leaves_it_none(rig: Rig) -> None:
    rig.window.preferred.emit({"keys": {"sweep": "F7"}})
    dialog = open_dialog(rig)
    choose(dialog, "Quit")
    press(rig, dialog, Key.Key_F7)
    QTest.keyClick(dialog.take_over, Key.Key_Space)
    assert rig.session.settings.keys == {"sweep": "", "quit": "F7"}
    QTest.keyClick(dialog.reset_all, Key.Key_Space)
    assert rig.session.settings.keys == {}
    assert (shown(dialog, "Quit"), shown(dialog, "Parameter grid")) == ("Ctrl+Q", "")
    dialog.close()


def test_the_same_key_may_mean_two_things_in_two_places(studio: Rig) -> None:
    keymap = studio.window.action_table.keymap
    assert keymap.holders("layer.clear", "Del") == []  # the canvas discards with it
    assert keymap.holders("sweep", "Del") == ["candidate.cancel", "layer.clear"]  # but the whole window would take it
    assert keymap.holders("mask.lasso", "ctrl+s") == ["stage.save"]


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Return, Key.Key_Left, Key.Key_Delete])
def test_keys_that_people_move_about_with_are_refused_for_the_window(rig: Rig, key: Qt.Key) -> None:
    dialog = open_dialog(rig)
    choose(dialog, "Parameter grid")
    press(rig, dialog, key)
    assert "combine them with Ctrl or Alt" in dialog._message.text()
    assert rig.session.settings.keys == {}
    dialog.close()


def test_the_search_finds_names_and_keys(rig: Rig) -> None:
    dialog = open_dialog(rig)
    for text, first in (("next panel", "Go to the next panel"), ("ctrl+f", "Search the pictures")):
        dialog.search.setText(text)
        names = [item.text(0) for item in dialog._items() if not item.isHidden()]
        assert names == [first]
        assert dialog.list.currentItem().text(0) == first
    dialog.close()


def test_none_of_them_takes_what_is_written(studio: Rig) -> None:
    """A letter for the whole window is heard where nobody writes, and is written where somebody does."""
    window = studio.window
    window.preferred.emit({"keys": {"generate": "G", "side.1": "5", "strip": "Shift+Q"}})
    show(studio, save(studio))
    window.forms.choose("text-to-image")
    window.forms.open(True)
    words = window.task_panel.form.editor("prompt").words  # type: ignore[union-attr]
    fields = [
        field
        for kind in (QLineEdit, QPlainTextEdit)
        for field in window.findChildren(kind)
        if field.isVisible() and field.isEnabled() and not field.isReadOnly()
    ]
    assert words in fields
    assert len(fields) > 2
    for field in fields:
        field.clear()
        focused(studio, field)
        QTest.keyClicks(field, "gG5Qbe[0")
        text = field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()
        validated = isinstance(field, QLineEdit) and field.validator() is not None
        assert text in ("gG5Qbe[0", "50", "5") if validated else text == "gG5Qbe[0", field
        assert field.hasFocus()
    assert not studio.client.pending()
    window.task_panel.form.set_values({"prompt": "a cat"})  # type: ignore[union-attr]
    focused(studio, window.viewer.canvas)
    QTest.keyClick(window.viewer.canvas, Key.Key_5)
    assert window.side.currentWidget() is studio.feature(QueuePanel)
    QTest.keyClick(window.viewer.canvas, Key.Key_G)
    assert studio.client.pending()


def test_what_the_canvas_hears_by_itself_can_be_changed_too(studio: Rig) -> None:
    window, canvas = studio.window, studio.window.viewer.canvas
    show(studio, save(studio))
    focused(studio, canvas)
    before = canvas.zoom
    QTest.keyClick(canvas, Key.Key_Plus)
    assert canvas.zoom > before
    window.preferred.emit({"keys": {"stage.zoom-in": "Z", "candidate.cancel": "X", "mask.brush": "P"}})
    before = canvas.zoom
    QTest.keyClick(canvas, Key.Key_Plus)
    QTest.keyClick(canvas, Key.Key_Delete)
    assert canvas.zoom == before
    assert window.viewer.candidate is not None
    QTest.keyClick(canvas, Key.Key_Z)
    assert canvas.zoom > before
    assert [one for one in window.viewer.findChildren(QWidget) if one.toolTip() == "Zoom in (Z)"]
    mark(studio)
    window.viewer.masks.choose("")
    canvas.setFocus()
    QTest.keyClick(canvas, Key.Key_B)
    assert window.viewer.masks.chosen == ""
    QTest.keyClick(canvas, Key.Key_P)
    assert window.viewer.masks.chosen == "brush"


def test_the_mask_painter_has_the_chosen_keys(studio: Rig) -> None:
    studio.window.preferred.emit({"keys": {"mask.eraser": "Q"}})
    record = save(studio)
    studio.window.forms.choose("inpaint")
    form = studio.window.task_panel.form
    form.set_image("image", record.id)  # type: ignore[union-attr]
    studio.wait(lambda: form.editor("image").look)  # type: ignore[union-attr]
    well = form.editor("mask")  # type: ignore[union-attr]
    well.paint()
    studio.wait(lambda: well.painter and well.painter.isVisible())
    well.painter.activateWindow()
    well.painter.canvas.setFocus()
    studio.wait(well.painter.canvas.hasFocus)
    QTest.keyClick(well.painter.canvas, Key.Key_Q)
    assert well.painter.bar.chosen == "eraser"
    well.painter.reject()


def test_odd_settings_are_passed_over_and_a_clash_is_told(rig: Rig) -> None:
    keys = {"sweep": "F7", "quit": "F7", "open": "no such key", "gone.plugin": "F8"}
    rig.window.preferred.emit({"keys": keys})
    assert rig.window.action_table.keymap.text("open") == "Ctrl+O"
    QTest.keyClick(rig.window, Key.Key_F7)
    assert "F7 is the shortcut of more than one command" in rig.window.notices.text("keys")
    assert rig.studio.shell.isVisible()
    QTest.keyClick(rig.window, Key.Key_F8)  # nothing of that name
    assert settings.load().keys == keys  # kept: the plugin may come back
    assert msgspec.json.decode((rig.session.settings.home / "settings.json").read_bytes())["keys"] == keys
