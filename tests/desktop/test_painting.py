"""Painting on the canvas: brush, eraser, pipette, text, shapes, crop, selections, guides; each a step of the undo."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, VARY, Rig
from test_canvas import EDIT, SIZE, drag, save, show, studio, undo
from test_graphics_tablet import draw, pen

from studio.desktop.canvas import figure_layer
from studio.desktop.canvas.crop_tool import CropTool
from studio.desktop.canvas.mask_toolbar import MaskToolbar
from studio.desktop.canvas.paint_tool import PaintTool
from studio.desktop.features.blank_canvas import BlankCanvas
from studio.document.figure import ShapeFigure, TextFigure
from studio.messages import Ready

__all__ = ["studio"]  # a fixture
Keys, Mod = Qt.Key, Qt.KeyboardModifier
Alt, Shift = Mod.AltModifier, Mod.ShiftModifier
GREY, RED, GREEN = "#808080", "#ff0000", "#00ff00"


def masks(rig: Rig) -> MaskToolbar:
    return rig.window.viewer.masks


def seen(rig: Rig, x: int, y: int) -> str:
    """The colour of the document there, by pixels of the picture."""
    scene = rig.session.document.scene
    return scene.flattened().pixelColor(QPoint(x, y) - scene.bounds.topLeft()).name()


def brush(rig: Rig, colour: str = RED, diameter: int = 20) -> PaintTool:
    """A hard one on the canvas."""
    bar = masks(rig)
    bar.choose("paint")
    bar.painting.colour.pick(QColor(colour))
    bar.painting.brush.size_slider.slider.setValue(diameter)
    bar.painting.brush.hardness.slider.setValue(100)
    bar.painting.brush.opacity.slider.setValue(100)
    tool = rig.window.viewer.canvas.tool
    assert isinstance(tool, PaintTool)
    return tool


def click(rig: Rig, x: float, y: float, modifiers: Qt.KeyboardModifier = Mod.NoModifier) -> None:
    canvas = rig.window.viewer.canvas
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, modifiers, canvas.transform().map(QPointF(x, y)).toPoint())


def select(rig: Rig, modifiers: Qt.KeyboardModifier, *points: tuple[float, float]) -> None:
    """A drag with keys held down."""
    canvas = rig.window.viewer.canvas
    spots = [canvas.transform().map(QPointF(*point)).toPoint() for point in points]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, modifiers, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(canvas, spot)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, modifiers, spots[-1])


@pytest.fixture
def photo(studio: Rig) -> Rig:
    """A grey picture in Refine's place, as the document."""
    show(studio, save(studio))
    studio.window.viewer.accept()
    studio.window.forms.choose("variation")
    return studio


def test_a_brush_paints_on_a_layer_of_its_own_and_goes_on_there(photo: Rig) -> None:
    document = photo.session.document
    brush(photo)
    drag(photo, (50, 50), (150, 50))
    drag(photo, (50, 120), (150, 120))
    assert [layer.painted for layer in document.layers] == [False, True]
    assert [seen(photo, 100, 50), seen(photo, 100, 120), seen(photo, 100, 200)] == [RED, RED, GREY]
    undo(photo)
    assert [seen(photo, 100, 50), seen(photo, 100, 120)] == [RED, GREY]
    undo(photo)
    assert len(document.layers) == 1
    document.stack.redo()
    document.stack.redo()
    assert [seen(photo, 100, 50), seen(photo, 100, 120)] == [RED, RED]
    assert masks(photo).painting.colour.recent[0] == RED


def test_an_eraser_takes_from_the_picture_itself_and_undo_gives_the_file_back(photo: Rig) -> None:
    document = photo.session.document
    piece = document.piece
    brush(photo)
    masks(photo).choose("rub")
    masks(photo).painting.brush.size_slider.slider.setValue(40)
    drag(photo, (100, 100), (140, 100))
    assert document.scene.flattened().pixelColor(120, 100).alpha() == 0
    assert document.piece is None
    undo(photo)
    assert document.piece == piece


def test_what_is_painted_is_on_the_screen_as_if_it_were_drawn_anew(photo: Rig) -> None:
    canvas = photo.window.viewer.canvas
    canvas.zoom_to(0.7)
    canvas._sharpen()
    brush(photo, diameter=30)
    drag(photo, (30, 30), (200, 140), (90, 200))
    masks(photo).choose("")
    kept = canvas.grab().toImage()
    canvas._tiles.forget()
    assert canvas.grab().toImage() == kept


def test_pressure_is_the_width_and_the_other_end_of_the_pen_takes_away(photo: Rig) -> None:
    brush(photo, diameter=60)
    draw(photo, pen(), (60, 100, 1.0), (160, 100, 0.2), (260, 100, 0.2))
    assert [seen(photo, 60, 120), seen(photo, 250, 120), seen(photo, 250, 102)] == [RED, GREY, RED]


def test_alt_takes_up_a_colour_and_so_does_the_pipette_by_keys(photo: Rig) -> None:
    brush(photo, GREEN)
    drag(photo, (50, 50), (150, 50))
    masks(photo).painting.colour.pick(QColor(RED))
    click(photo, 100, 50, Alt)
    assert masks(photo).painting.colour.colour.name() == GREEN
    canvas = photo.window.viewer.canvas
    QTest.keyClick(canvas, Keys.Key_I)
    assert masks(photo).chosen == "pipette"
    QTest.keyClick(canvas, Keys.Key_Space)
    assert masks(photo).painting.colour.colour.name() == GREY  # the middle of the picture


def test_keys_paint_too(photo: Rig) -> None:
    brush(photo)
    canvas = photo.window.viewer.canvas
    canvas.setFocus()
    QTest.keyPress(canvas, Keys.Key_Space)
    for _ in range(6):
        QTest.keyClick(canvas, Keys.Key_Right)
    QTest.keyRelease(canvas, Keys.Key_Space)
    assert seen(photo, SIZE[0] // 2 + 10, SIZE[1] // 2) == RED


def test_size_is_set_by_number_and_brackets_and_remembered_for_pictures_of_a_size(photo: Rig) -> None:
    tool, options = brush(photo), masks(photo).painting.brush
    number = options.size_slider.number
    assert number is not None
    number.setValue(37)
    assert tool.brush.radius == 18.5
    QTest.keyClick(photo.window.viewer.canvas, Keys.Key_BracketRight)
    larger = tool.brush.radius
    assert larger > 18.5
    assert number.value() == round(2 * larger)
    zoom = photo.window.viewer.canvas.zoom
    select(photo, Shift, (100, 100), (100 + 20 / zoom, 100))  # the ring grows with the drag, and nothing is painted
    assert abs(tool.brush.radius - larger - 20 / zoom) < 2 / zoom
    assert len(photo.session.document.layers) == 1
    larger = tool.brush.radius
    photo.feature(BlankCanvas).begin(QSize(900, 700), QColor("white"))
    other = photo.window.viewer.canvas.tool
    assert isinstance(other, PaintTool)
    assert other.brush.radius == 22.5  # of pictures of this size, nobody has chosen one
    photo.session.documents.step(-1)
    photo.wait(lambda: photo.session.document.bounds.size() == QSize(*SIZE))
    masks(photo).choose("paint")
    again = photo.window.viewer.canvas.tool
    assert isinstance(again, PaintTool)
    assert again.brush.radius == larger
    assert masks(photo).painting.kept().brush("paint", SIZE, other.brush).radius == larger  # type: ignore[arg-type]


def test_a_shape_can_be_changed_until_it_is_painted_on(photo: Rig) -> None:
    document, bar = photo.session.document, masks(photo)
    bar.choose("shape")
    bar.painting.colour.pick(QColor(RED))
    bar.painting.shape.filled.setCurrentIndex(1)
    drag(photo, (40, 40), (60, 60), (140, 100))
    assert seen(photo, 100, 70) == RED
    bar.painting.colour.pick(QColor(GREEN))
    bar.painting.shape.kind.setCurrentIndex(1)
    figure = document.layers[1].figure
    assert isinstance(figure, ShapeFigure)
    assert (figure.kind, figure.fill) == ("ellipse", GREEN)
    assert [seen(photo, 90, 70), seen(photo, 43, 43)] == [GREEN, GREY]
    drag(photo, (140, 100), (200, 160), (240, 200))  # by its end
    assert seen(photo, 140, 120) == GREEN
    bar.choose("rub")
    click(photo, 140, 120)
    assert (document.layers[1].figure, document.layers[1].painted) == (None, True)
    undo(photo)
    assert document.layers[1].figure is not None
    assert document.bounds == QRect(0, 0, *SIZE)


def test_a_text_is_written_and_rewritten(photo: Rig) -> None:
    document, bar = photo.session.document, masks(photo)
    bar.choose("text")
    click(photo, 20, 20)
    editor = bar.painting._editor
    assert editor is not None
    editor.words.setPlainText("Hello")
    editor.size_box.setValue(60)
    assert len(document.layers) == 1  # only seen
    QTest.keyClick(editor.words, Keys.Key_Return, Mod.ControlModifier)
    written = document.layers[1]
    assert isinstance(written.figure, TextFigure)
    assert written.name == "Hello"
    assert written.rect.height() > 35
    click(photo, 40, 50)
    assert editor.words.toPlainText() == "Hello"
    editor.words.setPlainText("Hello\nworld")
    editor.keep()
    assert document.layers[1].rect.height() > 1.5 * written.rect.height()
    undo(photo)
    assert document.layers[1] is written
    click(photo, 40, 50)
    editor.words.setPlainText("nothing of this")
    QTest.keyClick(editor.words, Keys.Key_Escape)
    assert document.layers[1] is written


def test_crop_keeps_a_ratio_takes_mask_and_layers_along_and_can_be_undone(photo: Rig) -> None:
    document, bar = photo.session.document, masks(photo)
    photo.window.forms.choose("inpaint")
    bar.choose("rectangle")
    drag(photo, (100, 100), (200, 150))
    brush(photo)
    drag(photo, (150, 200), (250, 200))
    bar.choose("crop")
    options = bar.painting.crop
    options.ratio.setCurrentIndex(options.ratio.findText("1 : 1"))
    tool = photo.window.viewer.canvas.tool
    assert isinstance(tool, CropTool)
    assert tool.area.size() == QSize(240, 240)
    drag(photo, (tool.box.left(), tool.box.top()), (80, 60), (90, 90))
    assert tool.area.width() == tool.area.height() < 200
    area = tool.area
    QTest.keyClick(photo.window.viewer.canvas, Keys.Key_Return)
    assert document.bounds == area
    assert photo.window.viewer.canvas.scene.bounds == area
    assert tool.area == area  # all of what is left
    assert document.overlay is not None
    assert (document.overlay.size, document.overlay.origin) == (area.size(), area.topLeft())
    assert document.overlay.mask.read((150 - area.x(), 120 - area.y(), 151 - area.x(), 121 - area.y())) == 255
    assert seen(photo, 200, 200) == RED
    undo(photo)
    assert document.bounds == QRect(0, 0, *SIZE)
    assert not document.overlay.mask.is_empty


def test_selections_add_take_away_and_intersect(photo: Rig) -> None:
    photo.window.forms.choose("inpaint")
    bar, canvas = masks(photo), photo.window.viewer.canvas
    bar.choose("rectangle")
    overlay = photo.session.document.overlay
    assert overlay is not None

    def marked(x: int, y: int) -> bool:
        return bool(overlay.mask.read((x, y, x + 1, y + 1)))

    select(photo, Mod.NoModifier, (40, 40), (120, 120))
    select(photo, Shift, (100, 100), (200, 180))
    assert [marked(60, 60), marked(190, 170)] == [True, True]
    select(photo, Alt, (40, 40), (80, 80))
    assert [marked(60, 60), marked(110, 110)] == [False, True]
    bar.choose("ellipse")
    select(photo, Shift | Alt, (90, 90), (190, 190))
    assert [marked(140, 140), marked(60, 110), marked(198, 178)] == [True, False, False]
    undo(photo)
    assert marked(60, 110)
    bar.choose("lasso")
    photo.window.action_table.run("mask.subtract")
    select(photo, Mod.NoModifier, (90, 90), (210, 90), (210, 200), (90, 200))
    assert not marked(150, 150)
    assert canvas.tool is not None


def test_edit_begins_with_the_brush_in_the_hand_and_takes_it_up_again(photo: Rig) -> None:
    assert masks(photo).chosen == ""
    photo.window.forms.choose("inpaint")
    assert masks(photo).chosen == "brush"
    photo.window.forms.choose("variation")
    assert masks(photo).chosen == ""


def test_the_view_turns_and_guides_snap(photo: Rig) -> None:
    canvas, bar = photo.window.viewer.canvas, masks(photo)
    canvas.setFocus()
    QTest.keyClick(canvas, Keys.Key_6)
    assert canvas.viewport.rotation == 15
    brush(photo)
    drag(photo, (60, 60), (200, 60))
    assert [seen(photo, 130, 60), seen(photo, 130, 90)] == [RED, GREY]  # along the picture, however it is seen
    QTest.keyClick(canvas, Keys.Key_5)
    assert canvas.viewport.rotation == 0
    photo.window.action_table.run("view.grid-32")
    photo.window.action_table.run("view.rulers")
    photo.window.forms.choose("inpaint")
    bar.choose("rectangle")
    select(photo, Mod.NoModifier, (33, 30), (97, 66))
    overlay = photo.session.document.overlay
    assert overlay is not None
    assert overlay.mask.read((32, 32, 96, 64)).all()
    assert overlay.mask.render().sum() == 64 * 32 * 255
    state = bar.painting.kept()
    assert (state.rulers, state.grid, state.step) == (True, True, 32)


def test_all_of_it_is_there_after_a_restart(photo: Rig, qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    brush(photo)
    drag(photo, (50, 50), (150, 50))
    masks(photo).choose("shape")
    drag(photo, (40, 100), (60, 120), (140, 180))
    shown = photo.session.document.scene.flattened()
    kept: list[int] = []
    photo.session.autosave.kept.connect(lambda: kept.append(1))
    photo.session.documents.save()
    photo.wait(lambda: kept)
    photo.studio.close()
    again = Rig(qtbot, qapp)
    again.client.emit(Ready([CREATE, EDIT, VARY], [], [MODEL], []))
    again.wait(lambda: len(again.session.document.layers) == 3)
    assert again.session.document.scene.flattened() == shown
    assert [layer.painted for layer in again.session.document.layers] == [False, True, False]
    assert isinstance(again.session.document.layers[2].figure, ShapeFigure)
    assert masks(again).painting.colour.colour.name() == RED
    again.studio.close()


def test_strokes_that_follow_each_other_quickly_are_steps_of_their_own_after_a_restart(
    photo: Rig, qtbot: QtBot, qapp: QApplication
) -> None:
    brush(photo)
    steps = photo.session.document.stack.count()
    for y in (20, 50, 80, 110, 140):  # none of them waits until the one before is on the disk
        drag(photo, (50, y), (150, y))
    undo(photo)
    kept: list[int] = []
    photo.session.autosave.kept.connect(lambda: kept.append(1))
    photo.session.documents.save()
    photo.wait(lambda: kept)
    photo.studio.close()
    again = Rig(qtbot, qapp)
    again.client.emit(Ready([CREATE, EDIT, VARY], [], [MODEL], []))
    again.wait(lambda: len(again.session.document.layers) == 2)
    stack = again.session.document.stack
    assert [seen(again, 100, y) for y in (110, 140)] == [RED, GREY]
    stack.redo()
    assert seen(again, 100, 140) == RED
    for y in (140, 110, 80):
        stack.undo()
        assert [seen(again, 100, y), seen(again, 100, y - 30)] == [GREY, RED]
    assert stack.count() >= steps + 3
    assert not again.session.document._unwritten
    again.studio.close()


def test_a_scaled_and_turned_text_keeps_that_when_its_words_change(photo: Rig) -> None:
    document, bar = photo.session.document, masks(photo)
    bar.choose("text")
    click(photo, 60, 60)
    editor = bar.painting._editor
    assert editor is not None
    editor.words.setPlainText("HI")
    editor.keep()
    layer = document.layers[-1]
    turned = layer.placement._replace(across=2.0, down=1.5, angle=90.0, x=100.0, y=100.0)
    document.place_layer("turn", layer.key, turned)
    layer = document.layers[-1]
    lies = figure_layer.to_picture(layer)
    at = QRectF(layer.rect).center()
    click(photo, at.x(), at.y())
    assert editor.to_picture == lies  # what is written is seen where it will be
    editor.words.setPlainText("HI YOU")
    editor.keep()
    longer = document.layers[-1]
    assert longer.key == layer.key
    assert longer.scaled is not None
    assert longer.scaled[2:] == (2.0, 1.5, 90.0)
    assert longer.rect.height() > layer.rect.height()  # it runs down, as it is turned
    assert abs(longer.rect.top() - layer.rect.top()) <= 1
    assert abs(longer.rect.right() - layer.rect.right()) <= 1
    undo(photo)
    assert document.layers[-1].rect == layer.rect


def test_a_turned_shape_is_changed_by_its_ends_where_they_are_seen(photo: Rig) -> None:
    document, bar = photo.session.document, masks(photo)
    bar.choose("shape")
    drag(photo, (40, 40), (60, 60), (100, 80))
    layer = document.layers[-1]
    document.place_layer("turn", layer.key, layer.placement._replace(across=1.0, down=1.0, angle=90.0))
    layer = document.layers[-1]
    figure = layer.figure
    assert isinstance(figure, ShapeFigure)
    end = figure_layer.to_picture(layer).map(QPointF(figure.to_x, figure.to_y))
    drag(photo, (end.x(), end.y()), (end.x(), end.y() + 20), (end.x(), end.y() + 30))
    made = document.layers[-1]
    assert made.key == layer.key
    assert made.scaled is not None
    assert made.scaled.angle == 90.0
    assert abs(made.rect.height() - layer.rect.height() - 30) <= 2
    assert made.rect.width() == layer.rect.width()
