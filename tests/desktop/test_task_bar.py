"""The side bar: titles of any length can be read, icons are those that tasks name."""

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from studio.descriptions import TaskInfo
from studio.desktop.shell.task_bar import TaskBar, wrapped
from studio.desktop.style import theme

ROOM = 70


@pytest.mark.parametrize("title", ["Create", "Change by text", "按文字修改", "a 😀😀😀😀😀😀 b"])
def test_a_title_is_shown_whole_on_up_to_two_lines(qtbot: QtBot, title: str) -> None:
    font = QFont()
    font.setPixelSize(13)
    shown = wrapped(title, font, ROOM)
    assert shown.replace("\n", "").replace(" ", "") == title.replace(" ", "")
    assert shown.count("\n") <= 1
    assert all(QFontMetrics(font).horizontalAdvance(line) <= ROOM for line in shown.split("\n"))


def test_of_a_title_without_end_the_beginning_is_shown(qtbot: QtBot) -> None:
    shown = wrapped("far too many words for any side bar of the world", QFont(), ROOM)
    assert shown.startswith("far")
    assert shown.endswith("…")


def test_a_task_without_an_icon_of_ours_gets_that_of_plugins(qtbot: QtBot) -> None:
    bar = TaskBar()
    qtbot.addWidget(bar)
    bar.set_tasks(
        [TaskInfo("a", "A", {}, icon="create"), TaskInfo("b", "B", {}, icon="../no-such"), TaskInfo("c", "C", {})]
    )
    pictures = [button.icon().pixmap(22, 22).toImage() for button in bar.findChildren(QToolButton)]
    plugin = theme.icon("plugin").pixmap(22, 22).toImage()
    assert [picture == plugin for picture in pictures] == [False, True, True]
