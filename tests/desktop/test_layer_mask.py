"""A layer's mask is painted directly: brush shows, eraser hides; each stroke is a step, and stays over a restart."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, VARY, Rig
from test_canvas import EDIT, drag, studio, undo
from test_painting import GREEN, GREY, masks, photo, seen

from studio.desktop.canvas.document import new_key
from studio.desktop.canvas.layer import Layer
from studio.desktop.features.layer_mask import LayerMaskPainting
from studio.desktop.shell.qt_image import prepared
from studio.messages import Ready

__all__ = ["photo", "studio"]  # fixtures


@pytest.fixture
def green(photo: Rig) -> Rig:
    """Over the photo a green layer, whose mask is painted."""
    image = QImage(photo.session.document.bounds.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(GREEN))
    photo.session.document.insert("green", Layer(prepared(image), new_key(), "green"))
    begin(photo)
    return photo


def begin(rig: Rig) -> None:
    rig.window.action_table.run("layer.paint-mask")
    rig.wait(lambda: rig.feature(LayerMaskPainting).mask and masks(rig).chosen == "brush")
    brush = masks(rig).brush
    assert brush is not None
    brush.set_brush(brush.brush._replace(radius=12.0, hardness=1.0))


def hide(rig: Rig, y: int) -> None:
    """A stroke with the eraser, across the picture."""
    steps = rig.session.document.stack.index()
    masks(rig).choose("eraser")
    drag(rig, (40, y), (160, y))
    rig.wait(lambda: rig.session.document.stack.index() > steps)


def tint(rig: Rig, x: int, y: int) -> bool:
    """Whether the canvas shows more red there than the picture has."""
    view = rig.window.viewer.canvas
    image = view.grab().toImage()
    at = view.transform().map(QPointF(x, y)).toPoint() * image.devicePixelRatio()
    return image.pixelColor(at).red() > QColor(seen(rig, x, y)).red() + 20


def test_the_eraser_hides_and_the_brush_shows_and_each_can_be_undone(green: Rig) -> None:
    document = green.session.document
    assert document.is_marked is False
    hide(green, 50)
    hide(green, 100)
    assert [seen(green, 100, y) for y in (50, 75, 100)] == [GREY, GREEN, GREY]
    assert (tint(green, 100, 50), tint(green, 100, 75)) == (True, False)  # red is what is hidden
    steps = document.stack.index()
    masks(green).choose("brush")
    drag(green, (40, 50), (160, 50))
    green.wait(lambda: document.stack.index() > steps)
    assert [seen(green, 100, y) for y in (50, 100)] == [GREEN, GREY]
    undo(green)
    assert [seen(green, 100, y) for y in (50, 100)] == [GREY, GREY]
    green.wait(lambda: tint(green, 100, 50))  # the tools go on from there
    hide(green, 150)
    assert [seen(green, 100, y) for y in (50, 100, 150)] == [GREY, GREY, GREY]
    assert document.layers[-1].shown.full.size() == document.bounds.size()


def test_the_mask_of_the_document_is_left_alone(green: Rig) -> None:
    hide(green, 50)
    feature = green.feature(LayerMaskPainting)
    assert feature.bar.isVisible()
    assert green.session.document.overlay is None
    feature.end()
    assert not feature.bar.isVisible()
    assert green.window.viewer.canvas.overlay is None
    green.window.forms.choose("inpaint")
    masks(green).choose("brush")
    drag(green, (40, 120), (160, 120))
    assert green.session.document.is_marked
    assert seen(green, 100, 120) == GREEN


def test_a_turned_layer_is_painted_where_it_is_seen_and_deleting_it_ends_it(photo: Rig) -> None:
    document = photo.session.document
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(GREEN))
    document.insert("green", Layer(prepared(image), new_key(), "green"))
    layer = document.layers[-1]
    document.place_layer("turn", layer.key, layer.placement._replace(x=100, y=100, across=4.0, down=4.0, angle=90.0))
    begin(photo)
    assert [seen(photo, 100, y) for y in (30, 60, 140)] == [GREEN, GREEN, GREEN]
    hide(photo, 60)
    assert [seen(photo, 100, y) for y in (30, 60, 140)] == [GREEN, GREY, GREEN]
    document.remove("delete", layer.key)
    assert photo.feature(LayerMaskPainting).mask is None
    assert masks(photo).chosen == ""


def test_it_is_there_after_a_restart(green: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    hide(green, 50)
    kept: list[int] = []
    green.session.autosave.kept.connect(lambda: kept.append(1))
    green.session.documents.save()
    green.wait(lambda: kept)
    green.studio.close()
    again = Rig(qtbot, qapp)
    again.client.emit(Ready([CREATE, EDIT, VARY], [], [MODEL], []))
    again.wait(lambda: len(again.session.document.layers) == 2)
    assert [seen(again, 100, y) for y in (50, 75)] == [GREY, GREEN]
    undo(again)
    assert seen(again, 100, 50) == GREEN
    again.studio.close()
