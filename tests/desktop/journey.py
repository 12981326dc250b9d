"""A whole journey on a real screen, with the real engine; run by test_end_to_end.py in a process of its own.

Nothing is played here: an X server, the Studio as `main` builds it, the engine that it spawns, the starter's weights,
keys and clicks. The name keeps this file from being collected where there is no X server.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest
from psd_tools import PSDImage
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QListView, QPushButton, QToolButton, QWidget
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from studio import settings as settings_file
from studio.client import AttachedClient, EngineClient
from studio.client.remote import RemoteClient, known
from studio.desktop.app import Studio
from studio.desktop.engine_connection import Connect
from studio.desktop.features.blank_canvas import BlankDialog
from studio.desktop.features.styles.gallery import StyleGallery
from studio.desktop.library.recipe_panel import RecipePanel
from studio.desktop.main_window import MainWindow
from studio.desktop.session import DesktopSession
from studio.jobs import Job, JobState

PATIENCE_MS = 120_000
WORKSHOP = Path(__file__).parents[1] / "data/workshop.py"
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
        if not self.window.forms.is_open:
            self.click(self.window.viewer.values.more)
            self.wait(form._fold.isVisible)
        self.click(form._fold)
        entry = form.editor("steps").entry
        self.wait(entry.isVisible)
        form._area.ensureWidgetVisible(entry)
        self.wait(lambda: not entry.visibleRegion().isEmpty())

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


def test_from_a_prompt_to_a_picture_and_to_one_made_from_it(
    desktop: Desktop, open_desktop: Callable[..., Desktop], tmp_path: Path
) -> None:
    window, stage = desktop.window, desktop.window.viewer
    desktop.choose("Create")
    form: Any = window.task_panel.form

    # A long job is seen forming, and cancelled.
    desktop.unfold(form)
    desktop.write("200", form.editor("steps").entry)
    desktop.write("a red mushroom on a blue background", form.editor("prompt").words)
    long = desktop.send()
    assert (long.params["prompt"], long.params["steps"]) == ("a red mushroom on a blue background", 200)
    desktop.wait(desktop.forming)
    first = desktop.forming()
    desktop.wait(lambda: (now := desktop.forming()) is not None and now != first)
    desktop.key(Keys.Key_Escape)
    desktop.wait(lambda: long.state is JobState.CANCELLED)
    desktop.wait(lambda: not stage.view)
    assert desktop.session.pictures.rowCount() == 0

    # A short one, in a style of the gallery, goes to its end, and is on the stage and in the strip.
    desktop.write("8", form.editor("steps").entry)
    desktop.key(Keys.Key_Y, Modifiers.ControlModifier | Modifiers.ShiftModifier)
    desktop.wait(lambda: window.findChildren(StyleGallery))
    (gallery,) = window.findChildren(StyleGallery)
    desktop.write("wet-in-wet", gallery.search)
    desktop.wait(lambda: gallery.items.rowCount() == 1)
    desktop.click_row(gallery.list)
    desktop.wait(lambda: form.values()["style"] == ["paint-watercolor"])
    gallery.close()
    desktop.activate()
    desktop.click(form.editor("prompt").words)
    made = desktop.send()
    desktop.wait(lambda: made.state is JobState.DONE and stage.piece)
    assert stage.piece is not None
    record = window.session.library.get(made.saved[0].id)  # type: ignore[union-attr]  # Desktop waited for it
    assert stage.piece.ref == record.id
    desktop.wait(lambda: (chosen := window.filmstrip.list.selected()) and chosen.id == record.id)
    assert record.recipe.params["prompt"] == "a red mushroom on a blue background"
    assert record.recipe.params["style"] == ["paint-watercolor"]
    assert record.recipe.read == {"prompt": "a red mushroom on a blue background, watercolor"}

    # "Save as" gives the very file.
    desktop.key(Keys.Key_S, Modifiers.ControlModifier)
    desktop.wait(lambda: window.findChildren(QFileDialog))
    (dialog,) = window.findChildren(QFileDialog)
    target = tmp_path / "my mushroom.png"
    desktop.write(str(target), dialog.findChild(QLineEdit))
    desktop.key(Keys.Key_Return)
    desktop.wait(lambda: str(target) in window.notices.text("out"))
    assert target.read_bytes() == record.path.read_bytes()
    desktop.activate()

    # Dragged into another task's form, it is known there by its name in the library.
    desktop.choose("Vary")
    form = window.task_panel.form
    desktop.drag(stage.view, form.editor("image"))
    desktop.wait(lambda: form.values().get("image") == record.id)
    form.editor("image").remove()

    # From the strip onto the canvas it is the input of the chosen task.
    desktop.drag(window.filmstrip.list.viewport(), stage, at=QPoint(30, 15))
    desktop.wait(lambda: form.values().get("image") == record.id)
    form.editor("image").remove()

    # It becomes the input of another task.
    desktop.choose("Create")
    (menu,) = [one.menu() for one in stage.findChildren(QToolButton) if one.menu() and "Use as" in one.accessibleName()]
    (vary,) = [action for action in menu.actions() if action.text() == "Vary"]
    vary.trigger()
    desktop.wait(lambda: window.task_panel.task and window.task_panel.task.id == "variation")
    desktop.wait(lambda: form.problem() is None)
    assert form.values()["image"] == record.id
    desktop.unfold(form)
    desktop.write("8", form.editor("steps").entry)
    varied = desktop.send()
    desktop.wait(lambda: varied.state.ended)
    assert varied.state is JobState.DONE, varied.message
    children = [window.session.library.get(saved.id) for saved in varied.saved]  # type: ignore[union-attr]
    assert all(record.id in str(child.recipe.parents) for child in children)

    # After a restart all of it is there again, and no engine is left of the first time.
    engine = desktop.engine()
    desktop.studio.close()
    engine.wait(5)
    again = open_desktop()
    kept = [record.id, *(child.id for child in children)]
    gallery = again.session.pictures
    again.wait(lambda: gallery.rowCount() == len(kept))
    assert {id: gallery.row(id) for id in kept} == {id: len(kept) - 1 - place for place, id in enumerate(kept)}
    assert again.window.task_panel.task is not None
    assert again.window.task_panel.task.id == "variation"
    again.click(again.window.filmstrip.list.viewport())
    again.wait(lambda: again.window.viewer.piece and again.feature(RecipePanel).record)


def sketch(desktop: Desktop, colour: str, diameter: int, *points: tuple[int, int]) -> None:
    """With the brush, by points of the picture."""
    canvas, tools = desktop.window.viewer.canvas, desktop.window.viewer.masks.painting
    tools.colour.pick(QColor(colour))
    number = tools.brush.size_slider.number
    assert number is not None
    number.setValue(diameter)
    screen, spots = desktop.shell.windowHandle(), []
    for point in points:
        spots.append(canvas.mapTo(desktop.shell, canvas.transform().map(QPointF(*point)).toPoint()))
    QTest.mousePress(screen, Qt.MouseButton.LeftButton, Modifiers.NoModifier, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(screen, spot)
        QTest.qWait(20)
    QTest.mouseRelease(screen, Qt.MouseButton.LeftButton, Modifiers.NoModifier, spots[-1])
    desktop.wait(lambda: desktop.session.document.scene.flattened().pixelColor(*points[0]).name() == colour)


def test_a_sketch_becomes_a_picture_is_undone_cropped_and_saved_for_photoshop(
    desktop: Desktop, tmp_path: Path
) -> None:
    window, stage, document = desktop.window, desktop.window.viewer, desktop.session.document
    desktop.choose("Refine")
    desktop.key(Keys.Key_N, Modifiers.ControlModifier)
    desktop.wait(lambda: window.findChildren(BlankDialog))
    (dialog,) = window.findChildren(BlankDialog)
    dialog.wide.setValue(256)
    dialog.high.setValue(256)
    dialog.accept()
    desktop.activate()
    desktop.wait(lambda: stage.masks.chosen == "paint")
    for colour, diameter, points in (
        ("#2f6fd0", 256, [(60, 128), (128, 128), (196, 128)]),
        ("#f4e3c1", 46, [(128, 150), (128, 215)]),
        ("#d02828", 60, [(75, 125), (128, 95), (181, 125)]),
        ("#ffffff", 14, [(105, 110), (106, 110)]),
    ):
        sketch(desktop, colour, diameter, *points)
    drawn = document.scene.flattened()
    steps = document.stack.count()

    # What is painted is what the job gets, and what comes of it is a picture like it.
    form: Any = window.task_panel.form
    desktop.write("a red mushroom on a blue background", form.editor("prompt").words)
    form.set_values({**form.values(), "steps": 12, "strength": 0.6, "seed": 4})
    made = desktop.send()
    desktop.wait(lambda: made.state.ended)
    assert made.state is JobState.DONE, made.message
    assert QImage(made.params["image"]).convertToFormat(drawn.format()) == drawn
    desktop.wait(lambda: stage.candidate and stage.candidate.shown)
    result = QImage(made.saved[0].path)
    assert result.size() == drawn.size()
    assert result.pixelColor(20, 20).blue() > result.pixelColor(20, 20).red()
    assert result.pixelColor(128, 110).red() > result.pixelColor(128, 110).blue()
    keep(desktop, "refined")
    stage.accept()
    desktop.wait(lambda: stage.candidate is None and len(document.layers) == 2)
    assert stage.masks.chosen == "paint"  # it is in the hand again

    # Undo goes back over it, over what was written in the form, and over a stroke; redo comes back.
    stage.canvas.setFocus()
    desktop.key(Keys.Key_Z, Modifiers.ControlModifier)
    assert document.scene.flattened() == drawn
    back = document.stack.index() - steps + 1
    for _ in range(back):
        desktop.key(Keys.Key_Z, Modifiers.ControlModifier)
    assert document.scene.flattened() != drawn
    for _ in range(back + 1):
        desktop.key(Keys.Key_Z, Modifiers.ControlModifier | Modifiers.ShiftModifier)
    assert len(document.layers) == 2

    # Cropped by keys, and saved with its layers.
    desktop.key(Keys.Key_C)
    for _ in range(4):
        desktop.key(Keys.Key_Up, Modifiers.ShiftModifier)
    desktop.key(Keys.Key_Return)
    desktop.wait(lambda: document.bounds.height() == 224)
    keep(desktop, "cropped")
    target = tmp_path / "sketch.psd"
    desktop.key(Keys.Key_S, Modifiers.ControlModifier)
    desktop.wait(lambda: window.findChildren(QFileDialog))
    (saving,) = window.findChildren(QFileDialog)
    desktop.write(str(target), saving.findChild(QLineEdit))
    desktop.key(Keys.Key_Return)
    desktop.wait(target.exists)
    photoshop = PSDImage.open(target)
    assert photoshop.size == (256, 224)
    assert len([*photoshop]) == 2
    assert document.stack.count() > steps


def keep(desktop: Desktop, name: str) -> None:
    """A photograph of the screen, where STUDIO_PHOTOGRAPHS says."""
    if folder := os.environ.get("STUDIO_PHOTOGRAPHS"):
        desktop.pixels(desktop.shell).save(f"{folder}/{name}.png")


@pytest.fixture
def server(studio_home: Path) -> Iterator["subprocess.Popen[str]"]:
    """A `studio serve` of this home, that takes requests."""
    process = subprocess.Popen([sys.executable, "-m", "studio", "serve"], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        yield process
        process.terminate()


def test_the_same_with_the_engine_of_a_server_and_without_it_again(
    server: "subprocess.Popen[str]", open_desktop: Callable[..., Desktop]
) -> None:
    desktop = open_desktop()
    assert isinstance(desktop.session.client, AttachedClient)
    assert [child for child in psutil.Process().children() if "studio.engine" in child.cmdline()] == []
    window, stage = desktop.window, desktop.window.viewer
    desktop.choose("Create")
    form: Any = window.task_panel.form
    desktop.unfold(form)
    desktop.write("2", form.editor("steps").entry)
    desktop.write("a red mushroom on a blue background", form.editor("prompt").words)
    made = desktop.send()
    desktop.wait(lambda: made.state is JobState.DONE and stage.piece)
    desktop.wait(lambda: (chosen := window.filmstrip.list.selected()) and chosen.id == made.saved[0].id)

    # The server ends while one job runs and another waits: that one is told, this one is made by an engine of its own.
    desktop.write("200", form.editor("steps").entry)
    broken = desktop.send()
    desktop.wait(desktop.forming)
    desktop.write("2", form.editor("steps").entry)
    next_one = desktop.send()
    server.terminate()
    server.wait(60)
    desktop.wait(lambda: broken.state.ended)
    assert broken.state in (JobState.INTERRUPTED, JobState.CANCELLED)
    desktop.wait(lambda: next_one.state is JobState.DONE)
    assert desktop.engine().is_running()


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home of a `studio serve` that is as on another machine: its own library, and a token of its own."""
    home = tmp_path / "box"
    environ = {**os.environ, "STUDIO_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-m", "studio", "serve"], stdout=subprocess.PIPE, text=True, env=environ
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        monkeypatch.setenv(known.TOKEN, (home / "server/token").read_text().strip())
        known.add(url, "", use=True)
        yield home
        process.terminate()


def test_the_same_with_an_engine_of_another_machine(box: Path, open_desktop: Callable[..., Desktop]) -> None:
    desktop = open_desktop()
    assert isinstance(desktop.session.client, RemoteClient)
    assert [child for child in psutil.Process().children() if "studio.engine" in child.cmdline()] == []
    window, stage = desktop.window, desktop.window.viewer
    desktop.choose("Create")
    form: Any = window.task_panel.form
    desktop.unfold(form)
    desktop.write("8", form.editor("steps").entry)
    desktop.write("a red mushroom on a blue background", form.editor("prompt").words)
    made = desktop.send()
    desktop.wait(desktop.forming)  # previews come back
    desktop.wait(lambda: made.state is JobState.DONE and stage.piece)
    desktop.wait(lambda: (chosen := window.filmstrip.list.selected()) and chosen.id == made.saved[0].id)
    library = desktop.session.library
    assert library is not None
    assert library.get(made.saved[0].id).recipe.words == "a red mushroom on a blue background"

    # What stands on the canvas goes up, and what comes of it knows its parent by its id here.
    desktop.choose("Vary")
    form = window.task_panel.form
    form.set_values({"steps": 2, "count": 1})
    varied = desktop.send()
    desktop.wait(lambda: varied.state is JobState.DONE)
    assert library.get(varied.saved[0].id).recipe.parents == [made.saved[0].id]
    assert [*(box / "library").glob("pictures/*/*.png")] == []


@pytest.fixture
def workshop(studio_home: Path) -> None:
    """A plugin of a third party, whose tasks will be at work when the engine dies."""
    (studio_home / "plugins").mkdir(parents=True)
    shutil.copy(WORKSHOP, studio_home / "plugins")


def kill(desktop: Desktop, job: Job, by: signal.Signals) -> None:
    """The engine dies while a job runs; the window says so at once, and the job is not run again by itself."""
    desktop.wait(lambda: job.saved and job.state is JobState.RUNNING)
    count = len(desktop.jobs)
    os.kill(desktop.engine().pid, by)
    desktop.wait(lambda: desktop.window.notices.text("engine"))
    assert job.state is JobState.INTERRUPTED
    assert ("it was killed" if by is signal.SIGKILL else by.name) in job.message
    assert len(desktop.jobs) == count


@pytest.mark.usefixtures("workshop")
def test_the_engine_is_killed_once_twice_and_three_times(desktop: Desktop) -> None:
    window = desktop.window
    desktop.choose("Dawdle")
    first = desktop.send()
    desktop.choose("Paint")
    waiting = desktop.send()
    kill(desktop, first, signal.SIGKILL)
    assert "the queue is kept" in window.notices.text("engine")
    desktop.wait(lambda: waiting.state is JobState.DONE)
    assert first.state is JobState.INTERRUPTED
    assert len(first.saved) == 1  # what it had made stays
    desktop.wait(lambda: desktop.session.pictures.rowCount() == 2)

    # Three times in a row: each time only its button runs the job again.
    for number, by in enumerate((signal.SIGKILL, signal.SIGSEGV, signal.SIGKILL)):
        desktop.press("Run again", window.notices)
        job = desktop.jobs[-1]
        if number == 2:
            waiting = desktop.send()  # of the same plugin, which will be gone
        window.notices.remove("engine")
        kill(desktop, job, by)
        assert ("without that plugin" in window.notices.text("engine")) == (number == 2)
    assert "'workshop' was at work each time" in window.notices.text("engine")
    desktop.wait(lambda: desktop.session.ready and desktop.verb("Dawdle") is None)
    assert desktop.verb("Create") is not None
    line = desktop.engine().cmdline()
    assert line[line.index("--without") + 1] == "workshop"
    desktop.wait(lambda: waiting.state is JobState.FAILED)
    assert "paint" in waiting.message


@pytest.mark.usefixtures("workshop")
def test_an_engine_that_hangs_is_told_and_restarted(open_desktop: Callable[..., Desktop]) -> None:
    desktop = open_desktop(lambda hear: EngineClient(hear, silence_s=1.5))
    desktop.choose("Dawdle")
    job = desktop.send()
    desktop.wait(lambda: job.saved)
    stopped = desktop.engine()
    os.kill(stopped.pid, signal.SIGSTOP)
    desktop.wait(lambda: "has not responded" in desktop.window.notices.text("silent"))
    assert job.state is JobState.RUNNING  # it may only be slow: nothing is done without being asked
    desktop.press("Restart the engine", desktop.window.notices)
    desktop.wait(lambda: job.state is JobState.INTERRUPTED and desktop.session.ready)
    assert desktop.engine().pid != stopped.pid
    desktop.wait(lambda: not desktop.window.notices.text("silent"))
