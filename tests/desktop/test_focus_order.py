"""Tab goes as people read: tasks, settings, picture, strip, side, icons; each by lines from the left."""

from itertools import groupby, pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from rig import Rig
from test_access import full

from studio.desktop.shell.tab_order import PART

__all__ = ["full"]  # a fixture
MOST = 200
ORDER = ["bar", "form", "stage", "strip", "side", "rail"]


def areas(rig: Rig) -> dict[str, list[QWidget]]:
    window = rig.window
    side = [*window.side.panels, window.dock_area.tab_bar(window.side.panels[0])]
    return {
        "bar": [window.bar], "form": [window.task_panel], "stage": [window.viewer], "strip": [window.filmstrip],
        "side": [one for one in side if one], "rail": [window.rail],
    }  # fmt: skip


def area_of(rig: Rig, widget: QWidget) -> str:
    found = areas(rig).items()
    return next((name for name, roots in found if any(one is widget or one.isAncestorOf(widget) for one in roots)), "?")


def round_trip(rig: Rig) -> list[QWidget]:
    """All that Tab reaches, from the first button of the task bar on."""
    start = rig.window.bar.findChildren(QWidget)
    first = next(one for one in start if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisible())
    first.setFocus(Qt.FocusReason.TabFocusReason)
    reached = [first]
    for _ in range(MOST):
        QTest.keyClick(reached[-1], Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is first:
            return reached
        if focused is reached[-1]:  # a list or a text that takes the key for itself
            raise AssertionError(f"Tab does not leave {focused} {focused.accessibleName()}")
        reached.append(focused)
    raise AssertionError("Tab does not come round")


def before(one: QWidget, other: QWidget) -> bool:
    """Whether it is read first: it stands higher, or in the same line and more to the left."""
    parts = [part_of(widget) for widget in (one, other)]
    if parts[0] is not parts[1]:  # what has lines of its own lies beside other things as a whole
        one, other = parts
    first, second = (widget.mapToGlobal(QPoint()) for widget in (one, other))
    same_line = first.y() < second.y() + other.height() and second.y() < first.y() + one.height()
    return first.x() < second.x() if same_line else first.y() < second.y()


def part_of(widget: QWidget) -> QWidget:
    found, around = widget, widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea) or around.property(PART):
            found = around
        around = around.parentWidget()
    return found


def told(widget: QWidget) -> str:
    return f"{type(widget).__name__} “{widget.accessibleName()}”"


def test_tab_follows_the_order_of_reading_on_every_page(full: Rig) -> None:
    window = full.window
    full.studio.shell.activateWindow()
    full.make(2)
    full.wait(lambda: window.viewer.piece)
    window.forms.open(True)
    wrong = set()
    for number, task in enumerate(full.session.tasks):
        window.forms.choose(task.id)
        window.task_panel.form.restore({"unfolded": True})  # type: ignore[union-attr]
        window.side.setCurrentIndex(number % window.side.count())
        full.qtbot.wait(120)  # the form is made, and the layout is what it will be
        reached = round_trip(full)
        order = [name for name, _ in groupby(reached, lambda widget: area_of(full, widget))]
        if order != ORDER:
            wrong.add(f"{task.id}: areas {order}")
        for one, other in pairwise(reached):
            if area_of(full, one) == area_of(full, other) and not before(one, other):
                wrong.add(f"{task.id}: {told(one)} comes before {told(other)}")
    assert not wrong
