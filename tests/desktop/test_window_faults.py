"""Small ways in which a window can lie or lose something, each tried."""

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot
from rig import Rig
from test_canvas import edited, mark, save, show, studio

from studio.desktop.canvas.layer_panel import LayerPanel
from studio.desktop.features.queue_panel import JobRow, QueuePanel
from studio.desktop.library.recipe_panel import RecipePanel
from studio.desktop.shell.startup_window import StartupWindow
from studio.desktop.style import theme
from studio.library import Recipe
from studio.messages import Started, Submit

__all__ = ["studio"]  # a fixture


def writing(rig: Rig, text: str) -> None:
    """Words that are still in the input method, in the prompt."""
    form = rig.window.task_panel.form
    assert form is not None
    words = form.editor("prompt").findChild(QPlainTextEdit)
    words.setFocus()
    QApplication.sendEvent(words, QInputMethodEvent(text, []))


def prompts(rig: Rig) -> list[str]:
    return [sent.params["prompt"] for sent in rig.client.sent if isinstance(sent, Submit)]


def test_words_in_the_input_method_are_in_the_job(rig: Rig) -> None:
    rig.fill(prompt="红")
    writing(rig, "蘑菇")
    QTest.keyClick(rig.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rig.wait(lambda: prompts(rig))
    assert prompts(rig) == ["蘑菇红"]  # where the cursor stood


def test_words_in_the_input_method_stay_when_the_button_or_another_task_is_clicked(rig: Rig) -> None:
    form = rig.window.task_panel.form
    assert form is not None
    writing(rig, "蘑菇")
    QTest.mouseClick(rig.window.viewer.values.button, Qt.MouseButton.LeftButton)
    rig.wait(lambda: prompts(rig) == ["蘑菇"])
    form.set_values({})
    writing(rig, "汽车")
    rig.window.forms.choose("variation")
    assert form.values()["prompt"] == "汽车"


def test_a_cancelled_job_does_not_stand_between_those_that_wait(rig: Rig) -> None:
    for number in range(5):
        rig.fill(prompt=str(number))
        rig.window.forms.generate()
    jobs = [*rig.session.jobs]
    rig.client.emit(Started(jobs[0].id, {}))
    rig.wait(lambda: jobs[0].state.name == "RUNNING")
    rig.session.jobs.cancel(jobs[3])
    panel = rig.feature(QueuePanel)  # type: ignore[type-var]
    column = panel._column
    rows = [column.itemAt(at).widget() for at in range(column.count())]
    assert [row.job for row in rows if isinstance(row, JobRow)] == [jobs[0], jobs[1], jobs[2], jobs[4], jobs[3]]
    rig.session.jobs.cancel_all()


def test_the_recipe_and_the_strip_follow_the_candidate(rig: Rig) -> None:
    first, second = rig.make(2)
    rig.wait(lambda: len(rig.window.viewer.candidates) == 2 and rig.session.pictures.row(first.id) >= 0)
    for at, record in ((1, second), (0, first)):
        rig.window.viewer.candidates.show_alone(at)
        rig.wait(lambda record=record: (found := rig.feature(RecipePanel).record) and found.id == record.id)
        assert [each.id for each in rig.window.filmstrip.list.chosen()] == [record.id]


def test_what_was_discarded_comes_back_with_undo(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    edited(studio)
    steps = studio.session.document.stack.count()
    studio.window.action_table.run("candidate.cancel")
    assert studio.window.viewer.candidate is None
    assert studio.session.document.is_marked
    studio.session.document.stack.undo()
    assert studio.window.viewer.candidate is not None
    assert studio.session.document.is_marked  # and not the stroke before it
    studio.session.document.stack.redo()
    assert studio.window.viewer.candidate is None
    assert studio.session.document.stack.count() == steps + 1


def test_the_frame_gives_the_zoom_back(studio: Rig) -> None:
    show(studio, save(studio))
    studio.window.forms.choose("inpaint")
    canvas, masks = studio.window.viewer.canvas, studio.window.viewer.masks
    studio.wait(lambda: canvas.fitted)
    masks.choose("frame")
    assert not canvas.fitted
    masks.choose("brush")
    assert canvas.fitted
    masks.choose("frame")
    canvas.zoom_to(3.0)  # by hand
    masks.choose("")
    assert canvas.zoom == 3.0


def test_the_strip_shows_all_of_a_picture(studio: Rig) -> None:
    assert studio.library is not None
    wide = Image.new("RGB", (300, 100), "blue")
    wide.paste("red", (0, 0, 50, 100))
    wide.paste("red", (250, 0, 300, 100))  # what an extension has added
    studio.library.save(wide, Recipe("text-to-image"))
    studio.session.pictures.refresh()
    strip = studio.window.filmstrip.list
    studio.wait(lambda: studio.session.pictures.record(0))
    index = studio.session.pictures.index(0)
    studio.wait(lambda: isinstance(index.data(Qt.ItemDataRole.DecorationRole), QImage))
    cell = strip.visualRect(index)
    seen = strip.viewport().grab(cell).toImage()
    middle = seen.height() // 2
    across = [seen.pixelColor(x, middle) for x in range(seen.width())]
    red = [x for x, color in enumerate(across) if color.red() > 180 > color.blue()]
    assert min(red) < seen.width() / 4
    assert max(red) > seen.width() * 3 / 4


def test_a_hidden_layer_has_an_eye_that_is_seen_in_both_themes(studio: Rig, qapp: QApplication) -> None:
    show(studio, save(studio))
    studio.window.viewer.accept()
    panel = studio.feature(LayerPanel)  # type: ignore[type-var]
    try:
        for name in ("light", "dark"):
            theme.apply(qapp, name, 100, "reduced")
            for visible in (True, False):
                layer = studio.session.document.layers[0]
                studio.session.document.change("hide", layer.key, visible=visible)
                image = panel.list.viewport().grab().toImage()
                row = panel.list.visualItemRect(panel.list.item(0))
                eye = [(x, y) for x in range(4, 20) for y in range(row.top() + 2, row.bottom() - 2)]
                spots = {image.pixelColor(*at).lightness() for at in eye}
                assert max(spots) - min(spots) > 60, (name, visible)
    finally:
        theme.apply(qapp, "light", 100, "reduced")


def test_a_window_of_a_screen_that_is_gone_comes_back(qtbot: QtBot, qapp: QApplication) -> None:
    first = StartupWindow("light", "")
    qtbot.addWidget(first)
    first.setGeometry(50_000, 40_000, 900, 700)
    kept = first.kept_geometry()
    again = StartupWindow("light", kept)
    qtbot.addWidget(again)
    edge = again.frameGeometry()
    assert any((screen.availableGeometry() & edge).width() > 100 for screen in qapp.screens())
