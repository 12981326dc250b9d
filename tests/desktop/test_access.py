"""Everything by keyboard: with the real tasks, each thing that can be reached has a name, and shows that it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from rig import READY, Rig

from studio import settings
from studio.messages import Ready
from studio.plugin_host import registry


@pytest.fixture
def full(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> Iterator[Rig]:
    """A window with the built-in tasks, and something in every panel."""
    made = Rig(qtbot, qapp)
    made.client.emit(Ready(registry.load(settings.load()).infos, [], READY.models, READY.devices))
    made.wait(lambda: len(made.session.tasks) > len(READY.tasks))
    made.studio.shell.resize(1280, 1000)
    yield made
    made.studio.close()


def reachable(window: QWidget) -> list[QWidget]:
    found = [child for child in window.findChildren(QWidget) if child.focusPolicy() & Qt.FocusPolicy.TabFocus]
    # Qt's own parts: the line in a list that opens, the buttons that scroll tabs, areas that only scroll
    return [
        child
        for child in found
        if not child.objectName().startswith("qt_")
        and not isinstance(child.parent(), QLineEdit)
        and "ScrollArea" not in type(child).__name__
    ]


def named(widget: QWidget) -> bool:
    return bool(widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))


def test_whatever_can_be_reached_has_a_name_in_every_task_and_panel(full: Rig) -> None:
    full.make(2)
    nameless = set()
    for task in full.session.tasks:
        full.window.forms.choose(task.id)
        for panel in range(full.window.side.count()):
            full.window.side.setCurrentIndex(panel)
            nameless |= {
                f"{type(child).__name__} in {type(child.parent()).__name__}, {task.id}"
                for child in reachable(full.window)
                if not named(child)
            }
    assert not nameless


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_has_the_keyboard_looks_like_it(full: Rig, theme: str) -> None:
    full.window.preferred.emit({"theme": theme, "language": "en"})
    full.studio.shell.activateWindow()
    full.make(1)
    full.wait(lambda: full.window.viewer.piece)
    full.window.forms.open(True)
    full.window.side.setCurrentIndex(0)
    full.qtbot.wait(20)
    blind, tried = [], 0
    for task in ("text-to-image", "inpaint"):
        full.window.forms.choose(task)
        QApplication.processEvents()
        for child in reachable(full.window):
            if not (child.isVisible() and child.isEnabled()):
                continue
            if focused := QApplication.focusWidget():
                focused.clearFocus()
            before = picture(child)
            child.setFocus(Qt.FocusReason.TabFocusReason)
            tried += child.hasFocus()
            if child.hasFocus() and picture(child) == before:
                blind.append(f"{type(child).__name__} {child.accessibleName()}")
    assert not blind
    assert tried > 40


def test_tab_reaches_the_form_the_stage_the_strip_and_the_side(full: Rig) -> None:
    full.make(1)
    full.wait(lambda: full.window.viewer.piece)
    full.window.forms.open(True)
    full.window.side.setCurrentIndex(0)
    wanted = {
        "bench": full.window.task_panel,
        "stage": full.window.viewer,
        "strip": full.window.filmstrip,
        "side": full.window.side,
        "rail": full.window.rail,
    }
    full.window.bar.setFocus()
    reached = set()
    for _ in range(120):
        QTest.keyClick(QApplication.focusWidget() or full.window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        reached |= {name for name, area in wanted.items() if focused and area.isAncestorOf(focused)}
    assert reached == wanted.keys()
