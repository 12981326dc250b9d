"""The first run: three things to try while there is no picture, each one step that can be undone."""

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from rig import CREATE, MODEL, THIRD, VARY, Rig, add
from test_canvas import DISTANT, EDIT

from studio.descriptions import DeviceInfo
from studio.desktop.features.form_undo import FormUndo
from studio.desktop.viewer.welcome import TRIALS, WelcomePage, example
from studio.library import Recipe
from studio.messages import Ready, Submit

DEVICE = DeviceInfo("cpu", "Processor, 2 cores", 8_000_000_000, budget_bytes=4_800_000_000)


def page(rig: Rig) -> WelcomePage:
    return rig.window.viewer.welcome


def offered(rig: Rig) -> list[str]:
    return [name for name in TRIALS if page(rig).offers[name].isVisible()]


@pytest.fixture
def first(rig: Rig) -> Rig:
    rig.client.emit(Ready([CREATE, DISTANT, EDIT], [], [MODEL], [DEVICE]))
    rig.wait(lambda: offered(rig) == [*TRIALS])
    return rig


def test_the_example_is_small_and_can_be_read() -> None:
    assert example().stat().st_size < 60_000
    with Image.open(example()) as picture:
        assert picture.size == (256, 256)


def test_only_what_there_are_tasks_for_is_offered(rig: Rig) -> None:
    rig.wait(lambda: offered(rig) == ["create"])  # VARY of the rig knows no distance
    rig.client.emit(Ready([VARY, THIRD], [], [MODEL], []))
    rig.wait(lambda: offered(rig) == [])


def test_it_tells_what_this_machine_can_run(first: Rig) -> None:
    told = [label.text() for label in page(first).findChildren(QLabel) if label.isVisible()]
    assert "Processor, 2 cores, 8.0 GB of memory: models of up to 4.8 GB run here." in told


def test_create_writes_a_description_and_one_undo_takes_it_back(first: Rig) -> None:
    first.window.forms.choose("inpaint")
    QTest.mouseClick(page(first).offers["create"], Qt.MouseButton.LeftButton)
    form, stack = first.window.task_panel.form, first.session.document.stack
    assert form is not None
    assert form.values()["prompt"] == "a green car"
    assert stack.count() == 1
    stack.undo()
    assert first.window.task_panel.task is not None
    assert first.window.task_panel.task.id == "inpaint"
    former = first.window.task_panel.form_of("text-to-image")
    assert former is not None
    assert "prompt" not in former.values()
    stack.redo()
    assert former.values()["prompt"] == "a green car"


def test_vary_puts_the_picture_on_the_canvas_and_into_the_form(first: Rig) -> None:
    QTest.mouseClick(page(first).offers["vary"], Qt.MouseButton.LeftButton)
    first.wait(lambda: first.session.document.layers)
    form, stack = first.window.task_panel.form, first.session.document.stack
    assert form is not None
    first.wait(lambda: form.problem() is None)
    first.qtbot.wait(500)  # nothing comes after it that would be a step of its own
    first.feature(FormUndo).push()
    assert stack.count() == 1
    first.window.viewer.values.button.click()
    (order,) = [sent for sent in first.client.sent if isinstance(sent, Submit)]
    assert (order.task, order.params["image"]) == ("variation", first.session.document.refs[0])
    stack.undo()
    assert not first.session.document.layers
    assert first.window.task_panel.task is not None
    assert first.window.task_panel.task.id == "text-to-image"
    assert offered(first) == [*TRIALS]


def test_edit_puts_a_brush_into_the_hand_and_what_is_painted_is_the_mask(first: Rig) -> None:
    QTest.mouseClick(page(first).offers["edit"], Qt.MouseButton.LeftButton)
    first.wait(lambda: first.window.viewer.masks.chosen == "brush")
    assert "press “Edit”" in first.window.notices.text("try")
    canvas = first.window.viewer.canvas
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(canvas, middle + QPoint(20, 0))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(20, 0))
    first.window.forms.generate()
    first.wait(first.client.pending)
    (order,) = [sent for sent in first.client.sent if isinstance(sent, Submit)]
    assert order.params["prompt"] == "a blue mushroom"
    assert order.params["mask"]
    assert order.params["image"] == first.session.document.refs[0]


def test_it_is_gone_with_the_first_picture(first: Rig) -> None:
    first.make()
    first.wait(lambda: first.window.viewer.piece)
    first.window.viewer.candidates.clear()
    assert page(first).isVisible()
    first.wait(lambda: offered(first) == [])  # once the library has been looked through


def test_who_has_a_library_never_sees_it(rig: Rig) -> None:
    assert rig.library is not None
    rig.library.save(Image.new("RGB", (8, 8)), Recipe("x"))
    add(rig.library)
    rig.session.pictures.restart()
    rig.wait(lambda: rig.session.pictures.total == 2)
    rig.session.pictures.search("nothing like it")
    rig.window.filmstrip.search.setText("nothing like it")
    rig.wait(lambda: rig.session.pictures.total == 0)
    assert offered(rig) == []
