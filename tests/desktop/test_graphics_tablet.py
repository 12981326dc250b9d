"""A pen on the canvas: how hard it is pressed says how wide it marks, and its other end takes away."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtWidgets import QApplication
from rig import Rig
from test_canvas import save, show, studio, undo

__all__ = ["studio"]  # a fixture
Pointer = QPointingDevice.PointerType
Button = Qt.MouseButton
RADIUS = 20.0


def pen(pointer: QPointingDevice.PointerType = Pointer.Pen) -> QPointingDevice:
    able = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
    stylus = QInputDevice.DeviceType.Stylus
    return QPointingDevice("pen", 7, stylus, pointer, able, 1, 3, "", QPointingDeviceUniqueId())


def draw(rig: Rig, device: QPointingDevice, *steps: tuple[float, float, float]) -> None:
    """A stroke through (x, y, pressure), x and y in pixels of the picture."""
    canvas = rig.window.viewer.canvas
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton

    def send(
        kind: QEvent.Type, x: float, y: float, pressure: float, button: Qt.MouseButton, held: Qt.MouseButton
    ) -> None:
        spot = canvas.transform().map(QPointF(x, y))
        there = canvas.mapToGlobal(spot)
        plain = Qt.KeyboardModifier.NoModifier
        event = QTabletEvent(kind, device, spot, there, pressure, 0, 0, 0, 0, 0, plain, button, held)
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()  # else Qt makes mouse events of it, without a pressure

    (x, y, pressure), last = steps[0], steps[-1]
    send(QEvent.Type.TabletPress, x, y, pressure, left, left)
    for x, y, pressure in steps[1:]:
        send(QEvent.Type.TabletMove, x, y, pressure, none, left)
    send(QEvent.Type.TabletRelease, last[0], last[1], 0.0, left, none)


@pytest.fixture
def marked(studio: Rig) -> Rig:
    """A hard brush in the hand."""
    show(studio, save(studio))
    studio.window.forms.choose("inpaint")
    studio.window.viewer.masks.choose("brush")
    studio.qtbot.wait(100)
    masks = studio.window.viewer.masks
    masks.hardness_slider.setValue(100)
    masks.size_slider.setValue(round(2 * RADIUS))
    return studio


def width_at(rig: Rig, x: int) -> float:
    """Pixels that are marked in a column of the mask."""
    overlay = rig.session.document.overlay
    assert overlay is not None
    return float(np.sum(overlay.mask.read((x, 0, x + 1, overlay.mask.height)) / 255.0))


def test_a_stroke_is_as_wide_as_the_pen_is_pressed(marked: Rig) -> None:
    steps = marked.session.document.stack.count()
    draw(marked, pen(), *((x, 120, 0.25 if x < 160 else 1.0) for x in range(40, 281, 10)))
    assert width_at(marked, 90) == pytest.approx(2 * RADIUS * 0.25, abs=2)
    assert width_at(marked, 230) == pytest.approx(2 * RADIUS, abs=2)
    assert marked.session.document.stack.count() == steps + 1  # one stroke, one step
    undo(marked)
    assert width_at(marked, 230) == 0


def test_it_widens_evenly_with_the_pressure(marked: Rig) -> None:
    draw(marked, pen(), *((x, 120, (x - 40) / 240) for x in range(40, 281, 4)))
    widths = [width_at(marked, x) for x in range(80, 280, 20)]
    assert widths == sorted(widths)
    assert widths[-1] > 3 * widths[0]


def test_the_other_end_takes_away(marked: Rig) -> None:
    draw(marked, pen(), (60, 120, 1.0), (260, 120, 1.0))
    draw(marked, pen(Pointer.Eraser), (160, 120, 0.5), (162, 120, 0.5))
    assert width_at(marked, 161) == pytest.approx(2 * RADIUS - 2 * RADIUS * 0.5, abs=3)
    assert width_at(marked, 100) == pytest.approx(2 * RADIUS, abs=2)


def test_a_pen_that_only_touches_still_marks(marked: Rig) -> None:
    """Some report no pressure at all at first contact."""
    draw(marked, pen(), (100, 100, 0.0), (140, 100, 0.0))
    assert not marked.session.document.overlay.mask.is_empty  # type: ignore[union-attr]
