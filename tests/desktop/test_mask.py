"""The mask: strokes become pixels, can be undone, and are saved in the size of the upright picture."""

import pytest
from desk import make_form
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest

from studio import api
from studio.desktop.form.sketch import Brush, Sketch
from studio.images import load_mask

HARD, SOFT = Brush(10, 1.0), Brush(20, 0.0)


class Edit(api.Params):
    image: api.ImageRef
    mask: api.MaskRef


def level(sketch, x, y):
    return sketch.image.pixelColor(x, y).red()


def stroke(sketch, brush, *points):
    sketch.begin(brush, QPointF(*points[0]))
    for point in points[1:]:
        sketch.extend(QPointF(*point))
    sketch.end()


def test_a_stroke_whitens_what_it_covers_and_an_eraser_blackens_it():
    sketch = Sketch(QSize(200, 100))
    assert sketch.is_empty
    stroke(sketch, HARD, (30, 50), (150, 50))
    assert [level(sketch, x, y) for x, y in [(30, 50), (90, 58), (90, 62), (170, 50)]] == [255, 255, 0, 0]
    stroke(sketch, HARD._replace(erases=True), (90, 20), (90, 80))
    assert [level(sketch, 90, 50), level(sketch, 60, 50)] == [0, 255]
    assert not sketch.is_empty


def test_a_soft_edge_fades_and_going_over_it_twice_changes_nothing():
    sketch = Sketch(QSize(100, 100))
    stroke(sketch, SOFT, (50, 50), (50, 50))
    fading = [level(sketch, 50 + away, 50) for away in (0, 5, 10, 15, 19, 22)]
    assert fading == sorted(fading, reverse=True)
    assert fading[0] > 240
    assert 100 < fading[2] < 155
    assert fading[-1] == 0
    before = bytes(sketch.image.constBits())
    stroke(sketch, SOFT, (50, 50))
    assert bytes(sketch.image.constBits()) == before
    stroke(sketch, SOFT._replace(erases=True), (50, 50))
    assert level(sketch, 50, 50) < 15


def test_undo_and_redo_bring_back_every_pixel():
    sketch = Sketch(QSize(120, 80))
    states = [bytes(sketch.image.constBits())]
    for act in (
        lambda: stroke(sketch, SOFT, (20, 20), (90, 60)),
        sketch.invert,
        lambda: stroke(sketch, HARD._replace(erases=True), (0, 0), (60, 40)),
        lambda: sketch.fill(0),
        lambda: stroke(sketch, HARD, (119, 79), (140, 90)),
    ):
        act()
        states.append(bytes(sketch.image.constBits()))
    for state in reversed(states[:-1]):
        sketch.undo()
        assert bytes(sketch.image.constBits()) == state
    assert not sketch.can_undo
    for state in states[1:]:
        sketch.redo()
        assert bytes(sketch.image.constBits()) == state
    sketch.undo()
    stroke(sketch, HARD, (5, 5))
    assert not sketch.can_redo


def test_a_large_picture_gets_its_mask_in_full_size():
    sketch = Sketch(QSize(6000, 3000))
    assert sketch.image.width() == 2048
    stroke(sketch, Brush(300, 1.0), (1000, 1500), (4000, 1500))
    full = sketch.render()
    assert full.size() == QSize(6000, 3000)
    inside, outside = full.pixelColor(2500, 1790).red(), full.pixelColor(2500, 1810).red()
    assert (inside, outside) == (255, 0)


def test_an_old_mask_is_painted_on():
    old = QImage(50, 50, QImage.Format.Format_Grayscale8)
    old.fill(QColor(90, 90, 90))
    sketch = Sketch(QSize(100, 100), old)
    assert level(sketch, 80, 80) == 90
    stroke(sketch, HARD, (20, 20))
    assert [level(sketch, 20, 20), level(sketch, 80, 80)] == [255, 90]


# ---- the well and the painter, with mouse and keys


@pytest.fixture
def form(qtbot, desk, tmp_path):
    path = tmp_path / "picture.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 200), "grey").save(path, exif=exif)  # upright: 200 x 300
    form = make_form(qtbot, desk, Edit)
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
    painter.hardness_slider.setValue(100)
    painter.size_slider.setValue(40)
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
    assert level(again.sketch, 55, 100) == 255
    again.reject()


def test_keys_paint_undo_and_change_the_brush(qtbot, form):
    painter = open_painter(qtbot, form)
    canvas, sketch = painter.canvas, painter.sketch
    radius = canvas.brush.radius
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.brush.radius > radius
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    for _ in range(4):
        qtbot.keyClick(canvas, Qt.Key.Key_Right)
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert level(sketch, 100, 150) == 255
    assert level(sketch, 120, 150) == 255
    qtbot.keyClick(painter, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert sketch.is_empty
    qtbot.keyClick(painter, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert level(sketch, 100, 150) == 255
    qtbot.keyClick(painter, Qt.Key.Key_E)
    assert canvas.brush.erases
    qtbot.keyClick(painter, Qt.Key.Key_I)
    assert [level(sketch, 100, 150), level(sketch, 5, 5)] == [0, 255]
    painter.reject()
    assert form.problem()[0] == "mask"


def test_the_wheel_resizes_and_with_control_zooms(qtbot, form):
    painter = open_painter(qtbot, form)
    canvas = painter.canvas
    middle = QPointF(canvas.rect().center())
    radius, scale = canvas.brush.radius, canvas.transform().m11()
    wheel(canvas, middle, 120)
    assert canvas.brush.radius > radius
    under = canvas.place(middle + QPointF(30, 20))
    wheel(canvas, middle + QPointF(30, 20), 240, Qt.KeyboardModifier.ControlModifier)
    assert canvas.transform().m11() > scale
    assert (canvas.place(middle + QPointF(30, 20)) - under).manhattanLength() < 0.01
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
    assert "Nothing is marked" in painter.hint
    painter.reject()


def test_a_painter_that_was_left_goes_on_where_it_stopped(qtbot, form):
    painter = open_painter(qtbot, form)
    drag(painter.canvas, (50, 100), (150, 100))
    qtbot.keyClick(painter, Qt.Key.Key_Escape)
    assert "open it again" in form.error("mask")
    again = open_painter(qtbot, form)
    assert level(again.sketch, 100, 100) == 255
    assert again.undo.isEnabled()
    again.undo.click()
    again.reject()


def test_a_mask_that_cannot_be_written_is_told_and_stays_in_the_painter(qtbot, form, desk, tmp_path):
    desk.drafts_dir = tmp_path / "picture.jpg" / "drafts"  # below a file nothing can be made
    painter = open_painter(qtbot, form)
    drag(painter.canvas, (50, 100), (150, 100))
    painter.use.click()
    qtbot.waitUntil(lambda: "could not be kept" in form.error("mask"))
    desk.drafts_dir = tmp_path / "drafts"
    open_painter(qtbot, form).use.click()
    qtbot.waitUntil(lambda: form.problem() is None)
    assert load_mask(form.values()["mask"]).getpixel((100, 100)) == 255


def test_without_a_picture_there_is_nothing_to_paint_over(qtbot, desk):
    form = make_form(qtbot, desk, Edit)
    form.editor("mask").paint()
    assert form.error("mask") == "Choose the picture first; the mask is painted over it."


def test_a_mask_of_another_size_is_told_before_it_is_sent(qtbot, form, tmp_path):
    Image.new("L", (64, 64), 255).save(tmp_path / "small.png")
    form.editor("mask").take(str(tmp_path / "small.png"))
    qtbot.waitUntil(lambda: form.editor("mask").look is not None)
    name, words = form.problem()
    assert name == "mask"
    assert "64 × 64" in words
    assert "200 × 300" in words
