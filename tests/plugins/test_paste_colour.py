"""What was painted goes back in the picture's own colours; what is protected is never converted."""

import struct
from pathlib import Path

import numpy as np
import pytest
from crafted import chunk, png
from PIL import Image
from studio_inpaint import Inpaint
from studio_inpaint.area import area
from studio_inpaint.extended_picture import ExtendedPicture
from studio_inpaint.paste import paste

from studio.images import icc, open_image
from studio.images.space import ADOBE_RGB, BT709
from studio.testing import FakeContext

SIDE = 96
LINEAR = icc.rgb(BT709, 1.0, "sRGB, linear")


def opened(file: Path) -> ExtendedPicture:
    mask = Image.new("L", (SIDE, SIDE))
    mask.paste(255, (32, 32, 64, 64))
    ctx = FakeContext(pictures={"mask": mask})
    return ExtendedPicture.open(Inpaint.Params(image=str(file), mask="mask"), ctx)


def pasted(canvas: ExtendedPicture, level: int) -> np.ndarray:
    """The canvas after a model has painted all of one grey."""
    place = area(canvas.mask, 0.5, (64, 64), 8)
    made = Image.new("RGB", place.work, (level,) * 3)
    return paste(canvas, place, made, blend=0, match_color=False)


def saved(folder: Path, mode: str, value: object, profile: bytes) -> Path:
    Image.new(mode, (SIDE, SIDE), value).save(folder / "picture.png", icc_profile=profile)  # type: ignore[arg-type]
    return folder / "picture.png"


@pytest.mark.parametrize(
    ("mode", "value", "profile", "expected", "within"),
    [
        ("RGB", (55, 56, 57), LINEAR, 55, 1),
        ("L", 55, icc.grey(1.0), 55, 1),
        ("I;16", 55 * 257, icc.grey(1.0), 55 * 257, 257),
        ("I;16", 55 * 257, icc.grey(icc.SRGB), 128 * 257, 257),
    ],
)
def test_new_pixels_are_stored_as_the_profile_means_them(
    tmp_path: Path, mode: str, value: object, profile: bytes, expected: int, within: int
) -> None:
    """128 in sRGB is 55 of 255 in linear light."""
    canvas = opened(saved(tmp_path, mode, value, profile))
    result = pasted(canvas, 128).astype(int)
    assert canvas.icc == profile
    assert np.abs(result[40:56, 40:56] - expected).max() <= within
    assert np.array_equal(result[:32], np.broadcast_to(value, (32, SIDE, result.shape[2])))


def test_a_picture_that_says_its_gamma_without_a_profile(tmp_path: Path) -> None:
    file = tmp_path / "linear.png"
    rows = [bytes([55] * 3 * SIDE)] * SIDE
    file.write_bytes(png(SIDE, SIDE, 8, 2, rows, chunk(b"gAMA", struct.pack(">I", 100_000))))
    canvas = opened(file)
    result = pasted(canvas, 255)
    assert np.abs(np.asarray(canvas.srgb).astype(int) - 128).max() <= 1, "the model sees it as bright as it is"
    assert (result[canvas.mask == 0] == 55).all()
    assert canvas.icc
    assert canvas.icc == open_image(file).icc


def test_adobe_rgb_of_a_camera_comes_back_with_its_profile(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA001] = 2
    Image.new("RGB", (SIDE, SIDE), (0, 255, 0)).save(tmp_path / "_DSC0001.JPG", exif=exif, quality=100)
    canvas = opened(tmp_path / "_DSC0001.JPG")
    assert canvas.icc == ADOBE_RGB.profile(is_grey=False)
