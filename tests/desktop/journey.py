"""A whole journey on a real screen, with the real engine; run by test_end_to_end.py in a process of its own.

The starter draws. The name keeps this file from being collected where there is no X server.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from person import Desktop, Keys, Modifiers, desktop, open_desktop
from psd_tools import PSDImage
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QFileDialog, QLineEdit, QToolButton

from studio.client import AttachedClient, EngineClient
from studio.client.remote import RemoteClient, known
from studio.desktop.features.blank_canvas import BlankDialog
from studio.desktop.library.recipe_panel import RecipePanel
from studio.jobs import Job, JobState

__all__ = ["desktop", "open_desktop"]  # fixtures
WORKSHOP = Path(__file__).parents[1] / "data/workshop.py"


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
    desktop.choose_style("wet-in-wet")
    assert form.values()["style"] == ["paint-watercolor"]
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
    tools = desktop.window.viewer.masks.painting
    tools.colour.pick(QColor(colour))
    number = tools.brush.size_slider.number
    assert number is not None
    number.setValue(diameter)
    desktop.stroke(*points)
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
