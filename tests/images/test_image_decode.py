"""What is accepted: every named format, mode, depth and profile becomes the right upright sRGB pixels."""

import struct
import zlib

import numpy as np
import pytest
from crafted import chunk, encoded, png
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms

from studio.images import FORMATS, WITH_TIFF, load_rgb, open_image

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def pixels(image):
    return np.asarray(image).astype(int)


def same(one, other):
    return one.mode == other.mode and one.size == other.size and not ImageChops.difference(one, other).getbbox()


@pytest.mark.parametrize("options", [{"format": "PNG"}, {"format": "WEBP", "lossless": True}, {"format": "TIFF"}])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_lossless_formats(noise, mode, options):
    image = noise.convert(mode)
    if mode == "RGBA":
        image.putalpha(noise.getchannel(0))
    picture = open_image(encoded(image, **options), formats=WITH_TIFF)
    assert same(picture.image, image)
    assert (picture.has_alpha, picture.bits, picture.icc, picture.notes) == (mode == "RGBA", 8, None, ())


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "AVIF"])
def test_lossy_formats(format):
    image = Image.linear_gradient("L").convert("RGB")
    picture = open_image(encoded(image, format, quality=95))
    assert picture.format in FORMATS
    assert np.abs(pixels(picture.image) - pixels(image)).mean() < 2


def test_an_opaque_alpha_channel_is_no_transparency(noise):
    picture = open_image(encoded(noise.convert("RGBA"), "PNG"))
    assert same(picture.image, noise)
    assert not picture.has_alpha


def test_from_a_path_and_from_memory(noise, write):
    data = encoded(noise, "PNG")
    for source in (write(data), str(write(data)), data, bytearray(data), memoryview(data)):
        assert same(load_rgb(source), noise)


def test_the_name_is_never_asked(noise, write):
    assert same(load_rgb(write(encoded(noise, "PNG"), "picture.jpg")), noise)


def test_a3_png_without_its_end(noise):
    data = encoded(noise, "PNG")
    assert same(load_rgb(data[:-12]), noise)
    assert same(load_rgb(data[:-5]), noise)


def test_a11_cmyk(noise):
    picture = open_image(encoded(noise.convert("CMYK"), "JPEG", quality=100))
    assert np.abs(pixels(picture.image) - pixels(noise)).mean() < 3
    assert picture.original.mode == "CMYK"
    assert "CMYK" in picture.notes[0]


def test_a12_16_bit_grey_is_scaled_not_clipped():
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    picture = open_image(encoded(Image.fromarray(values), "PNG"))
    assert np.abs(pixels(picture.image)[..., 0] - values / 257).max() <= 0.5
    assert np.array_equal(np.asarray(picture.original), values), "the original keeps its depth"
    assert picture.bits == 16
    assert "16 bits" in picture.notes[0]


@pytest.mark.parametrize(("colour", "channels"), [(2, 3), (6, 4), (4, 2)])
def test_a12_16_bit_colour(colour, channels):
    values = np.random.default_rng(0).integers(0, 65536, (30, 20, channels)).astype(">u2")
    picture = open_image(png(20, 30, 16, colour, [row.tobytes() for row in values]))
    found, expected = pixels(picture.image), values / 257
    if channels == 2:
        expected = expected[..., [0, 0, 0, 1]]
    assert np.abs(found - expected).max() <= 1
    assert picture.bits == 16


def test_a12_16_bit_tiff():
    values = np.arange(0, 65536, 16, dtype=np.uint16).reshape(64, 64)
    picture = open_image(encoded(Image.fromarray(values), "TIFF"), formats=WITH_TIFF)
    assert np.abs(pixels(picture.image)[..., 0] - values / 257).max() <= 0.5
    assert picture.bits == 16


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_a14_grey_with_a_transparent_value(bits):
    """The value is stored in the file's own scale, whatever scale the decoder gives to the pixels."""
    top = 2**bits - 1
    key = {1: 1, 2: 2, 4: 9, 8: 77, 16: 30_000}[bits]
    values = [0, key, top, key]
    row = int("".join(f"{value:0{bits}b}" for value in values).ljust(-(-4 * bits // 8) * 8, "0"), 2)
    packed = row.to_bytes(-(-4 * bits // 8), "big")
    picture = open_image(png(4, 1, bits, 0, [packed], chunk(b"tRNS", struct.pack(">H", key))))
    found = pixels(picture.image)[0]
    assert found[:, 0].tolist() == [round(value * 255 / top) for value in values]
    assert found[:, 3].tolist() == [0 if value == key else 255 for value in values]


@pytest.mark.parametrize("bits", [8, 16])
def test_a14_colour_with_a_transparent_value(bits):
    kind = ">u1" if bits == 8 else ">u2"
    values = np.array([[1, 2, 3], [200, 100, 50]]) * (1 if bits == 8 else 257)
    row = values.astype(kind).tobytes()
    picture = open_image(png(2, 1, bits, 2, [row], chunk(b"tRNS", values[1].astype(">u2").tobytes())))
    assert pixels(picture.image)[0].tolist() == [[1, 2, 3, 255], [200, 100, 50, 0]]


def test_a14_palette_with_alpha():
    palette = chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0, 0, 0, 255]))
    picture = open_image(png(3, 1, 8, 3, [b"\0\1\2"], palette, chunk(b"tRNS", bytes([0, 128]))))
    assert pixels(picture.image)[0].tolist() == [[255, 0, 0, 0], [0, 255, 0, 128], [0, 0, 255, 255]]
    assert picture.original.mode == "P"


def test_a14_grey_with_alpha_and_one_bit(noise):
    grey = noise.convert("LA")
    grey.putalpha(noise.getchannel(1))
    assert same(load_rgb(encoded(grey, "PNG")), grey.convert("RGBA"))
    assert same(load_rgb(encoded(noise.convert("1"), "PNG")), noise.convert("1").convert("RGB"))


@pytest.mark.parametrize("format", ["PNG", "WEBP", "AVIF"])
def test_a15_only_the_first_frame_of_an_animation(format):
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green", "blue")]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)
    picture = open_image(data)
    assert np.abs(pixels(picture.image) - [255, 0, 0]).max() < 20
    assert any("first frame" in note for note in picture.notes)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
def test_a16_turned_upright_once(format, orientation):
    """The stored pixels are turned back by hand, the file claims the turn, and what comes out is as it was."""
    upright = Image.new("RGB", (64, 32), "white")
    upright.paste("red", (0, 0, 32, 16))
    upright.paste("blue", (32, 16, 64, 32))
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright.transpose(back) if back is not None else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = open_image(encoded(stored, format, exif=exif), formats=WITH_TIFF)
    for image in (picture.image, picture.original):
        assert image.size == (64, 32)
        assert np.abs(pixels(image.convert("RGB")) - pixels(upright)).mean() < 8
    again = open_image(encoded(picture.image, "PNG"))
    assert again.image.size == (64, 32), "nothing turns it a second time"


@pytest.mark.parametrize(
    "exif", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"\xff" * 99, b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_a16_broken_exif_is_ignored(noise, exif):
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    data = encoded(noise, "JPEG")
    assert open_image(data[:2] + segment + data[2:]).image.size == noise.size


def p3():
    """A matrix profile with the primaries of Display P3, made from sRGB's by changing its red column."""
    profile = bytearray(SRGB)
    count = struct.unpack_from(">I", profile, 128)[0]
    columns = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    for index in range(count):
        tag, offset, size = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if tag in columns:
            struct.pack_into(">3i", profile, offset + 8, *(round(value * 65536) for value in columns[tag]))
        if tag == b"desc":
            profile[offset + 8 : offset + size] = profile[offset + 8 : offset + size].replace(
                b"s\0R\0G\0B", b"w\0i\0d\0e"
            )
            profile[offset + 8 : offset + size] = profile[offset + 8 : offset + size].replace(b"sRGB", b"wide")
    return bytes(profile)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
def test_a17_wide_colours_are_converted(format):
    profile = p3()
    image = Image.new("RGB", (16, 16), (200, 100, 100))
    picture = open_image(encoded(image, format, icc_profile=profile), formats=WITH_TIFF)
    red, green, _ = pixels(picture.image).mean((0, 1))
    assert red > 208, "P3's red is stronger than sRGB's"
    assert green < 100
    assert np.abs(pixels(picture.original).mean((0, 1)) - [200, 100, 100]).max() < 4, "the original keeps its own"
    assert picture.icc == profile
    assert picture.notes == ()


def test_a17_srgb_stays_bit_for_bit(noise):
    picture = open_image(encoded(noise, "PNG", icc_profile=SRGB))
    assert same(picture.image, noise)
    assert picture.icc == SRGB


def test_a17_alpha_survives_a_profile(noise):
    image = noise.convert("RGBA")
    image.putalpha(noise.getchannel(2))
    picture = open_image(encoded(image, "PNG", icc_profile=p3()))
    assert same(picture.image.getchannel("A"), noise.getchannel(2))
    assert not same(picture.image.convert("RGB"), noise)


@pytest.mark.parametrize("profile", [b"junk", SRGB[:200], SRGB[:128] + bytes(400), b"\0" * 2000])
def test_a17_a_broken_profile_is_ignored_and_told(noise, profile):
    picture = open_image(encoded(noise, "PNG", icc_profile=profile))
    assert same(picture.image, noise)
    assert picture.icc is None
    assert "colour profile" in picture.notes[0]


def test_a17_a_profile_of_another_kind_is_ignored_and_told(noise):
    picture = open_image(encoded(noise.convert("L"), "PNG", icc_profile=p3()))
    assert same(picture.image, noise.convert("L").convert("RGB"))
    assert "another kind" in picture.notes[0]


@pytest.mark.parametrize("size", [(1, 1), (1, 8192), (8192, 1)])
def test_a21_thin_pictures(size):
    assert load_rgb(encoded(Image.new("RGB", size, "red"), "PNG")).size == size


def test_a22_a_fully_transparent_picture_is_told(noise):
    image = noise.convert("RGBA")
    image.putalpha(0)
    picture = open_image(encoded(image, "PNG"))
    assert "Nothing in it is visible" in picture.notes[0]
    assert picture.has_alpha


def test_a26_nothing_but_pixels_comes_in(noise):
    texts = Image.Exif()
    texts[0x010E] = "home address"
    data = encoded(noise, "PNG", exif=texts)
    place = data.index(b"IDAT") - 4
    bad = chunk(b"tEXt", b"parameters\0<img src=x> Model: /etc/passwd, Steps: 1000000000")
    picture = open_image(data[:place] + bad + chunk(b"eXIf", b"II*\0") + data[place:])
    assert picture.image.info == picture.original.info == {}
    assert b"passwd" not in encoded(picture.image, "PNG") + encoded(picture.original, "PNG")


def test_trailing_film_is_left_out(noise):
    data = encoded(noise, "JPEG")
    assert same(load_rgb(data + b"\0\0\0\x18ftypmp42" + b"\xff\xda" * 5000), load_rgb(data))


def test_comments_and_profiles_in_many_pieces(noise):
    data = encoded(noise, "JPEG", comment=b"x" * 60_000, icc_profile=SRGB + bytes(200_000))
    assert open_image(data).image.size == noise.size


@settings(max_examples=60, deadline=None)
@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    mode=st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA"]),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_png_of_pillow_comes_back(size, mode, seed):
    values = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 4), dtype=np.uint8)
    image = (
        Image.fromarray(values).convert("RGB").convert("P") if mode == "P" else Image.fromarray(values).convert(mode)
    )
    expected = image.convert("RGBA")
    found = load_rgb(encoded(image, "PNG"))
    assert same(found.convert("RGBA"), expected)
    assert found.mode == ("RGB" if expected.getchannel("A").getextrema() == (255, 255) else "RGBA")


def test_pixels_in_many_small_pieces(noise):
    data = encoded(noise, "PNG")
    packed = zlib.compress(b"".join(b"\0" + noise.crop((0, y, 60, y + 1)).tobytes() for y in range(40)))
    pieces = b"".join(chunk(b"IDAT", packed[start : start + 7]) for start in range(0, len(packed), 7))
    header = data[: data.index(b"IDAT") - 4]
    assert same(load_rgb(header + pieces + chunk(b"IEND")), noise)
