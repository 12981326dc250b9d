"""Somebody at a real screen, with the real engine: the hands and the eyes of the journeys.

Nothing is played here: an X server, the Studio as `main` builds it, the engine that it spawns, keys and clicks.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QListView, QPushButton, QToolButton, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from studio import settings as settings_file
from studio.desktop.app import Studio
from studio.desktop.engine_connection import Connect
from studio.desktop.features.styles import card
from studio.desktop.features.styles.gallery import StyleGallery
from studio.desktop.main_window import MainWindow
from studio.desktop.session import DesktopSession
from studio.jobs import Job

PATIENCE_MS = 120_000
Keys, Modifiers = Qt.Key, Qt.KeyboardModifier
Feature = TypeVar("Feature", bound=QObject)


class Desktop:
    """A studio on the screen, with the hands and the eyes of the person in front of it."""

    def __init__(self, qtbot: QtBot, app: QApplication, connect: Connect | None = None) -> None:
        self.qtbot = qtbot
        self.studio = Studio(app, settings_file.load(), connect)
        self.shell = self.studio.open()
        self.wait(lambda: self.studio.session and self.studio.session.ready and self.studio.session.library)
        self.wait(lambda: self.window.viewer.values.button.isEnabled())
        self.activate()

    @property
    def session(self) -> DesktopSession:
        assert self.studio.session is not None
        return self.studio.session

    @property
    def window(self) -> MainWindow:
        assert self.studio.window is not None
        return self.studio.window

    @property
    def jobs(self) -> list[Job]:
        return [*self.session.jobs]

    def feature(self, kind: type[Feature]) -> Feature:
        """The one of this class that is part of the window."""
        found = self.window.findChild(kind)
        assert found is not None
        return found

    def wait(self, condition: Callable[[], Any]) -> None:
        try:
            self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)
        except TimeoutError as error:
            raise AssertionError(f"the window says {self.told()}") from error

    # ---- hands

    def activate(self) -> None:
        """What a window manager does when another window has closed; there is none here."""
        self.shell.activateWindow()
        self.wait(self.shell.isActiveWindow)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Modifiers.NoModifier) -> None:
        """To whatever has the focus, as a keyboard does."""
        QTest.keyClick(QApplication.focusWidget() or self.shell, key, modifiers)

    def write(self, text: str, widget: QWidget) -> None:
        self.click(widget)
        self.wait(widget.hasFocus)
        self.key(Keys.Key_A, Modifiers.ControlModifier)
        QTest.keyClicks(widget, text)

    def click(self, widget: QWidget) -> None:
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def unfold(self, form: Any) -> None:
        """More settings: they can be clicked when they are laid out and seen."""
        self.reach(form, form.editor("steps").entry)

    def reach(self, form: Any, widget: QWidget) -> None:
        """A widget of the form, by opening, unfolding and scrolling it."""
        if not self.window.forms.is_open:
            self.click(self.window.viewer.values.more)
            self.wait(form._fold.isVisible)
        if not form._fold.isChecked():
            self.click(form._fold)
        self.wait(widget.isVisible)
        form._area.ensureWidgetVisible(widget)
        self.wait(lambda: not widget.visibleRegion().isEmpty())

    def click_row(self, rows: QListView) -> None:
        """The first one."""
        where = rows.visualRect(rows.model().index(0, 0)).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Modifiers.NoModifier, where)

    def drag(self, widget: QWidget, onto: QWidget, at: QPoint | None = None) -> None:
        """From one place of the window, the middle or a point of a widget, to another."""
        start, stop = (
            widget.mapTo(self.shell, at or widget.rect().center()),
            onto.mapTo(self.shell, onto.rect().center()),
        )
        screen = self.shell.windowHandle()

        def let_go() -> None:  # while the drag runs a loop of its own
            for step in (QPoint(-4, 0), QPoint()):
                QTest.mouseMove(screen, stop + step)
                QTest.qWait(50)
            QTest.mouseRelease(screen, Qt.MouseButton.LeftButton, Modifiers.NoModifier, stop)

        QTimer.singleShot(300, let_go)
        QTest.mousePress(screen, Qt.MouseButton.LeftButton, Modifiers.NoModifier, start)
        for step in (QPoint(4, 4), QPoint(40, 40)):  # a list begins to drag at the second one
            QTest.mouseMove(screen, start + step)
        QTest.qWait(600)

    def stroke(self, *points: tuple[int, int]) -> None:
        """With the tool that is in the hand, by points of the picture."""
        canvas, screen = self.window.viewer.canvas, self.shell.windowHandle()
        spots = [canvas.mapTo(self.shell, canvas.transform().map(QPointF(*point)).toPoint()) for point in points]
        QTest.mousePress(screen, Qt.MouseButton.LeftButton, Modifiers.NoModifier, spots[0])
        for spot in spots[1:]:
            QTest.mouseMove(screen, spot)
            QTest.qWait(20)
        QTest.mouseRelease(screen, Qt.MouseButton.LeftButton, Modifiers.NoModifier, spots[-1])

    def pick(self, choice: QComboBox, text: str) -> None:
        """An entry of a list that opens."""
        self.click(choice)
        rows = choice.view()
        self.wait(rows.isVisible)
        texts = [choice.itemText(at) for at in range(choice.count())]
        place = next((at for at, shown in enumerate(texts) if text in shown), None)
        assert place is not None, texts
        index = choice.model().index(place, 0)
        rows.scrollTo(index)
        QTest.qWait(QApplication.doubleClickInterval() + 50)  # so long Qt takes a click for that which opened it
        where = rows.visualRect(index).center()
        QTest.mouseMove(rows.viewport(), where)
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Modifiers.NoModifier, where)
        self.wait(lambda: text in choice.currentText() and not rows.isVisible())
        self.activate()

    def drop(self, file: Path) -> None:
        """From another program onto the canvas; only what the system's drag would tell is made here."""
        stage, data = self.window.viewer, QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        where, copy = QPointF(stage.rect().center()), Qt.DropAction.CopyAction
        stage.dragEnterEvent(QDragEnterEvent(where, copy, data, Qt.MouseButton.LeftButton, Modifiers.NoModifier))
        stage.dragMoveEvent(QDragMoveEvent(where, copy, data, Qt.MouseButton.LeftButton, Modifiers.NoModifier))
        stage.dropEvent(QDropEvent(where, copy, data, Qt.MouseButton.LeftButton, Modifiers.NoModifier))

    def choose_style(self, words: str) -> None:
        """The one that is found in the gallery by these words."""
        self.key(Keys.Key_Y, Modifiers.ControlModifier | Modifiers.ShiftModifier)
        self.wait(lambda: self.window.findChildren(StyleGallery))
        (gallery,) = self.window.findChildren(StyleGallery)
        self.write(words, gallery.search)
        self.wait(lambda: gallery.items.rowCount() == 1)
        self.click_row(gallery.list)
        self.wait(lambda: gallery.items.item(0).data(card.PLACE))
        gallery.close()
        self.activate()

    def press(self, text: str, area: QWidget) -> None:
        """The button that says so."""
        (button,) = [one for one in area.findChildren(QPushButton) if one.text() == text]
        self.click(button)

    def verb(self, title: str) -> QToolButton | None:
        """The task's button at the side."""
        found = [one for one in self.window.bar.findChildren(QToolButton) if one.accessibleName() == title]
        return found[0] if found else None

    def choose(self, title: str) -> None:
        button = self.verb(title)
        assert button is not None
        self.click(button)
        self.wait(lambda: self.window.task_panel.task and self.window.task_panel.task.title == title)

    def send(self) -> Job:
        """Ctrl+Enter; the job that came of it."""
        before = self.jobs
        self.key(Keys.Key_Return, Modifiers.ControlModifier)
        self.wait(lambda: len(self.jobs) > len(before))  # what the canvas shows is looked at first
        (job,) = [job for job in self.jobs if job not in before]
        return job

    # ---- eyes

    def told(self) -> str:
        """What a person could read about jobs and engine, for a test that waited in vain."""
        if self.studio.window is None:
            return "nothing yet"
        notices = self.window.notices
        jobs = [
            f"{job.task}: {job.state.value} {job.stage} {job.done:g}/{job.total:g} {job.message}" for job in self.jobs
        ]
        lines = [notices.text(key) for key in notices.keys()]  # noqa: SIM118 - a method of ours, no mapping
        return f"{lines}, {self.window.task_panel.status.text()!r}, jobs {jobs}"

    def pixels(self, widget: QWidget) -> QImage:
        """What the screen shows where the widget is."""
        QTest.qWait(50)  # a frame or two: what was asked to be drawn is drawn
        corner = widget.mapToGlobal(QPoint(8, 8))
        screen = QGuiApplication.primaryScreen()
        size = widget.size()
        return screen.grabWindow(0, corner.x(), corner.y(), size.width() - 16, size.height() - 16).toImage()

    def forming(self) -> QImage | None:
        """What the stage shows of a picture that is being made."""
        view = self.window.viewer.view
        return self.pixels(view) if view is not None and view.forming else None

    def engine(self) -> psutil.Process:
        (engine,) = [one for one in psutil.Process().children() if "studio.engine" in one.cmdline()]
        return engine


@pytest.fixture
def open_desktop(qtbot: QtBot, qapp: QApplication) -> Iterator[Callable[..., Desktop]]:
    assert QGuiApplication.platformName() == "xcb"
    opened: list[Desktop] = []

    def start(connect: Connect | None = None) -> Desktop:
        opened.append(Desktop(qtbot, qapp, connect))
        return opened[-1]

    yield start
    for desktop in opened:
        desktop.studio.close()


@pytest.fixture
def desktop(open_desktop: Callable[..., Desktop]) -> Desktop:
    return open_desktop()
