"""The picture in the middle, zoomed and panned with real events; journey.py drags it out, which needs a screen."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.desktop.canvas.view import CanvasView
from studio.desktop.canvas.viewport import MARGIN, STEP
from studio.desktop.shell import qt_image

Keys = Qt.Key
SIZE = 400  # pixels a side of the view and of the picture's room in it, less the margins


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.linear_gradient("L").resize((200, 100)).convert("RGB").save(path)
    return path


@pytest.fixture
def view(qtbot: QtBot, file: Path) -> CanvasView:
    made = CanvasView()
    qtbot.addWidget(made)
    made.resize(SIZE + 2 * MARGIN, SIZE + 2 * MARGIN)
    made.show()
    made.show_picture(qt_image.load(file), file)
    made.setFocus()
    return made


def turn(view: CanvasView, steps: int, at: QPointF) -> None:
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase, angle = Qt.ScrollPhase.NoScrollPhase, QPoint(0, 120 * steps)
    event = QWheelEvent(at, view.mapToGlobal(at), QPoint(), angle, buttons, keys, phase, False)
    QApplication.sendEvent(view, event)


def test_a_small_picture_grows_by_a_whole_number_and_keys_zoom(view: CanvasView) -> None:
    assert view.fitted
    assert view.zoom == 2.0
    QTest.keyClick(view, Keys.Key_Plus)
    assert view.zoom == pytest.approx(2.0 * STEP)
    QTest.keyClick(view, Keys.Key_Minus)
    assert view.zoom == pytest.approx(2.0)
    QTest.keyClick(view, Keys.Key_1)
    assert view.fitted == (view.zoom == 2.0)
    QTest.keyClick(view, Keys.Key_0)
    assert view.fitted


def test_the_wheel_zooms_about_the_pointer(view: CanvasView) -> None:
    at = QPointF(300, 250)
    before = view.place(at)
    turn(view, 3, at)
    assert view.zoom == pytest.approx(2.0 * STEP**3)
    moved = view.place(at) - before
    assert moved.manhattanLength() * view.zoom < 2  # the corner lies on a whole pixel
    turn(view, -40, at)
    assert view.zoom < 2.0


def corner(view: CanvasView) -> QPointF:
    return view.transform().map(QPointF())


def test_a_zoomed_picture_is_panned_by_the_mouse_and_stays_in_sight(view: CanvasView) -> None:
    view.zoom_to(8.0)
    before = corner(view)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(view, QPoint(230, 190))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(230, 190))
    assert (corner(view) - before - QPointF(30, -10)).manhattanLength() < 2
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(1, 200))
    for _ in range(9):
        QTest.mouseMove(view, QPoint(400, 200))
        QTest.mouseMove(view, QPoint(9000, 200))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(400, 200))
    assert corner(view).x() == pytest.approx(view.width() / 2, abs=1)  # its edge goes to the middle, and no further


def test_what_is_drawn_is_the_part_that_lies_there(view: CanvasView) -> None:
    top = view.grab().toImage().pixelColor(view.width() // 2, int(corner(view).y()) + 2)
    view.zoom_to(16.0)
    middle = view.grab().toImage().pixelColor(view.width() // 2, view.height() // 2)
    assert top.value() < 20
    assert 110 < middle.value() < 145  # the middle of a gradient from black to white


def test_while_it_is_zoomed_it_is_drawn_fast_and_at_rest_as_sharp_as_ever(qtbot: QtBot, tmp_path: Path) -> None:
    noise = Image.effect_noise((2400, 1600), 90).convert("RGB")
    noise.save(tmp_path / "large.png")
    shown = qt_image.load(tmp_path / "large.png")

    view = CanvasView()
    qtbot.addWidget(view)
    view.resize(SIZE, SIZE)
    view.show_picture(shown)
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no ring, which would be another change
    view.show()
    turn(view, 4, QPointF(150, 150))
    assert view.zoom < 1
    soft = view.grab().toImage()
    qtbot.waitUntil(lambda: view.grab().toImage() != soft)
    rested, drawn = view.grab().toImage(), view._tiles.drawn
    qtbot.wait(120)
    assert view.grab().toImage() == rested
    assert view._tiles.drawn == drawn  # and then it is left alone
    view._tiles.forget()
    assert view.grab().toImage() == rested  # nothing soft is left


def test_a_picture_that_ends_within_a_pixel_of_the_screen_has_no_dark_line_at_its_end(qtbot: QtBot) -> None:
    image = QImage(768, 512, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    view = CanvasView()
    qtbot.addWidget(view)
    view.setStyleSheet("background: white")
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.resize(868, 555)
    view.show()
    view.show_picture(qt_image.prepared(image))
    assert view.viewport.target().width() % 1 == 0.5
    shown = view.grab().toImage()
    assert min(shown.pixelColor(x, 300).value() for x in range(shown.width())) > 200
