"""A journey with nothing but the keyboard, the real engine and the starter: create, vary, edit, enlarge, export."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from journey import Desktop, Keys, Modifiers
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from studio.jobs import Job, JobState

CTRL = Modifiers.ControlModifier


class Typist(Desktop):
    """Has no mouse: what has the focus gets the keys."""

    def click(self, widget: QWidget) -> None:
        raise AssertionError("there is no mouse")

    def type(self, text: str) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, text)

    def do(self, words: str) -> None:
        """Found by some letters of its name, from the list of all commands."""
        self.key(Keys.Key_K, CTRL)
        palette = self.window.action_dialogs.palette
        assert palette is not None
        self.wait(palette.search.hasFocus)
        self.type(words)
        self.key(Keys.Key_Return)
        self.activate()

    def tab_to(self, widget: QWidget, key: Qt.Key = Keys.Key_Tab) -> None:
        for _ in range(60):
            if QApplication.focusWidget() is widget:
                return
            self.key(key)
        raise AssertionError(f"the keyboard does not come to {widget}")

    def make(self) -> Job:
        before = self.jobs
        self.key(Keys.Key_Return, CTRL)
        self.wait(lambda: len(self.jobs) > len(before))  # a mask is written to the disk first
        job = self.jobs[-1]
        self.wait(lambda: job.state.ended)
        assert job.state is JobState.DONE, job.message
        self.wait(lambda: self.window.viewer.piece and self.window.viewer.piece.ref in [one.id for one in job.saved])
        return job

    def to_canvas(self) -> None:
        while not self.window.viewer.isAncestorOf(QApplication.focusWidget() or self.shell):
            self.key(Keys.Key_F6)
        view = self.window.viewer.view
        assert view is not None
        self.tab_to(view)


@pytest.fixture
def typist(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> Iterator[Typist]:
    made = Typist(qtbot, qapp)
    yield made
    made.studio.close()


def task_of(typist: Typist) -> str:
    task = typist.window.task_panel.task
    return task.id if task else ""


@pytest.mark.slow
@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")  # said as names of files are proposed
def test_from_words_to_an_enlarged_picture_in_a_file(typist: Typist, tmp_path: Path) -> None:
    window, stage = typist.window, typist.window.viewer

    # Create: the window opens where one can write at once.
    typist.type("a red mushroom on a blue background")
    created = typist.make()
    assert created.params["prompt"] == "a red mushroom on a blue background"

    # Vary what has been made; of the results the second one goes on the canvas.
    typist.do("use vary")
    typist.wait(lambda: task_of(typist) == "variation")
    form = window.task_panel.form
    typist.wait(lambda: form is not None and form.problem() is None)
    varied = typist.make()
    assert varied.params["image"] == created.saved[0].id
    typist.to_canvas()
    if len(varied.saved) > 1:
        typist.key(Keys.Key_Right)
    chosen = stage.piece
    typist.key(Keys.Key_Return)
    typist.wait(lambda: stage.candidate is None and stage.document.piece == chosen)

    # Edit: a stroke with the brush, by arrows while Space is held down.
    typist.key(Keys.Key_3, CTRL)
    assert task_of(typist) == "inpaint"
    typist.to_canvas()
    typist.key(Keys.Key_B)
    canvas = stage.canvas
    QTest.keyPress(canvas, Keys.Key_Space)
    for _ in range(4):
        typist.key(Keys.Key_Right)
    QTest.keyRelease(canvas, Keys.Key_Space)
    overlay = stage.document.overlay
    assert overlay is not None
    assert not overlay.mask.is_empty
    edited = typist.make()
    assert Path(str(edited.params["mask"])).exists()
    with Image.open(edited.params["mask"]) as mask:
        assert 0 < mask.getbbox()[2] - mask.getbbox()[0] < mask.width  # type: ignore[index]  # it is not empty

    # Enlarge the result.
    before = size_of(edited.saved[0].path)
    typist.do("use enlarge")
    typist.wait(lambda: task_of(typist) == "upscale")
    typist.wait(lambda: window.task_panel.form is not None and window.task_panel.form.problem() is None)
    enlarged = typist.make()

    # Export: the name is typed into the dialog.
    typist.key(Keys.Key_S, CTRL)
    typist.wait(lambda: window.findChildren(QFileDialog))
    target = tmp_path / "my mushroom.png"
    dialog = window.findChildren(QFileDialog)[0]
    typist.wait(lambda: dialog.isAncestorOf(QApplication.focusWidget()))
    typist.key(Keys.Key_A, CTRL)
    typist.type(str(target))
    typist.key(Keys.Key_Return)
    typist.wait(lambda: str(target) in window.notices.text("out"))
    with Image.open(target) as file:
        assert file.size[0] > before[0]
        assert file.size == size_of(enlarged.saved[0].path)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size
