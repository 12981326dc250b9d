"""Panels can be moved, floated and hidden; the layout is kept, and one that cannot be used is replaced by the usual."""

import base64

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from rig import Rig

from studio import settings
from studio.desktop.canvas.layer_panel import LayerPanel
from studio.desktop.features.inspector.panel import Inspector
from studio.desktop.features.queue_panel import QueuePanel
from studio.desktop.library.recipe_panel import RecipePanel
from studio.desktop.shell import ui_state

Area, Key, Mod = Qt.DockWidgetArea, Qt.Key, Qt.KeyboardModifier
CTRL_ALT = Mod.ControlModifier | Mod.AltModifier
USUAL = {
    "form": Area.LeftDockWidgetArea, "strip": Area.BottomDockWidgetArea, "detail": Area.RightDockWidgetArea,
    "queue": Area.RightDockWidgetArea, "layers": Area.RightDockWidgetArea, "hood": Area.RightDockWidgetArea,
}  # fmt: skip
TABS = ["detail", "queue", "layers", "hood"]
KEPT = (
    "AAAA/wAAAAH9AAAAAwAAAAAAAAFUAAADXPwCAAAAAvsAAAAIAGYAbwByAG0BAAAAAAAAAtUAAABmAP////sAAAAMAGwAYQB5AGUAcgBzA"
    "QAAAtYAAACGAAAAhgD///8AAAABAAABQAAAA1z8AgAAAAH8AAAAAAAAA1wAAABhAQAAH/oAAAACAgAAAAP7AAAADABkAGUAdABhAGkAbA"
    "EAAAAA/////wAAAAAA////+wAAAAoAcQB1AGUAdQBlAQAAAAD/////AAAAAAD////7AAAACABoAG8AbwBkAQAAAAD/////AAAAQQD///8"
    "AAAADAAACXgAAAKn8AQAAAAH7AAAACgBzAHQAcgBpAHAIAAABVQAAAl4AAAC3AP///wAAAl4AAANcAAAAAQAAAAIAAAABAAAAAvwAAAAA"
)
"""A layout as the version of autumn 2026 kept it: the layers at the left, no filmstrip, the inspector in front."""


def areas(rig: Rig) -> dict[str, Qt.DockWidgetArea]:
    dock_area = rig.window.dock_area
    return {name: dock_area.dockWidgetArea(dock_area.panels[name]) for name in USUAL}


def side(rig: Rig) -> list[str]:
    """All panels that stand beside the picture."""
    return [panel.objectName() for panel in rig.window.side.panels]


def open_tabs(rig: Rig) -> None:
    """Panels of the side behind each other, as their menu shows them."""
    for name in TABS:
        rig.window.action_table.run(f"shown.{name}")
    rig.window.side.setCurrentIndex(0)


def restart(rig: Rig, qtbot: QtBot, app: QApplication) -> Rig:
    rig.studio.close()
    return Rig(qtbot, app)


def test_at_first_each_panel_has_its_place_and_only_the_picture_takes_room(rig: Rig) -> None:
    dock_area = rig.window.dock_area
    assert areas(rig) == USUAL
    assert [name for name, panel in dock_area.panels.items() if not panel.isHidden()] == []
    rig.make()
    rig.wait(lambda: dock_area.panels["strip"].in_sight)  # now it has something to show
    assert [name for name, panel in dock_area.panels.items() if panel.isHidden()] == ["form", *side(rig)]
    for name in ("form", "detail"):
        dock_area.reveal(dock_area.panels[name])
    rig.wait(lambda: dock_area.panels["form"].width() == 340 and dock_area.panels["detail"].width() == 320)
    assert [name for name, panel in dock_area.panels.items() if panel.in_sight] == ["form", "strip", "detail"]


def test_an_icon_shows_its_panel_and_hides_it(rig: Rig) -> None:
    panels, buttons = rig.window.dock_area.panels, rig.window.rail.buttons
    assert [*buttons] == [*side(rig), "strip"]
    buttons["detail"].click()
    assert panels["detail"].in_sight
    buttons["layers"].click()  # in its place
    assert [name for name in side(rig) if not panels[name].isHidden()] == ["layers"]
    rig.wait(lambda: [name for name in side(rig) if buttons[name].isChecked()] == ["layers"])
    buttons["layers"].click()
    assert all(panels[name].isHidden() for name in side(rig))
    rig.wait(lambda: not buttons["layers"].isChecked())


def test_without_a_picture_the_strip_takes_no_room_and_comes_with_the_first(
    rig: Rig, qtbot: QtBot, qapp: QApplication
) -> None:
    room = rig.window.viewer.height()
    rig.window.keep_ui_state()
    rig.qtbot.wait(50)
    assert rig.window.viewer.height() == room  # writing down what there is moves nothing
    again = restart(rig, qtbot, qapp)
    strip = again.window.dock_area.panels["strip"]
    again.qtbot.wait(50)
    assert strip.isHidden()
    again.make()
    again.wait(lambda: strip.in_sight)
    again.studio.close()


def test_whoever_hides_the_strip_does_without_it_though_there_are_pictures(rig: Rig) -> None:
    strip = rig.window.dock_area.panels["strip"]
    rig.make()
    rig.wait(lambda: strip.in_sight)
    rig.window.rail.buttons["strip"].click()
    rig.make()
    rig.qtbot.wait(50)
    assert strip.isHidden()


def test_moved_floated_and_hidden_panels_are_there_again_after_a_restart(
    rig: Rig, qtbot: QtBot, qapp: QApplication
) -> None:
    dock_area = rig.window.dock_area
    dock_area.addDockWidget(Area.LeftDockWidgetArea, dock_area.panels["layers"])
    dock_area.float_panel(dock_area.panels["queue"])
    dock_area.reveal(dock_area.panels["detail"])
    rig.wait(lambda: dock_area.panels["queue"].height() >= 400)
    again = restart(rig, qtbot, qapp)
    panels = again.window.dock_area.panels
    assert areas(again) == USUAL | {"layers": Area.LeftDockWidgetArea}
    assert panels["queue"].isFloating()
    assert panels["detail"].in_sight
    assert "layout" not in again.window.notices.keys()  # noqa: SIM118 - a method of ours, no mapping
    again.wait(lambda: panels["strip"].isHidden())  # there is no picture
    again.window.dock_area.reset()
    assert areas(again) == USUAL
    assert not any(panel.isFloating() for panel in panels.values())
    assert [name for name, panel in panels.items() if panel.isHidden()] == [*panels]
    again.studio.close()


def test_a_layout_of_an_earlier_version_holds(rig: Rig) -> None:
    dock_area = rig.window.dock_area
    assert dock_area.restore(KEPT)
    assert areas(rig) == USUAL | {"layers": Area.LeftDockWidgetArea}
    assert dock_area.panels["strip"].isHidden()
    rig.wait(lambda: dock_area.panels["hood"].in_sight)


def test_another_language_leaves_the_panels_where_they_are(rig: Rig) -> None:
    rig.window.dock_area.addDockWidget(Area.LeftDockWidgetArea, rig.window.dock_area.panels["hood"])
    old = rig.window
    old.preferred.emit({"theme": "auto", "language": "zh"})
    rig.wait(lambda: rig.studio.window is not old)
    assert areas(rig)["hood"] == Area.LeftDockWidgetArea
    assert rig.window.dock_area.panels["hood"].title == "生成过程"
    new = rig.window
    new.preferred.emit({"theme": "auto", "language": "en"})
    rig.wait(lambda: rig.studio.window is not new)


@pytest.mark.parametrize("damage", ["cut", "no base64", "another version"])
def test_a_layout_that_cannot_be_read_is_one_line(rig: Rig, qtbot: QtBot, qapp: QApplication, damage: str) -> None:
    dock_area = rig.window.dock_area
    dock_area.addDockWidget(Area.LeftDockWidgetArea, dock_area.panels["layers"])
    rig.studio.close()
    cache = settings.load().cache_dir
    kept = ui_state.load(cache)
    whole = base64.b64decode(kept.layout)
    kept.layout = {
        "cut": base64.b64encode(whole[: len(whole) // 2]).decode(),
        "no base64": "studio no layout at all",
        "another version": base64.b64encode(bytes(dock_area.saveState(99).data())).decode(),
    }[damage]
    ui_state.save(cache, kept)
    again = Rig(qtbot, qapp)
    assert "the default layout is used" in again.window.notices.text("layout")
    assert areas(again) == USUAL
    again.studio.close()


def test_a_panel_that_would_float_where_no_screen_is_comes_back(rig: Rig) -> None:
    dock_area = rig.window.dock_area
    panel = dock_area.panels["queue"]
    dock_area.float_panel(panel)
    rig.wait(lambda: panel.height() >= 400)
    panel.move(-9000, -9000)
    assert not dock_area.restore(dock_area.kept()) or dock_area.geometry().intersects(panel.frameGeometry())
    assert panel.x() > -1000


def test_what_lies_behind_a_tab_is_not_reached_by_tab(rig: Rig) -> None:
    window = rig.window
    open_tabs(rig)
    hidden = [rig.feature(QueuePanel), rig.feature(LayerPanel), rig.feature(Inspector)]
    assert window.side.currentWidget() is rig.feature(RecipePanel)
    assert not any(panel.isVisible() for panel in hidden)
    window.side.setCurrentWidget(rig.feature(LayerPanel))
    assert rig.feature(LayerPanel).isVisible()
    assert not rig.feature(RecipePanel).isVisible()
    rig.studio.shell.activateWindow()
    window.bar.setFocus()
    for _ in range(80):
        QTest.keyClick(QApplication.focusWidget() or window, Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        assert not rig.feature(RecipePanel).isAncestorOf(focused)


def test_each_panel_is_hidden_and_shown_by_keys(rig: Rig) -> None:
    rig.studio.shell.activateWindow()
    rig.wait(rig.studio.shell.isActiveWindow)
    for number, (name, panel) in enumerate(rig.window.dock_area.panels.items(), 1):
        key = Key(Key.Key_0 + number)
        if not panel.in_sight:
            QTest.keyClick(rig.window, key, CTRL_ALT)
        assert panel.in_sight, name
        QTest.keyClick(rig.window, key, CTRL_ALT)
        assert panel.isHidden(), name
        QTest.keyClick(rig.window, key, CTRL_ALT)
        assert panel.in_sight, name
    QTest.keyClick(rig.window, Key.Key_0, CTRL_ALT)
    assert all(panel.isHidden() for panel in rig.window.dock_area)
    QTest.keyClick(rig.window, Key.Key_0, CTRL_ALT)
    assert [panel.objectName() for panel in rig.window.dock_area if panel.isHidden()] == side(rig)[:-1]


def test_whoever_wants_a_hidden_panel_sees_it(rig: Rig) -> None:
    dock_area, window = rig.window.dock_area, rig.window
    rig.studio.shell.activateWindow()
    dock_area.only_picture()
    QTest.keyClick(window, Key.Key_F, Mod.ControlModifier)
    assert dock_area.panels["strip"].in_sight
    assert window.filmstrip.search.hasFocus()
    window.forms.choose("text-to-image")
    rig.fill(prompt="a cat", seed="many")
    window.forms.generate()  # refused at its field, which shall be seen
    assert dock_area.panels["form"].in_sight


def test_panels_have_bars_to_be_taken_by_only_when_asked_for(rig: Rig) -> None:
    dock_area = rig.window.dock_area

    def bars() -> list[QWidget]:
        return [one for one in dock_area.findChildren(QWidget) if one.property("role") == "title" and one.isVisible()]

    open_tabs(rig)
    dock_area.reveal(dock_area.panels["form"])
    assert not bars()
    dock_area.arrange(True)
    assert len(bars()) == 2  # of those that are seen
    (away,) = [
        one
        for one in dock_area.panels["form"].findChildren(QToolButton)
        if one.accessibleName() == "Float: Form"
    ]
    QTest.mouseClick(away, Qt.MouseButton.LeftButton)
    assert dock_area.panels["form"].isFloating()
    dock_area.arrange(False)
    assert len(bars()) == 1  # without one it could not be moved any more
    dock_area.reset()


def test_names_of_tabs_become_icons_where_there_is_no_room(rig: Rig) -> None:
    dock_area = rig.window.dock_area
    open_tabs(rig)
    detail = dock_area.panels["detail"]
    bar = dock_area.tab_bar(detail)
    assert bar is not None
    rig.wait(lambda: bar.tabText(0) == "Recipe")
    dock_area.resizeDocks([detail], [236], Qt.Orientation.Horizontal)
    rig.wait(lambda: bar.tabText(0) == "" and not bar.tabIcon(0).isNull())
    assert [bar.tabToolTip(number) for number in range(4)] == ["Recipe", "Queue", "Layers", "Inspector"]
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    assert rig.window.side.currentWidget() is rig.feature(QueuePanel)
    dock_area.resizeDocks([detail, dock_area.panels["queue"]], [360, 360], Qt.Orientation.Horizontal)
    rig.wait(lambda: bar.tabText(0) == "Recipe" and bar.tabIcon(0).isNull())


def test_a_floating_panel_hears_the_keys_of_the_window(rig: Rig) -> None:
    panel = rig.window.dock_area.panels["layers"]
    rig.window.dock_area.float_panel(panel)
    panel.activateWindow()
    rig.wait(panel.isActiveWindow)
    rig.feature(LayerPanel).setFocus()
    QTest.keyClick(rig.feature(LayerPanel), Key.Key_2, Mod.ControlModifier)
    assert rig.window.task_panel.task is not None
    assert rig.window.task_panel.task.id == "variation"
    assert rig.studio.shell.frameGeometry().intersects(panel.frameGeometry())
    assert panel.pos() != QPoint(-500, -500)
