"""The mask in tiles: strokes, shapes, and an undo that touches only what was touched."""

import numpy as np
import pytest

from studio.document import feather, selection
from studio.document.brush import Brush, Dab
from studio.document.mask import TILE, Mask, Shape

HARD, SOFT = Brush(10, 1.0), Brush(20, 0.0)


def level(mask, x, y):
    return int(mask.read((x, y, x + 1, y + 1))[0, 0])


def stroke(mask, brush, *points):
    mask.begin()
    dabs = [Dab(*point) for point in points]
    for start, stop in zip([dabs[0], *dabs], dabs, strict=False):
        mask.draw(brush, start, stop)
    return mask.end()


def test_a_stroke_whitens_what_it_covers_and_an_eraser_blackens_it():
    mask = Mask(200, 100)
    assert mask.is_empty
    stroke(mask, HARD, (30, 50), (150, 50))
    assert [level(mask, x, y) for x, y in [(30, 50), (90, 58), (90, 62), (170, 50)]] == [255, 255, 0, 0]
    stroke(mask, HARD._replace(erases=True), (90, 20), (90, 80))
    assert [level(mask, 90, 50), level(mask, 60, 50)] == [0, 255]
    assert not mask.is_empty


def test_a_soft_edge_fades_and_going_over_it_twice_changes_nothing():
    mask = Mask(100, 100)
    stroke(mask, SOFT, (50, 50))
    fading = [level(mask, 50 + away, 50) for away in (0, 5, 10, 15, 19, 22)]
    assert fading == sorted(fading, reverse=True)
    assert fading[0] > 240
    assert 100 < fading[2] < 155
    assert fading[-1] == 0
    before = mask.render()
    stroke(mask, SOFT, (50, 50))
    assert (mask.render() == before).all()
    stroke(mask, SOFT._replace(erases=True), (50, 50))
    assert level(mask, 50, 50) < 15


def test_pieces_and_tiles_leave_no_marks():
    """A stroke in many pieces over many tiles is the stroke in one piece."""
    for radius, most in ((20, 1), (60, 12)):  # large brushes are stamped, on whole pixels
        whole, pieces = Mask(900, 700), Mask(900, 700)
        stroke(whole, Brush(radius, 0.4), (100, 100), (800, 600))
        stroke(pieces, Brush(radius, 0.4), *[(100 + 7 * step, 100 + 5 * step) for step in range(101)])
        difference = np.abs(whole.render().astype(int) - pieces.render().astype(int))
        assert difference.max() <= most


def test_stamps_cover_what_exact_lines_cover():
    stamped, exact = Mask(600, 400), Mask(600, 400)
    stroke(stamped, Brush(80, 0.9), (100.3, 100.7), (480.2, 300.9))
    stroke(exact, Brush(80, 0.9), (100.3, 100.7, 1.0), (480.2, 300.9, 0.99999))
    marked = [int((mask.render() > 127).sum()) for mask in (stamped, exact)]
    assert marked[0] == pytest.approx(marked[1], rel=0.003)


def test_pressure_narrows_a_stroke():
    mask = Mask(300, 100)
    stroke(mask, Brush(30, 1.0), (50, 50, 1.0), (250, 50, 0.2))
    heights = [int((mask.render()[:, x] > 127).sum()) for x in (50, 150, 250)]
    assert heights == pytest.approx([60, 36, 12], abs=2)


def test_undo_and_redo_bring_back_every_pixel():
    mask = Mask(520, 300)
    states, changes = [mask.render()], []

    def invert():
        mask.begin()
        mask.invert()
        return mask.end()

    def clear():
        mask.begin()
        mask.fill(0)
        return mask.end()

    for act in (
        lambda: stroke(mask, SOFT, (20, 20), (490, 260)),
        invert,
        lambda: stroke(mask, HARD._replace(erases=True), (0, 0), (60, 40)),
        clear,
        invert,
        lambda: stroke(mask, HARD, (519, 299), (560, 320)),
    ):
        changes.append(act())
        states.append(mask.render())
    for change, state in zip(reversed(changes), reversed(states[:-1]), strict=True):
        mask.apply(change.before, change.ground[0])
        assert (mask.render() == state).all()
    for change, state in zip(changes, states[1:], strict=True):
        mask.apply(change.after, change.ground[1])
        assert (mask.render() == state).all()


def test_a_stroke_at_8k_and_its_undo_touch_only_its_tiles():
    mask = Mask(8192, 8192)
    change = stroke(mask, Brush(40, 0.8), (5000, 5000), (5200, 5000))
    expected = {(x, y) for x in range(4959 // TILE, 5241 // TILE + 1) for y in range(4959 // TILE, 5041 // TILE + 1)}
    assert {*change.after} <= expected
    assert len(change.after) == len(mask.keys) <= 4
    assert all(tile is None for tile in change.before.values())


def test_a_snapshot_stays_as_it_was():
    mask = Mask(100, 100)
    stroke(mask, HARD, (50, 50))
    taken, then = mask.snapshot(), mask.render()
    stroke(mask, HARD, (20, 20), (80, 80))
    assert (taken.render() == then).all()


def test_a_lasso_and_a_rectangle_mark_what_they_enclose():
    mask = Mask(600, 600)
    mask.begin()
    mask.polygon([(100, 100), (500, 100), (500, 500)], erases=False)
    mask.rectangle((0, 580, 700, 700), erases=False)
    mask.end()
    assert [level(mask, *at) for at in [(400, 200), (200, 400), (10, 590), (10, 570)]] == [255, 0, 255, 0]
    assert mask.render().mean() / 255 == pytest.approx((400 * 400 / 2 + 20 * 600) / 600**2, rel=0.01)
    mask.begin()
    mask.rectangle((300, 150, 420, 250), erases=True)
    mask.end()
    assert level(mask, 400, 200) == 0


def test_feather_is_the_same_in_parts_and_in_whole():
    mask = Mask(700, 500)
    stroke(mask, Brush(90, 1.0), (100, 250), (600, 250))
    whole = feather.soften(mask.render(), 24)
    for area in ((0, 0, 256, 256), (256, 256, 512, 500), (512, 0, 700, 256)):
        part = feather.read(mask, area, 24)
        assert (part == whole[area[1] : area[3], area[0] : area[2]]).all()
    assert 100 < whole[340, 350] < 160  # half way at the edge


def test_smart_select_finds_a_thing_by_a_box_and_by_a_click():
    noise = np.random.default_rng(0).integers(0, 30, (300, 400, 3), np.uint8)
    y, x = np.mgrid[:300, :400]
    thing = (x - 200) ** 2 + (y - 150) ** 2 < 60**2
    picture = noise + np.where(thing[..., None], (200, 60, 40), (30, 90, 120)).astype(np.uint8)
    for box, click in (((120, 70, 280, 230), None), (selection.around(190, 150, (400, 300)), (190, 150))):
        seen = selection.look_at(box, (400, 300))
        pixels = np.ascontiguousarray(picture[seen[1] : seen[3], seen[0] : seen[2]])
        shape = selection.cut_out(pixels, seen, box, click)
        mask = Mask(400, 300)
        mask.begin()
        mask.put(shape, erases=False)
        mask.end()
        found = mask.render() > 127
        assert (found & thing).sum() / (found | thing).sum() > 0.95


def test_smart_select_on_nothing_marks_nothing():
    flat = np.full((100, 100, 3), 128, np.uint8)
    shape = selection.cut_out(flat, (0, 0, 100, 100), (20, 20, 40, 40))
    assert isinstance(shape, Shape)
    assert shape.level.mean() < 255 * 0.05
