"""The canvas in the window: marked, handed to the form, candidates, layers, undo."""

from pathlib import Path

import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, VARY, Rig

from studio.descriptions import TaskInfo
from studio.desktop.canvas.brush_tool import BrushTool
from studio.desktop.canvas.comparison import Mode
from studio.desktop.features.canvas_form_sync import CanvasFormSync
from studio.images import load_mask
from studio.library import Recipe, Record
from studio.messages import Finished, Progress, Ready, Saved, Started, Submit

EDIT = TaskInfo(
    "inpaint",
    "Edit",
    {
        "type": "object",
        "required": ["image"],
        "properties": {
            "image": {"type": "string", "widget": "image", "role": "source", "title": "Picture"},
            "mask": {
                "anyOf": [{"type": "string", "widget": "mask"}, {"type": "null"}],
                "default": None,
                "role": "mask",
                "title": "Mask",
            },
            **{
                side: {"type": "integer", "default": 0, "minimum": 0, "role": f"extend_{side}"}
                for side in ("left", "right", "top", "bottom")
            },
            "prompt": {"type": "string", "widget": "prompt", "role": "prompt", "default": ""},
        },
    },
    builtin=True,
)
DISTANT = TaskInfo(
    "variation",
    "Vary",
    {
        "type": "object",
        "required": ["image"],
        "properties": {
            **VARY.schema["properties"],
            "distance": {"type": "number", "default": 0.5, "minimum": 0, "maximum": 1, "role": "distance"},
            "seed": {"type": "integer", "default": -1, "widget": "seed", "role": "seed"},
        },
    },
    builtin=True,
)
SIZE = (320, 240)


@pytest.fixture
def studio(rig: Rig) -> Rig:
    rig.client.emit(Ready([CREATE, EDIT, DISTANT], [], [MODEL], []))
    rig.wait(lambda: rig.window.task_panel.form_of("inpaint") is not None)
    return rig


def save(rig: Rig, size: tuple[int, int] = SIZE, color: str = "grey", **recipe: object) -> Record:
    assert rig.library is not None
    return rig.library.save(Image.new("RGB", size, color), Recipe(**{"task": "text-to-image", **recipe}))  # type: ignore[arg-type]


def show(rig: Rig, record: Record) -> None:
    rig.window.viewer_controller.show_record(record)
    rig.wait(lambda: rig.window.viewer.piece is not None and rig.window.viewer.piece.ref == record.id)


def drag(rig: Rig, *points: tuple[float, float]) -> None:
    """With the left button, by points of the picture."""
    canvas = rig.window.viewer.canvas
    spots = [canvas.transform().map(QPointF(*point)).toPoint() for point in points]
    none = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, none, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(canvas, spot)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, none, spots[-1])


def mark(rig: Rig) -> None:
    """A stroke over the middle."""
    rig.window.forms.choose("inpaint")
    rig.window.viewer.masks.choose("brush")
    drag(rig, (120, 120), (160, 120), (200, 120))


def edited(rig: Rig, color: str = "red", size: tuple[int, int] = SIZE) -> Record:
    """Start the edit that is marked, and let it make a picture."""
    before = len(rig.client.pending())
    rig.window.forms.generate()
    rig.wait(lambda: len(rig.client.pending()) > before)
    job = rig.client.pending()[-1]
    rig.client.emit(Started(job, {}))
    order = next(sent for sent in rig.client.sent if isinstance(sent, Submit) and sent.job == job)
    record = save(rig, size, color, task="inpaint", params=order.params, parents=[order.params["image"]])
    rig.client.emit(Saved(job, record.id, str(record.path), 0, *size, 7))
    rig.client.emit(Finished(job, 1.0))
    rig.wait(lambda: rig.window.viewer.piece is not None and rig.window.viewer.piece.ref == record.id)
    return record


def pixel(rig: Rig, x: int, y: int) -> tuple[int, int, int]:
    """What the document shows there."""
    from studio.desktop.canvas.layer import Scene

    color = Scene([*rig.session.document.layers]).flattened().pixelColor(x, y)
    return color.red(), color.green(), color.blue()


def undo(rig: Rig) -> None:
    QTest.keyClick(rig.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


GREY, RED = (128, 128, 128), (255, 0, 0)


def test_what_is_painted_is_the_mask_of_the_job(studio: Rig) -> None:
    record = save(studio)
    show(studio, record)
    mark(studio)
    studio.window.forms.generate()
    studio.wait(studio.client.pending)
    order = next(sent for sent in studio.client.sent if isinstance(sent, Submit))
    assert order.params["image"] == record.id
    mask = load_mask(Path(order.params["mask"]))
    assert mask.size == SIZE
    assert [mask.getpixel(at) for at in ((160, 120), (160, 20), (300, 120))] == [255, 0, 0]


def test_a_mark_is_seen_in_the_form_a_moment_later_and_goes_when_it_is_undone(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    form = studio.window.task_panel.form
    assert form is not None
    studio.wait(lambda: form.values().get("mask"))
    undo(studio)
    studio.wait(lambda: not form.values().get("mask"))


def test_a_picture_that_somebody_chose_is_not_replaced_by_the_canvas(studio: Rig, tmp_path: Path) -> None:
    show(studio, save(studio))
    mark(studio)
    form = studio.window.task_panel.form
    assert form is not None
    studio.wait(lambda: form.values().get("mask"))
    Image.new("RGB", (64, 64)).save(tmp_path / "other.png")
    form.set_image("image", str(tmp_path / "other.png"))
    studio.window.viewer.masks.choose("brush")
    drag(studio, (20, 20), (40, 20))
    studio.feature(CanvasFormSync).sync(lambda: None)
    assert form.values()["image"] == str(tmp_path / "other.png")


def test_an_accepted_edit_is_a_layer_that_shows_only_what_was_marked(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    edited(studio)
    assert studio.window.viewer.candidate is not None
    studio.window.viewer.canvas.use(None)
    QTest.keyClick(studio.window.viewer.canvas, Qt.Key.Key_Return)
    studio.wait(lambda: len(studio.session.document.layers) == 2)
    assert studio.window.viewer.candidate is None
    assert [pixel(studio, 160, 120), pixel(studio, 10, 10)] == [RED, GREY]
    undo(studio)
    assert len(studio.session.document.layers) == 1
    assert studio.session.document.is_marked  # the mask that was painted for it is there again


def test_a_discarded_candidate_leaves_the_document_as_it_was(studio: Rig) -> None:
    record = save(studio)
    show(studio, record)
    mark(studio)
    edited(studio)
    studio.window.viewer.canvas.use(None)
    QTest.keyClick(studio.window.viewer.canvas, Qt.Key.Key_Delete)
    assert studio.window.viewer.piece is not None
    assert studio.window.viewer.piece.ref == record.id
    assert len(studio.session.document.layers) == 1


def test_undo_takes_back_strokes_and_acceptance_in_their_order(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    overlay = studio.session.document.overlay
    assert overlay is not None
    first = overlay.mask.render()
    drag(studio, (20, 20), (60, 20))
    edited(studio)
    studio.window.viewer.accept()
    studio.wait(lambda: len(studio.session.document.layers) == 2)
    assert studio.session.document.overlay is not overlay
    undo(studio)
    undo(studio)
    assert studio.session.document.overlay is overlay
    assert (overlay.mask.render() == first).all()
    undo(studio)
    assert overlay.mask.is_empty
    for _ in range(3):
        QTest.keyClick(
            studio.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
    assert len(studio.session.document.layers) == 2


def test_the_picture_of_another_size_becomes_a_document_of_its_own(studio: Rig) -> None:
    show(studio, save(studio))
    studio.window.viewer.accept()
    other = save(studio, (64, 96), "blue")
    show(studio, other)
    studio.window.viewer.accept()
    assert [layer.ref for layer in studio.session.document.layers] == [other.id]
    undo(studio)
    assert studio.session.document.layers[0].ref != other.id


def test_before_and_after_are_parted_by_a_line_that_keys_and_mouse_move(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    edited(studio)
    stage = studio.window.viewer
    stage.set_mode(Mode.SLIDER)
    comparison = stage.canvas.comparison
    assert comparison is not None
    stage.canvas.setFocus()
    QTest.keyClick(stage.canvas, Qt.Key.Key_End)
    assert comparison.share == 1.0
    seen = stage.canvas.grab().toImage()
    at = stage.canvas.transform().map(QPointF(160, 120)).toPoint()
    assert seen.pixelColor(at).red() == 128  # before
    QTest.keyClick(stage.canvas, Qt.Key.Key_Home)
    assert stage.canvas.grab().toImage().pixelColor(at).red() == 255
    QTest.mouseClick(stage.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert comparison.share == pytest.approx(0.5, abs=0.02)
    stage.set_mode(Mode.BESIDE)
    assert stage.canvas.grab().toImage().pixelColor(10, 10).isValid()
    stage.set_mode(None)
    assert stage.canvas.comparison is None


def test_a_variation_is_compared_with_its_source(studio: Rig) -> None:
    source = save(studio, (160, 120), "blue")
    result = save(studio, SIZE, "red", task="variation", params={"image": source.id}, parents=[source.id])
    show(studio, result)
    stage = studio.window.viewer
    stage.set_mode(Mode.FLICKER)
    studio.wait(lambda: stage.canvas.comparison is not None)
    comparison = stage.canvas.comparison
    assert comparison is not None
    comparison.shows_before = True
    assert stage.canvas.grab().toImage().pixelColor(stage.canvas.rect().center()).blue() == 255
    stage.set_mode(None)


def test_closer_and_further_make_the_same_again_from_another_distance(studio: Rig) -> None:
    source = save(studio)
    params = {"image": source.id, "distance": 0.5, "seed": 7}
    show(studio, save(studio, task="variation", params=params, parents=[source.id], seed=7))
    choices = studio.window.viewer.choices
    assert choices.isVisible()
    QTest.mouseClick(choices.further, Qt.MouseButton.LeftButton)
    studio.wait(studio.client.pending)
    order = next(sent for sent in studio.client.sent if isinstance(sent, Submit))
    assert order.task == "variation"
    assert order.params["image"] == source.id
    assert order.params["distance"] == pytest.approx(0.65)
    assert order.params["seed"] == -1


def test_a_preview_forms_on_the_canvas(studio: Rig) -> None:
    import io

    file = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(file, "JPEG")
    studio.window.forms.choose("text-to-image")
    studio.fill(prompt="a cat")
    studio.window.forms.generate()
    job = studio.client.pending()[0]
    studio.client.emit(Started(job, {}))
    studio.client.emit(Progress(job, 3, 10, "decoder", 7.0, file.getvalue()))
    studio.wait(lambda: studio.window.viewer.canvas.forming)


def jpeg(size: tuple[int, int], color: str) -> bytes:
    import io

    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "JPEG", quality=100)
    return file.getvalue()


def seen(rig: Rig, x: float, y: float) -> tuple[int, int, int]:
    """What the canvas shows over a point of the picture."""
    canvas = rig.window.viewer.canvas
    color = canvas.grab().toImage().pixelColor(canvas.transform().map(QPointF(x, y)).toPoint())
    return color.red(), color.green(), color.blue()


def test_of_an_edit_only_what_is_marked_forms_and_the_rest_stays_as_it_is(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    studio.window.viewer.masks.choose("")
    studio.window.forms.generate()
    studio.wait(studio.client.pending)
    (job,) = studio.client.pending()
    studio.client.emit(Started(job, {}))
    zoom = studio.window.viewer.canvas.zoom
    studio.client.emit(Progress(job, 3, 10, "denoising", 7.0, jpeg((160, 120), "red")))
    studio.wait(lambda: len(studio.window.viewer.canvas.scene.layers) == 2)
    red, green, blue = seen(studio, 160, 120)
    assert red > 240 > 60 > max(green, blue)
    assert seen(studio, 160, 20) == GREY
    assert studio.window.viewer.canvas.zoom == zoom
    studio.client.emit(Progress(job, 4, 10, "denoising", 7.0, jpeg((64, 64), "blue")))  # of something else
    studio.wait(lambda: studio.window.viewer.canvas.forming)
    studio.session.jobs.cancel_all()
    studio.wait(lambda: not studio.session.jobs.pending)


def test_the_border_of_an_extended_picture_forms_around_it(studio: Rig) -> None:
    show(studio, save(studio))
    studio.window.forms.choose("inpaint")
    studio.window.viewer.masks.choose("frame")  # the picture becomes the document
    studio.fill(left=80)
    studio.wait(lambda: studio.session.document.frame.left() == 80)
    studio.window.forms.generate()
    studio.wait(studio.client.pending)
    (job,) = studio.client.pending()
    studio.client.emit(Started(job, {}))
    studio.client.emit(Progress(job, 3, 10, "denoising", 7.0, jpeg((200, 120), "red")))
    studio.wait(lambda: studio.window.viewer.canvas.scene.bounds.width() == 400)
    assert seen(studio, -40, 120)[0] > 240
    assert seen(studio, 100, 120) == GREY
    studio.session.jobs.cancel_all()
    studio.wait(lambda: not studio.session.jobs.pending)


def test_a_language_later_the_document_is_still_there(studio: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    show(studio, save(studio))
    mark(studio)
    old = studio.window
    old.preferred.emit({"theme": "dark", "language": "zh"})
    studio.wait(lambda: studio.studio.window is not old)
    studio.wait(lambda: studio.window.task_panel.task is not None and not shiboken6.isValid(old))
    assert studio.session.document.is_marked
    assert studio.window.viewer.canvas.scene.layers
    undo(studio)
    assert not studio.session.document.is_marked
    studio.window.preferred.emit({"theme": "light", "language": "en"})
    studio.wait(lambda: studio.studio.window is not old)


def test_space_moves_the_picture_and_not_the_brush(studio: Rig) -> None:
    show(studio, save(studio, (2000, 1600)))
    mark(studio)
    canvas = studio.window.viewer.canvas
    assert isinstance(canvas.tool, BrushTool)
    canvas.zoom_to(1.0)
    count, under = studio.session.document.stack.count(), canvas.place(QPointF(100, 100))
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(130, 110))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(130, 110))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.place(QPointF(130, 110)) == under
    assert studio.session.document.stack.count() == count


def test_a_frame_drawn_by_its_handles_fills_the_form_and_the_result_lies_around(studio: Rig) -> None:
    show(studio, save(studio))
    studio.window.forms.choose("inpaint")
    stage, form = studio.window.viewer, studio.window.task_panel.form
    assert form is not None
    stage.masks.choose("frame")
    drag(studio, (320, 240), (350, 250), (383, 279))  # the corner at the bottom right
    assert (form.values()["right"], form.values()["bottom"]) == (64, 40)
    QTest.keyClick(stage.canvas, Qt.Key.Key_Left)
    assert form.values()["left"] == 8
    studio.fill(**{**form.values(), "top": 16})
    assert studio.session.document.frame.top() == 16
    result = edited(studio, "red", (320 + 72, 240 + 56))
    stage.accept()
    layers = studio.session.document.layers
    assert [layer.ref for layer in layers][1:] == [result.id]
    assert layers[1].rect.topLeft() == QPoint(-8, -16)
    assert studio.session.document.bounds.size() == layers[1].rect.size()
    assert form.values()["left"] == 0


def test_smart_select_marks_the_thing_under_a_click(studio: Rig) -> None:
    from PIL import ImageDraw

    picture = Image.new("RGB", SIZE, (40, 90, 120))
    ImageDraw.Draw(picture).ellipse((120, 80, 200, 160), fill=(220, 60, 40))
    assert studio.library is not None
    show(studio, studio.library.save(picture, Recipe("text-to-image")))
    studio.window.forms.choose("inpaint")
    studio.window.viewer.masks.choose("smart")
    drag(studio, (160, 120), (160, 120))
    studio.wait(lambda: studio.session.document.stack.count() == 2)
    overlay = studio.session.document.overlay
    assert overlay is not None
    found = overlay.mask.render() > 127
    assert found[120, 160]
    assert not found[30, 30]
    assert found.mean() == pytest.approx(3.1416 * 40 * 40 / (320 * 240), rel=0.05)


def test_from_side_by_side_back_to_one_nothing_goes_wrong(studio: Rig) -> None:
    studio.window.forms.choose("text-to-image")
    records = studio.make(3)
    studio.wait(lambda: len([one for one in studio.window.viewer.candidates if one.piece]) == 3)
    studio.window.viewer.step(2)
    show(studio, records[0])
    assert not studio.window.notices.text("bug")
    studio.make(2)
    studio.wait(lambda: len([one for one in studio.window.viewer.candidates if one.piece]) == 2)
    studio.window.viewer.grid.views[1].setFocus()
    QTest.keyClick(studio.window.viewer.grid.views[1], Qt.Key.Key_Delete)
    assert len(studio.window.viewer.candidates) == 1
    assert not studio.window.notices.text("bug")


def test_a_copied_picture_comes_onto_the_canvas(studio: Rig) -> None:
    from PySide6.QtGui import QColor, QGuiApplication, QImage

    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("purple"))
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(studio.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    studio.wait(lambda: studio.window.viewer.canvas.picture is not None)
    picture = studio.window.viewer.canvas.picture
    assert picture is not None
    assert picture.pixelColor(5, 5) == QColor("purple")
    QGuiApplication.clipboard().clear()
