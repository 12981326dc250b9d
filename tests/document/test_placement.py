"""Where a layer lies: numbers in, pixels out; turning back and forth loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QImage

from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.shell.qt_image import Shown
from studio.document.placement import Placement, is_sound, of_corner

SIZE = 30, 20
numbers = st.floats(-200, 200)
scales = st.sampled_from([-3.0, -1.0, -0.5, 0.25, 1.0, 2.0])


def picture() -> QImage:
    """Red, with a blue pixel in its top left corner and a green one at the right of it."""
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(0xFFFF0000)
    image.setPixel(0, 0, 0xFF0000FF)
    image.setPixel(29, 0, 0xFF00FF00)
    return image


def layer() -> Layer:
    return Layer(Shown(picture()), at=QPoint(4, 6))


def test_a_layer_that_is_only_moved_stays_a_plain_one() -> None:
    moved = layer().place(layer().placement.moved(3, -2))
    assert (moved.rect, moved.scaled) == (QRect(7, 4, 30, 20), None)


def test_a_quarter_turn_keeps_every_pixel() -> None:
    turned = layer().place(Placement(19, 16).turned(90))
    raster = turned.raster()
    assert (raster.width(), raster.height()) == (20, 30)
    assert raster.pixelColor(19, 0).name() == "#0000ff"
    assert raster.pixelColor(19, 29).name() == "#00ff00"
    back = turned.place(turned.placement.turned(-90))
    assert back.scaled is None
    assert back.raster() == picture()


@pytest.mark.parametrize(("down", "blue"), [(False, (29, 0)), (True, (0, 19))])
def test_a_flip_is_what_is_seen_to_be_mirrored(down: bool, blue: tuple[int, int]) -> None:
    flipped = layer().place(layer().placement.flipped(down=down))
    assert flipped.rect == layer().rect
    assert flipped.raster().pixelColor(*blue).name() == "#0000ff"


def test_a_turned_layer_flips_as_it_lies() -> None:
    turned = layer().place(layer().placement.turned(90))  # blue at the top right
    assert turned.place(turned.placement.flipped(down=False)).raster().pixelColor(0, 0).name() == "#0000ff"


@given(numbers, numbers, scales, scales, st.floats(-180, 180))
def test_the_held_corner_stays_where_it_is(x: float, y: float, across: float, down: float, angle: float) -> None:
    before = Placement(x, y, 1.5, 0.5, angle)
    after = before.resized(across, down, (-1, 1), SIZE)
    spot = QPointF(0, SIZE[1])
    one, other = (Layer(Shown(picture())).place(placement).matrix.map(spot) for placement in (before, after))
    assert (one - other).manhattanLength() < 1e-6


@given(numbers, numbers, st.floats(-720, 720))
def test_two_flips_and_a_turn_back_are_nothing(x: float, y: float, angle: float) -> None:
    start = Placement(x, y, 2, 3, 30)
    again = start.turned(angle).flipped(down=True).flipped(down=True).turned(-angle)
    assert again[:4] == start[:4]
    assert again.angle == pytest.approx(start.angle)


def test_scaling_ends_where_it_would_make_no_sense() -> None:
    assert Placement(0, 0).resized(1e-9, -1e9)[2:4] == (1 / 64, -64)


@pytest.mark.parametrize("bad", [(), (0, 0, 0, 1, 0), (0, 0, 1, 1, float("nan")), (1e9, 0, 1, 1, 0)])
def test_numbers_of_a_file_are_looked_at(bad: tuple[float, ...]) -> None:
    assert not is_sound(bad)
    assert is_sound(of_corner(3, 4, *SIZE))


def test_a_picture_with_an_area_ends_there() -> None:
    whole = Scene([layer()], QRect(0, 0, 10, 10)).flattened()
    assert (whole.width(), whole.height()) == (10, 10)
    assert whole.pixelColor(3, 6).alpha() == 0
    assert whole.pixelColor(4, 6).name() == "#0000ff"
