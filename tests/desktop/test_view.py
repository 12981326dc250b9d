"""The picture in the middle: zoomed, panned, and dragged out as a file, with real events."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.desktop import pixel
from studio.desktop.view import MARGIN, STEP, PictureView

Keys = Qt.Key
SIZE = 400  # pixels a side of the view and of the picture's room in it, less the margins


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    Image.linear_gradient("L").resize((200, 100)).convert("RGB").save(path)
    return path


@pytest.fixture
def view(qtbot: QtBot, file: Path) -> PictureView:
    made = PictureView()
    qtbot.addWidget(made)
    made.resize(SIZE + 2 * MARGIN, SIZE + 2 * MARGIN)
    made.show()
    made.show_picture(pixel.load(file), file)
    made.setFocus()
    return made


def under(view: PictureView, at: QPointF) -> tuple[float, float]:
    """The picture's pixel under a point of the view."""
    target = view._target()
    return (at.x() - target.x()) / view.zoom, (at.y() - target.y()) / view.zoom


def turn(view: PictureView, steps: int, at: QPointF) -> None:
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase, angle = Qt.ScrollPhase.NoScrollPhase, QPoint(0, 120 * steps)
    event = QWheelEvent(at, view.mapToGlobal(at), QPoint(), angle, buttons, keys, phase, False)
    QApplication.sendEvent(view, event)


def test_a_small_picture_grows_by_a_whole_number_and_keys_zoom(view: PictureView) -> None:
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


def test_the_wheel_zooms_about_the_pointer(view: PictureView) -> None:
    at = QPointF(300, 250)
    before = under(view, at)
    turn(view, 3, at)
    assert view.zoom == pytest.approx(2.0 * STEP**3)
    assert under(view, at) == pytest.approx(before)
    turn(view, -20, at)
    assert view.zoom <= 2.0
    assert view._target().center() == QPointF(view.width() / 2, view.height() / 2)


def test_a_zoomed_picture_is_panned_by_mouse_and_arrows_and_stays_in_sight(view: PictureView) -> None:
    view.zoom_to(8.0)
    corner = view._target().topLeft()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(view, QPoint(230, 190))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(230, 190))
    assert view._target().topLeft() - corner == QPointF(30, -10)
    corner = view._target().topLeft()
    QTest.keyClick(view, Keys.Key_Right)
    QTest.keyClick(view, Keys.Key_Down)
    assert view._target().x() < corner.x()
    assert view._target().y() < corner.y()
    for _ in range(100):
        QTest.keyClick(view, Keys.Key_Left)
    assert view._target().left() == pytest.approx(view.width() / 2)  # its edge goes to the middle, and no further


def test_what_is_drawn_is_the_part_that_lies_there(view: PictureView) -> None:
    top = view.grab().toImage().pixelColor(view.width() // 2, int(view._target().top()) + 2)
    view.zoom_to(16.0)
    middle = view.grab().toImage().pixelColor(view.width() // 2, view.height() // 2)
    assert top.value() < 20
    assert 110 < middle.value() < 145  # the middle of a gradient from black to white


class Target(QWidget):
    """Another program's window, for what is dropped there."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.urls: list[QUrl] = []

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        data: QMimeData = event.mimeData()
        self.urls = data.urls()
        event.acceptProposedAction()


def test_a_fitted_picture_is_dragged_out_as_its_file(qtbot: QtBot, view: PictureView, file: Path) -> None:
    desktop, target = QWidget(), Target()
    qtbot.addWidget(desktop)
    row = QHBoxLayout(desktop)
    row.addWidget(view)
    row.addWidget(target)
    desktop.setGeometry(0, 0, 700, 300)
    desktop.show()
    qtbot.waitExposed(desktop)

    def let_go() -> None:  # while the drag runs a loop of its own
        place, handle = target.geometry().center(), desktop.windowHandle()
        for step in (QPoint(-5, 0), QPoint()):
            QTest.mouseMove(handle, place + step)
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    QTimer.singleShot(200, let_go)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(view, QPoint(240, 240))
    qtbot.waitUntil(lambda: bool(target.urls))
    assert target.urls == [QUrl.fromLocalFile(str(file))]


def test_a_preview_is_never_dragged_out(view: PictureView, file: Path) -> None:
    view.show_picture(pixel.load(file))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    QTest.mouseMove(view, QPoint(240, 240))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(240, 240))
    assert QEvent.Type.Drop  # nothing hangs: no drag was begun without a file
