"""Colour in pixels: exact, no stronger where a stroke crosses itself, and undone to the last bit."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.document.brush import Brush, Dab
from studio.document.mask import TILE, Mask
from studio.document.paint import Ink, Pixels, Stroke, put

HARD = Brush(12.0, 1.0)


def sheet(width: int = 300, height: int = 200, colour: tuple[int, int, int, int] = (255, 255, 255, 255)) -> Pixels:
    return np.full((height, width, 4), colour, np.uint8)


def test_a_hard_brush_leaves_its_colour_and_nothing_beside_it() -> None:
    pixels = sheet()
    stroke = Stroke(pixels, Ink((200, 100, 50)))
    stroke.draw(HARD, Dab(50, 50), Dab(280, 150))
    assert pixels[100, 165].tolist() == [50, 100, 200, 255]
    assert (pixels[190, 20] == 255).all()


def test_a_stroke_at_half_opacity_is_no_stronger_where_it_crosses_itself() -> None:
    pixels = sheet()
    stroke = Stroke(pixels, Ink((0, 0, 0), 0.5))
    for start, stop in ((Dab(50, 50), Dab(250, 150)), (Dab(50, 150), Dab(250, 50)), (Dab(50, 50), Dab(250, 150))):
        stroke.draw(HARD, start, stop)
    assert pixels[100, 150].tolist() == [127, 127, 127, 255]


def test_what_is_erased_is_seen_through() -> None:
    pixels = sheet()
    Stroke(pixels, Ink(None)).draw(HARD, Dab(100, 100), Dab(100, 100))
    assert pixels[100, 100].tolist() == [0, 0, 0, 0]
    Stroke(pixels, Ink(None, 0.25)).draw(HARD, Dab(200, 100), Dab(200, 100))
    assert pixels[100, 200].tolist() == [191] * 4


points = st.tuples(st.floats(-20, 700), st.floats(-20, 400), st.floats(0.05, 1.0))


@given(
    st.lists(points, min_size=2, max_size=5), st.floats(0.5, 60), st.floats(0, 1), st.floats(0, 1),
    st.none() | st.tuples(*[st.integers(0, 255)] * 3), st.randoms(use_true_random=False),
)  # fmt: skip
def test_colours_stay_possible_and_undo_is_exact(dabs, radius, hardness, opacity, colour, random) -> None:  # type: ignore[no-untyped-def]
    alpha = random.randrange(256)
    pixels = sheet(600, 300, (alpha // 3, alpha // 2, alpha, alpha))
    before = pixels.copy()
    stroke = Stroke(pixels, Ink(colour, opacity))
    for start, stop in itertools.pairwise(dabs):
        stroke.draw(Brush(radius, hardness), Dab(*start), Dab(*stop))
    assert (pixels[..., :3] <= pixels[..., 3:]).all()  # no colour is brighter than its alpha allows
    after, tiles = pixels.copy(), stroke.end()
    assert all(tile.shape[0] <= TILE >= tile.shape[1] for tile in tiles.before.values())
    put(pixels, tiles.before)
    assert (pixels == before).all()
    put(pixels, tiles.after)
    assert (pixels == after).all()


def test_selections_intersect() -> None:
    mask, other = Mask(600, 300), Mask(600, 300)
    mask.begin()
    mask.rectangle((50, 50, 400, 200), erases=False)
    mask.end()
    other.rectangle((300, 100, 580, 280), erases=False)
    mask.begin()
    mask.intersect(other)
    change = mask.end()
    wanted = np.zeros((300, 600), np.uint8)
    wanted[100:200, 300:400] = 255
    assert (mask.render() == wanted).all()
    mask.apply(change.before, change.ground[0])
    assert mask.render()[60, 60] == 255


def test_everything_intersected_is_the_selection() -> None:
    mask, other = Mask(600, 300), Mask(600, 300)
    mask.fill(255)
    other.ellipse((100, 50, 500, 250), erases=False)
    mask.intersect(other)
    assert (mask.render() == other.render()).all()


def test_an_ellipse_touches_the_sides_of_its_box() -> None:
    mask = Mask(600, 300)
    mask.ellipse((100, 50, 500, 250), erases=False)
    level = mask.render()
    assert abs(level.sum() / 255 - np.pi * 200 * 100) < 300
    rows, columns = np.nonzero(level > 127)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (100, 499, 50, 249)
