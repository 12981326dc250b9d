"""The mask bar: one step for a feather, names at every slider, and no button that is smaller than its icon."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from rig import Rig
from test_canvas import mark, save, show, studio, undo

from studio.desktop.canvas.mask_toolbar import MaskToolbar
from studio.desktop.widgets.control import Slider

__all__ = ["studio"]  # a fixture


def masks(rig: Rig) -> MaskToolbar:
    return rig.window.viewer.masks


def drag_slider(slider: Slider, *shares: float) -> None:
    spots = [QPoint(round(share * slider.width()), slider.height() // 2) for share in shares]
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(slider, spot)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=spots[-1])


def test_a_feather_is_one_step_and_the_slider_follows_its_undo(studio: Rig) -> None:
    studio.studio.shell.resize(1700, 800)
    show(studio, save(studio))
    mark(studio)
    document, slider = studio.session.document, masks(studio).feather_slider
    before = document.stack.count()
    drag_slider(slider, 0.1, 0.2, 0.3, 0.5, 0.6)
    assert document.overlay is not None
    feather = document.overlay.feather_px
    assert feather == slider.value() > 20
    assert document.stack.count() == before + 1
    undo(studio)
    assert (document.overlay.feather_px, slider.value()) == (0, 0)
    assert not document.overlay.mask.is_empty  # the stroke before it is there
    document.stack.redo()
    assert (document.overlay.feather_px, slider.value()) == (feather, feather)


def test_a_stroke_between_two_feathers_parts_them(studio: Rig) -> None:
    studio.studio.shell.resize(1700, 800)
    show(studio, save(studio))
    mark(studio)
    slider = masks(studio).feather_slider
    drag_slider(slider, 0.1, 0.3)
    first = slider.value()
    masks(studio).invert.click()
    drag_slider(slider, 0.4, 0.7)
    undo(studio)
    assert slider.value() == first
    undo(studio)
    undo(studio)
    assert slider.value() == 0


@pytest.mark.parametrize("width", [900, 1000, 1280, 1500, 1900])
def test_at_every_width_sliders_have_names_and_buttons_their_size(studio: Rig, width: int) -> None:
    show(studio, save(studio))
    studio.window.forms.choose("inpaint")
    studio.studio.shell.resize(width, 700)
    studio.qtbot.wait(30)
    bar = masks(studio)
    acts: list[QAbstractButton] = [*bar.buttons.values(), *bar.paint_buttons.values(), bar.invert, bar.clear]
    tools = [*acts, bar._sliders.button, bar._overflow]
    visible = [tool for tool in tools if tool.isVisible()]
    assert bar.buttons["brush"] in visible
    for tool in visible:
        assert tool.width() >= tool.sizeHint().width()
        at = tool.mapTo(bar, QPoint())
        assert at.x() + tool.width() <= bar.width()
    if bar._sliders.button.isVisible():
        QTest.mouseClick(bar._sliders.button, Qt.MouseButton.LeftButton)
    for slider in (bar.size_slider, bar.hardness_slider, bar.feather_slider):
        assert slider.isVisible()
        label = next(named.label for named in bar._sliders._sliders if named.slider is slider)
        assert label.isVisible()
        assert label.width() >= label.sizeHint().width()
        assert slider.width() >= 60
    bar._sliders.panel.hide()
    kept = {button.accessibleName() for button in bar._overflow.kept}
    assert kept == {tool.accessibleName() for tool in acts if not tool.isVisible()}
    assert not kept or bar._sliders.shown == 0  # sliders go before buttons do
    if "Invert (Ctrl+Shift+I)" in kept:
        bar._overflow._fill()
        entry = next(action for action in bar._overflow.menu().actions() if "Invert" in action.text())
        before = studio.session.document.stack.count()
        entry.trigger()
        assert studio.session.document.stack.count() == before + (2 if not before else 1)


def test_a_slider_in_the_panel_does_what_it_does_in_the_bar(studio: Rig) -> None:
    show(studio, save(studio))
    mark(studio)
    studio.studio.shell.resize(900, 700)
    studio.qtbot.wait(30)
    bar = masks(studio)
    QTest.mouseClick(bar._sliders.button, Qt.MouseButton.LeftButton)
    assert bar._sliders.panel.isVisible()
    drag_slider(bar.size_slider, 0.2, 0.5)
    assert bar.brush is not None
    assert bar.brush.brush.radius == bar.size_slider.value() / 2
    bar._sliders.panel.hide()
