"""The mask of a form: painted with mouse, pen and keys, undone, and saved in the size of the upright picture."""

import pytest
from form_host import make_form
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from studio import api
from studio.images import load_mask


class Edit(api.Params):
    image: api.ImageRef = api.Field(role=api.Role.SOURCE)
    mask: api.MaskRef


def level(painter, x, y):
    return int(painter.overlay.mask.read((x, y, x + 1, y + 1))[0, 0])


# ---- the well and the painter, with mouse and keys


@pytest.fixture
def form(qtbot, host, tmp_path):
    path = tmp_path / "picture.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 200), "grey").save(path, exif=exif)  # upright: 200 x 300
    form = make_form(qtbot, host, Edit)
    form.set_values({"image": str(path)})
    qtbot.waitUntil(lambda: form.editor("image").look is not None)
    return form


def open_painter(qtbot, form):
    well = form.editor("mask")
    well.setFocus()
    qtbot.keyClick(well, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: well.painter is not None and well.painter.isVisible())
    return well.painter


def drag(canvas, start, stop, button=Qt.MouseButton.LeftButton):
    """By points of the picture."""
    there = [canvas.transform().map(QPointF(*point)).toPoint() for point in (start, stop)]
    none = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, button, none, there[0])
    for share in range(1, 6):
        QTest.mouseMove(canvas, there[0] + (there[1] - there[0]) * share / 5)
    QTest.mouseRelease(canvas, button, none, there[1])


def test_a_painted_mask_is_a_grey_png_of_the_upright_size(qtbot, form):
    painter = open_painter(qtbot, form)
    painter.bar.hardness_slider.setValue(100)
    painter.bar.size_slider.setValue(40)
    drag(painter.canvas, (50, 100), (150, 100))
    drag(painter.canvas, (100, 80), (100, 120), Qt.MouseButton.RightButton)
    qtbot.mouseClick(painter.use, Qt.MouseButton.LeftButton)
    well = form.editor("mask")
    qtbot.waitUntil(lambda: isinstance(well.value(), str) and well.look is not None)
    with Image.open(well.value()) as file:
        assert (file.mode, file.size, file.format) == ("L", (200, 300), "PNG")
    mask = load_mask(well.value())
    assert [mask.getpixel(at) for at in [(55, 100), (145, 100), (100, 100), (55, 130), (20, 250)]] == [
        255,
        255,
        0,
        0,
        0,
    ]
    assert form.problem() is None
    assert well.describe()[0] == "Painted mask"
    again = open_painter(qtbot, form)
    assert level(again, 55, 100) == 255
    again.reject()


def test_keys_paint_undo_and_change_the_brush(qtbot, form):
    painter = open_painter(qtbot, form)
    canvas = painter.canvas
    radius = canvas.tool.brush.radius
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.tool.brush.radius > radius
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    for _ in range(4):
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert level(painter, 100, 150) == 255
    assert level(painter, 120, 150) == 255
    qtbot.keyClick(painter, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert painter.overlay.mask.is_empty
    qtbot.keyClick(painter, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert level(painter, 100, 150) == 255
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    assert canvas.tool.erases
    qtbot.keyClick(canvas, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert [level(painter, 100, 150), level(painter, 5, 5)] == [0, 255]
    painter.reject()
    assert form.problem()[0] == "mask"


def test_the_wheel_zooms_and_with_control_resizes(qtbot, form):
    painter = open_painter(qtbot, form)
    canvas = painter.canvas
    middle = QPointF(canvas.rect().center())
    radius, scale = canvas.tool.brush.radius, canvas.transform().m11()
    wheel(canvas, middle, 120, Qt.KeyboardModifier.ControlModifier)
    assert canvas.tool.brush.radius > radius
    under = canvas.place(middle + QPointF(30, 20))
    wheel(canvas, middle + QPointF(30, 20), 240)
    assert canvas.transform().m11() > scale
    assert (canvas.place(middle + QPointF(30, 20)) - under).manhattanLength() < 1 / canvas.zoom
    painter.reject()


def wheel(canvas, at, turn, modifiers=Qt.KeyboardModifier.NoModifier):
    where = QPointF(canvas.mapToGlobal(at.toPoint()))
    phase = Qt.ScrollPhase.NoScrollPhase
    canvas.wheelEvent(
        QWheelEvent(at, where, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, modifiers, phase, False)
    )


def test_an_empty_mask_is_not_used(qtbot, form):
    painter = open_painter(qtbot, form)
    qtbot.mouseClick(painter.use, Qt.MouseButton.LeftButton)
    assert painter.isVisible()
    assert "No mask yet" in painter.hint
    painter.reject()


def test_a_painter_that_was_left_goes_on_where_it_stopped(qtbot, form):
    painter = open_painter(qtbot, form)
    drag(painter.canvas, (50, 100), (150, 100))
    qtbot.keyClick(painter, Qt.Key.Key_Escape)
    assert "open it again" in form.error("mask")
    again = open_painter(qtbot, form)
    assert level(again, 100, 100) == 255
    assert again.undo.isEnabled()
    again.undo.click()
    again.reject()


def test_a_mask_that_cannot_be_written_is_told_and_stays_in_the_painter(qtbot, form, host, tmp_path):
    host.drafts_dir = tmp_path / "picture.jpg" / "drafts"  # below a file nothing can be made
    painter = open_painter(qtbot, form)
    drag(painter.canvas, (50, 100), (150, 100))
    painter.use.click()
    qtbot.waitUntil(lambda: "could not be kept" in form.error("mask"))
    host.drafts_dir = tmp_path / "drafts"
    open_painter(qtbot, form).use.click()
    qtbot.waitUntil(lambda: form.problem() is None)
    assert load_mask(form.values()["mask"]).getpixel((100, 100)) == 255


def test_without_a_picture_there_is_nothing_to_paint_over(qtbot, host):
    form = make_form(qtbot, host, Edit)
    form.editor("mask").paint()
    assert form.error("mask") == "Choose the picture first; the mask is painted over it."


def test_a_mask_of_another_size_is_told_before_it_is_sent(qtbot, form, tmp_path):
    Image.new("L", (64, 64), 255).save(tmp_path / "small.png")
    form.editor("mask").use_file(str(tmp_path / "small.png"))
    qtbot.waitUntil(lambda: form.editor("mask").look is not None)
    name, words = form.problem()
    assert name == "mask"
    assert "64 × 64" in words
    assert "200 × 300" in words
