"""Layers as people know them: the panel, what can be done to a layer, and the handles on the canvas."""

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from rig import Rig
from test_canvas import mark, save, show, studio, undo

from studio.desktop.canvas.document import new_key
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_panel import LayerPanel
from studio.desktop.canvas.transform_tool import TransformTool
from studio.desktop.shell.qt_image import prepared
from studio.document.blend_mode import BlendMode

__all__ = ["studio"]  # a fixture


def patch(name: str, colour: str, rect: QRect) -> Layer:
    image = QImage(rect.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return Layer(prepared(image), new_key(), name, at=rect.topLeft(), painted=True)


@pytest.fixture
def panel(studio: Rig) -> LayerPanel:
    """A grey ground with a small red and a small blue layer over it."""
    ground = patch("ground", "#808080", QRect(0, 0, 200, 100))
    studio.session.document.put(
        "Begin",
        [ground, patch("red", "#ff0000", QRect(10, 10, 40, 20)), patch("blue", "#0000ff", QRect(100, 10, 40, 20))],
    )
    return studio.feature(LayerPanel)


def names(rig: Rig) -> list[str]:
    return [layer.name for layer in rig.session.document.layers]


def pixel(rig: Rig, x: int, y: int) -> str:
    return rig.session.document.scene.flattened().pixelColor(x, y).name()


def choose(panel: LayerPanel, name: str) -> Layer:
    (item,) = panel.list.findItems(name, Qt.MatchFlag.MatchExactly)
    panel.list.setCurrentItem(item)
    assert panel.current is not None
    return panel.current


def test_a_layer_is_dragged_to_another_place(studio: Rig, panel: LayerPanel) -> None:
    key = choose(panel, "blue").key
    panel.list.dropped(key, 3)  # below the last row
    assert names(studio) == ["blue", "ground", "red"]
    panel.list.dropped(key, 0)
    assert names(studio) == ["ground", "red", "blue"]
    panel.list.dropped(key, 1)  # between itself and the next: nowhere else
    assert names(studio) == ["ground", "red", "blue"]
    undo(studio)
    assert names(studio) == ["blue", "ground", "red"]


def test_a_copy_lies_over_its_original_and_is_chosen(studio: Rig, panel: LayerPanel) -> None:
    choose(panel, "red")
    studio.window.action_table.run("layer.duplicate")
    assert names(studio) == ["ground", "red", "red copy", "blue"]
    assert panel.current is studio.session.document.layers[2] is studio.session.document.chosen


def test_merging_and_flattening_keep_what_is_seen(studio: Rig, panel: LayerPanel) -> None:
    document = studio.session.document
    document.change("Fade", document.layers[1].key, opacity=0.5, blend=BlendMode.SCREEN)
    before = document.scene.flattened()
    choose(panel, "red")
    studio.window.action_table.run("layer.merge")
    studio.wait(lambda: len(document.layers) == 2)
    assert names(studio) == ["ground", "blue"]
    assert document.scene.flattened() == before
    studio.window.action_table.run("layer.flatten")
    studio.wait(lambda: names(studio) == ["Background"])
    assert document.scene.flattened() == before
    undo(studio)
    undo(studio)
    assert names(studio) == ["ground", "red", "blue"]


def test_blend_mode_and_opacity_are_chosen_in_the_panel(studio: Rig, panel: LayerPanel) -> None:
    choose(panel, "red")
    blend = panel.options.blend
    blend.setCurrentIndex(blend.findData("multiply"))
    blend.activated.emit(blend.currentIndex())
    assert pixel(studio, 20, 20) == "#800000"
    choose(panel, "blue")
    assert blend.currentData() == "normal"
    choose(panel, "red")
    assert blend.currentData() == "multiply"


def test_numbers_place_a_layer_and_the_picture_stays_as_large(studio: Rig, panel: LayerPanel) -> None:
    choose(panel, "red")
    options = panel.options
    options.left.setValue(-10)
    options.wide.setValue(80)
    layer = studio.session.document.layers[1]
    assert layer.rect == QRect(-10, 10, 80, 20)
    assert studio.session.document.bounds == QRect(0, 0, 200, 100)
    assert (pixel(studio, 69, 20), pixel(studio, 70, 20)) == ("#ff0000", "#808080")
    options.angle.setValue(90)
    assert studio.session.document.layers[1].rect.size().width() == 20
    undo(studio)
    assert studio.session.document.layers[1].rect == QRect(10, 10, 40, 20)


@pytest.mark.parametrize("act", ["flip-across", "flip-down", "turn-left", "turn-right"])
def test_turns_and_flips_are_undone(studio: Rig, panel: LayerPanel, act: str) -> None:
    before = choose(panel, "red").rect
    studio.window.action_table.run(f"layer.{act}")
    after = studio.session.document.layers[1]
    assert after.rect.center() == before.center() or after.rect.size() == before.size().transposed()
    assert after.scaled is not None
    studio.window.action_table.run("layer.reset")
    assert studio.session.document.layers[1].rect == before
    undo(studio)
    assert studio.session.document.layers[1].scaled == after.scaled


def test_what_is_marked_becomes_the_mask_of_a_layer_and_is_marked_again(studio: Rig) -> None:
    panel, document = studio.feature(LayerPanel), studio.session.document
    show(studio, save(studio))
    studio.window.viewer.accept()
    mark(studio)
    assert document.overlay is not None
    marked = document.overlay.mask.render()
    whole = document.scene.flattened()
    studio.window.action_table.run("layer.mask")
    studio.wait(lambda: document.layers[0].mask)
    alone = document.scene.flattened()
    assert [alone.pixelColor(x, 128).alpha() for x in range(0, 256, 8)] == [
        int(marked[128, x]) for x in range(0, 256, 8)
    ]
    document.need_overlay()
    document.mark("Clear", _black(marked.shape))
    studio.window.action_table.run("layer.select-mask")
    studio.wait(lambda: document.overlay is not None and not document.overlay.mask.is_empty)
    assert (document.overlay.mask.render() == marked).all()
    choose(panel, document.layers[0].name)
    studio.window.action_table.run("layer.unmask")
    studio.wait(lambda: document.layers[0].mask is None)
    assert document.scene.flattened() == whole


def _black(shape: tuple[int, ...]) -> QImage:
    image = QImage(shape[1], shape[0], QImage.Format.Format_Grayscale8)
    image.fill(0)
    return image


def handles(studio: Rig, panel: LayerPanel, name: str) -> TransformTool:
    choose(panel, name)
    studio.window.action_table.run("layer.transform")
    tool = studio.window.viewer.canvas.tool
    assert isinstance(tool, TransformTool)
    return tool


def pull(studio: Rig, start: QPointF, stop: QPointF, shift: bool = False) -> None:
    """Points of the picture."""
    canvas = studio.window.viewer.canvas
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    first, last = (canvas.transform().map(point).toPoint() for point in (start, stop))
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, keys, first)
    QTest.mouseMove(canvas, last)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, keys, last)


def test_handles_move_scale_and_turn(studio: Rig, panel: LayerPanel) -> None:
    document = studio.session.document
    handles(studio, panel, "red")
    pull(studio, QPointF(30, 20), QPointF(60, 50))
    assert document.layers[1].rect == QRect(40, 40, 40, 20)
    pull(studio, QPointF(80, 60), QPointF(120, 80))  # a corner keeps the shape
    assert document.layers[1].rect == QRect(40, 40, 80, 40)
    pull(studio, QPointF(120, 60), QPointF(80, 60))  # a side does not
    assert document.layers[1].rect == QRect(40, 40, 40, 40)
    QTest.keyClick(studio.window.viewer.canvas, Qt.Key.Key_Right)
    QTest.keyClick(studio.window.viewer.canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert document.layers[1].rect == QRect(41, 50, 40, 40)
    assert document.bounds == QRect(0, 0, 200, 100)
    undo(studio)
    undo(studio)
    assert document.layers[1].rect == QRect(40, 40, 80, 40)


def test_another_tool_or_enter_ends_the_handles(studio: Rig, panel: LayerPanel) -> None:
    canvas, table = studio.window.viewer.canvas, studio.window.action_table
    handles(studio, panel, "red")
    assert table.qaction("layer.transform").isChecked()
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.tool is None
    handles(studio, panel, "blue")
    table.run("layer.transform")
    assert canvas.tool is None
    assert not table.qaction("layer.transform").isChecked()
