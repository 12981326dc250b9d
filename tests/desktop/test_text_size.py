"""Text of any size can be read: at 1280 × 800 pixels nothing is cut off, in both languages, in every task and panel."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from rig import READY, Rig

from studio import settings
from studio.desktop.style import language, theme
from studio.desktop.viewer.toolbar import ViewerToolbar
from studio.messages import Ready
from studio.plugin_host import registry

SIZE = (1280, 800)
SLACK = 2
"""Pixels by which fonts' own figures differ."""


@pytest.fixture
def sized(qtbot: QtBot, qapp: QApplication, studio_home: Path, request: pytest.FixtureRequest) -> Iterator[Rig]:
    percent, spoken = request.param
    settings.save(msgspec.structs.replace(settings.load(), text_percent=percent, language=spoken))
    made = Rig(qtbot, qapp)
    made.client.emit(Ready(registry.load(settings.load()).infos, [], READY.models, READY.devices))
    made.wait(lambda: len(made.session.tasks) > len(READY.tasks))
    made.studio.shell.resize(*SIZE)
    yield made
    made.studio.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # no widget is left to be dressed anew
    theme.apply(qapp, "auto")
    language.apply(qapp, "en")


def wide(widget: QLabel | QAbstractButton) -> int:
    return widget.sizeHint().width() - widget.width()


def cut(widget: QWidget) -> str:
    """How much of its text has no room, in words; '' for none."""
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            missing = widget.heightForWidth(widget.width()) - widget.height()
            return f"{missing} pixels of height" if missing > SLACK else ""
        return f"{wide(widget)} pixels of width" if wide(widget) > SLACK and "…" not in widget.text() else ""
    if widget.property("role") == "verb":
        lines = widget.text().split("\n")  # type: ignore[attr-defined]
        missing = max(widget.fontMetrics().horizontalAdvance(line) for line in lines) + 4 - widget.width()
        return f"{missing} pixels of width" if missing > 0 else ""
    if isinstance(widget, QAbstractButton) and widget.text():
        iconic = isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        return f"{wide(widget)} pixels of width" if wide(widget) > SLACK and not iconic else ""
    if isinstance(widget, QScrollArea) and (page := widget.widget()):
        over = page.minimumSizeHint().width() - widget.viewport().width()
        return f"{over} pixels of a page that does not scroll across" if over > SLACK else ""
    return ""


def all_cut(window: QWidget) -> set[str]:
    found = set()
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and (why := cut(widget)):
            text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
            found.add(f"{type(widget).__name__} “{text}” of {type(widget.parent()).__name__} lacks {why}")
    return found


@pytest.mark.parametrize(
    "sized", [(100, "en"), (150, "en"), (200, "en"), (200, "zh")], indirect=True, ids=["100", "150", "200", "200-zh"]
)
def test_nothing_is_cut_off(sized: Rig) -> None:
    window = sized.window
    assert sized.studio.shell.width() == SIZE[0]  # it fits
    assert sized.studio.shell.height() == SIZE[1]
    window.viewer_controller.show_record(sized.make(1)[0])
    sized.wait(lambda: window.viewer.piece)
    window.notices.show_line("line", "warning", "A sentence that says what happened, what was kept, and what to do.")
    found = set()
    for task in sized.session.tasks:
        window.forms.choose(task.id)
        window.task_panel.form.restore({"unfolded": True})  # type: ignore[union-attr]
        QApplication.processEvents()
        found |= {f"{task.id}: {words}" for words in all_cut(window.task_panel)}
    for panel in range(window.side.count()):
        window.side.setCurrentIndex(panel)
        for _ in range(3):
            QApplication.processEvents()
        found |= all_cut(window)
    assert not found


@pytest.mark.parametrize("sized", [(200, "en"), (200, "zh")], indirect=True, ids=["en", "zh"])
def test_form_and_tools_are_whole_in_the_narrowest_panels(sized: Rig) -> None:
    window = sized.window
    window.viewer_controller.show_record(sized.make(1)[0])
    sized.wait(lambda: window.viewer.piece)
    found, toolbar = set(), window.viewer.findChild(ViewerToolbar)
    for narrow in ("form", "detail"):
        panels = [window.dock_area.panels[name] for name in ("form", "detail")]
        window.dock_area.resizeDocks(
            panels, [1 if name == narrow else 900 for name in ("form", "detail")], Qt.Orientation.Horizontal
        )
        for task in sized.session.tasks:
            window.forms.choose(task.id)
            sized.qtbot.wait(20)
            with contextlib.suppress(sized.qtbot.TimeoutError):  # the bar makes room for its tools step by step
                sized.wait(lambda: not all_cut(window.task_panel) | all_cut(toolbar))
            found |= {f"{narrow} narrow, {task.id}: {words}" for words in all_cut(window.task_panel) | all_cut(toolbar)}
    assert not found


@pytest.mark.parametrize("sized", [(200, "en"), (200, "zh")], indirect=True, ids=["en", "zh"])
def test_a_window_of_1000_pixels_stays_so_with_every_panel(sized: Rig) -> None:
    window, shell = sized.window, sized.studio.shell
    window.viewer_controller.show_record(sized.make(1)[0])
    sized.wait(lambda: window.viewer.piece)
    shell.resize(1000, 700)
    sized.qtbot.wait(50)
    for task in sized.session.tasks:
        window.forms.choose(task.id)
        window.forms.open(True)
        sized.qtbot.wait(30)
        assert (shell.width(), shell.height()) == (1000, 700), task.id
        assert not all_cut(window.viewer.values), task.id
    for panel in range(window.side.count()):
        window.side.setCurrentIndex(panel)
        sized.qtbot.wait(30)
        assert (shell.width(), shell.height()) == (1000, 700), panel
        assert not window.forms.is_open  # there is room for one of them


@pytest.mark.parametrize("sized", [(100, "en"), (200, "en")], indirect=True)
def test_icons_grow_with_the_text(sized: Rig) -> None:
    window = sized.window
    usual = theme.scaled(100) == 100
    shown = [window.viewer.values.more, window.rail.buttons["layers"], window.viewer.masks.buttons["brush"]]
    shown += [one for one in window.bar.findChildren(QToolButton) if one.isVisible()]
    assert all((button.iconSize().width() <= 22) == usual for button in shown)
    button = window.viewer.values.button
    assert button.text() == "Create"
    assert button.width() >= button.sizeHint().width()


@pytest.mark.parametrize("sized", [(200, "en")], indirect=True)
def test_places_of_the_picture_remain(sized: Rig) -> None:
    stage = sized.window.viewer
    assert stage.width() >= 280
    corner = stage.mapTo(sized.studio.shell, QPoint(stage.width(), 0))
    assert corner.x() <= SIZE[0]


def test_another_size_holds_at_once_and_what_was_written_stays(rig: Rig) -> None:
    rig.fill(prompt="stay")
    old, before = rig.window, rig.window.viewer.values.button.fontMetrics().height()
    action = old.action_table.qaction("text.175")
    action.trigger()
    rig.wait(lambda: rig.studio.window is not old and rig.window.isVisible())
    assert rig.window.task_panel.form.values()["prompt"] == "stay"  # type: ignore[union-attr]
    assert rig.window.viewer.values.button.fontMetrics().height() == pytest.approx(1.75 * before, abs=2)
    assert settings.load().text_percent == 175
    new = rig.window
    new.preferred.emit({"text_percent": 100})
    rig.wait(lambda: rig.studio.window is not new)
    assert rig.window.viewer.values.button.fontMetrics().height() == before


def test_the_picture_that_is_looked_at_stays(rig: Rig) -> None:
    record = rig.save("job")
    rig.window.filmstrip.chosen.emit(record)
    rig.wait(lambda: rig.window.viewer.candidate is not None)
    old = rig.window
    old.preferred.emit({"text_percent": 125})
    rig.wait(lambda: rig.studio.window is not old and rig.window.viewer.candidate is not None)
    assert rig.window.viewer.piece is not None
    assert rig.window.viewer.piece.ref == record.id
