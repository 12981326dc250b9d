"""Masks: white = repaint, and the other convention is understood where it is meant."""

import numpy as np
import pytest
from crafted import encoded
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.errors import UserError
from studio.images import check_mask, load_mask


def mask_of(values, **options):
    return np.asarray(load_mask(encoded(Image.fromarray(np.asarray(values, np.uint8)), "PNG", **options)))


def with_alpha(colours, alpha):
    return np.dstack([np.asarray(colours, np.uint8), np.asarray(alpha, np.uint8)])


SOFT = np.array([[0, 1, 127, 128, 254, 255]], np.uint8)
RGB = np.dstack([SOFT] * 3)


def test_b4_b5_brightness_says_it_and_soft_edges_are_kept():
    assert mask_of(SOFT).tolist() == SOFT.tolist()
    assert mask_of(RGB).tolist() == SOFT.tolist()
    assert mask_of(with_alpha(RGB, np.full_like(SOFT, 255))).tolist() == SOFT.tolist()
    one_bit = load_mask(encoded(Image.fromarray(SOFT).point(lambda v: 255 * (v > 127), "1"), "PNG"))
    assert np.asarray(one_bit).tolist() == [[0, 0, 0, 255, 255, 255]]
    assert (
        np.asarray(load_mask(encoded(Image.fromarray(SOFT.astype(np.uint16) * 257), "PNG"))).tolist() == SOFT.tolist()
    )


def test_b4_a_mask_as_jpeg():
    mask = load_mask(encoded(Image.new("RGB", (16, 16), "white"), "JPEG"))
    assert mask.mode == "L"
    assert mask.getextrema()[0] > 250


@pytest.mark.parametrize("colour", [0, 90, 255])
def test_b7_what_was_erased_from_one_colour_is_repainted(colour):
    assert mask_of(with_alpha(np.full_like(RGB, colour), SOFT)).tolist() == (255 - SOFT).tolist()


def test_b7_what_was_erased_from_a_picture_is_repainted():
    colours = np.random.default_rng(0).integers(0, 256, (8, 8, 3))
    alpha = np.full((8, 8), 255)
    alpha[2:5, 3:7] = 0
    assert mask_of(with_alpha(colours, alpha)).tolist() == (255 - alpha).tolist()


def test_b7_white_and_black_strokes_on_nothing_are_brightness():
    colours = np.zeros((1, 6, 3))
    colours[:, 3:] = 255
    assert mask_of(with_alpha(colours, [[255, 0, 255, 255, 128, 255]])).tolist() == [[0, 0, 0, 255, 128, 255]]


def test_b6_hidden_colour_is_ignored():
    colours = np.random.default_rng(0).integers(0, 256, (8, 8, 3))
    alpha = np.zeros((8, 8))
    alpha[4:] = 255
    colours[4:] = 0
    assert mask_of(with_alpha(colours, alpha)).tolist() == (255 - alpha).tolist()


def test_b3_all_of_it():
    assert mask_of(with_alpha(np.zeros((4, 4, 3)), np.zeros((4, 4)))).min() == 255
    check_mask(Image.new("L", (4, 4), 255), (4, 4))


def test_b9_a_turned_mask_lands_where_it_was_drawn():
    drawn = Image.new("L", (64, 32))
    drawn.paste(255, (40, 4, 60, 12))
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = drawn.transpose(Image.Transpose.ROTATE_90)
    assert np.array_equal(np.asarray(load_mask(encoded(stored, "PNG", exif=exif))), np.asarray(drawn))


def test_b1_another_size():
    with pytest.raises(UserError, match=r"512x512.*640x480") as caught:
        check_mask(Image.new("L", (512, 512), 255), (640, 480))
    assert (caught.value.code, caught.value.field) == ("invalid_mask_size", "mask")


def test_b2_nothing_is_selected():
    with pytest.raises(UserError, match="mask is empty") as caught:
        check_mask(Image.new("L", (4, 4)), (4, 4))
    assert (caught.value.code, caught.value.field) == ("empty_mask", "mask")
    faint = Image.new("L", (4, 4))
    faint.putpixel((0, 0), 1)
    check_mask(faint, (4, 4))


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"GIF89a" + bytes(50), b"\x89PNG\r\n\x1a\n"])
def test_bad_files_are_refused_as_pictures_are(data):
    with pytest.raises(UserError):
        load_mask(data)


@given(st.lists(st.integers(0, 255), min_size=1, max_size=30), st.integers(0, 254))
def test_b7_both_ways_agree(values, colour):
    """A grey mask, and the same said by erasing, are one mask."""
    row = np.array([values], np.uint8)
    erased = with_alpha(np.full((1, len(values), 3), colour), 255 - row)
    assert np.array_equal(mask_of(row), row)
    if row.any():
        assert np.array_equal(mask_of(erased), row)
