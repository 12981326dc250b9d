"""The rare ways through the decoders: each is taken once, so that none is left untried."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from crafted import chunk, encoded, png, webp_extended, webp_lossless
from PIL import Image

from studio.errors import UserError
from studio.images import (
    avif,
    check_mask,
    colour,
    decode,
    file_format,
    icc,
    load_mask,
    load_rgb,
    open_image,
    size_of,
    source,
    webp,
)
from studio.images import png as png_header
from studio.images.picture import FIRST_FRAME, Damaged
from studio.images.source import label

RED = (200, 30, 30)


def plain(mode: str = "RGB", size: tuple[int, int] = (6, 4)) -> Image.Image:
    return Image.new(mode, size, 128 if mode == "L" else RED if mode == "RGB" else 0)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
def test_the_size_is_told_by_the_header_upright(format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert size_of(encoded(plain(), format, exif=exif.tobytes())) == (4, 6)
    assert size_of(encoded(plain(), format)) == (6, 4)


def test_a_size_that_cannot_be_told_is_a_sentence() -> None:
    with pytest.raises(UserError, match="GIF"):
        size_of(encoded(plain("L"), "GIF"))
    with pytest.raises(UserError, match="not a picture"):
        size_of(b"hello")
    with pytest.raises(UserError, match="damaged or incomplete PNG file"):
        size_of(encoded(plain(), "PNG")[:30])
    with pytest.raises(UserError, match="damaged or incomplete JPEG file"):
        size_of(b"\xff\xd8\xff\xe0" + b"\0" * 40)
    with pytest.raises(UserError, match="damaged or incomplete TIFF file"):
        size_of(b"II*\0" + b"\xff" * 40)
    with pytest.raises(UserError, match="too large"):
        size_of(webp_extended(16000, 16000))


def test_the_working_copy_alone() -> None:
    assert load_rgb(encoded(plain(), "PNG")).getpixel((0, 0)) == RED


def test_what_pillow_could_still_raise_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong between decoding and the working copy: the colour engine is a library as well."""
    data = encoded(plain(), "PNG")
    for error, words in (
        (Damaged("of no reason"), "cannot be used: of no reason"),
        (MemoryError(), "not enough memory to open The pasted picture (6x4 pixels)"),
        (ValueError(), "damaged or incomplete PNG file (ValueError)"),
        (ValueError("x" * 300), "x" * 200 + ")"),
    ):

        def fail(*args: object, error: BaseException = error) -> None:
            raise error

        monkeypatch.setattr(colour, "working_copy", fail)
        with pytest.raises(UserError) as caught:
            open_image(data)
        assert words in caught.value.message


def test_too_little_memory_for_the_pixels_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decode, "_decode", fail)
    with pytest.raises(UserError, match="not enough memory to open The pasted picture; make it smaller first"):
        open_image(encoded(plain(), "PNG"))


# ---- PNG


def test_pngs_with_headers_of_no_sense() -> None:
    rows = [bytes(18)] * 4
    with pytest.raises(Damaged, match="wrong length"):
        png_header.header(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"short"))
    with pytest.raises(Damaged, match="missing or repeated"):
        png_header.header(b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b""))
    with pytest.raises(Damaged, match="ends before its pixels"):
        png_header.header(png(6, 4, 8, 2, rows)[:33])
    broken = png(6, 4, 8, 2, rows, chunk(b"tEXt", b"a\0b")[:-1] + b"\0")
    assert png_header.header(broken).size == (6, 4)  # a text is done without


def test_a_png_of_too_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png_header, "_MOST_CHUNKS", 3)
    with pytest.raises(Damaged, match="too many pieces"):
        png_header.header(png(6, 4, 8, 2, [bytes(18)] * 4, *[chunk(b"tEXt", b"a\0b")] * 9))


def test_what_a_png_says_of_its_colours_and_frames() -> None:
    rows = [bytes(18)] * 4
    srgb = png_header.header(png(6, 4, 8, 2, rows, chunk(b"sRGB", b"\0"), chunk(b"gAMA", struct.pack(">I", 100_000))))
    assert (srgb.icc, srgb.space) == (None, None)
    animated = png_header.header(png(6, 4, 8, 2, rows, chunk(b"acTL", struct.pack(">II", 2, 0))))
    assert animated.notes == (FIRST_FRAME,)
    cut = png_header.header(png(6, 4, 8, 2, rows, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(300))[:-5])))
    assert cut.icc is None
    assert cut.notes
    for body in (b"x\0\0garbage", b"x\0\0\x78\x9c\xff\xff\xff\xff"):
        assert png_header.header(png(6, 4, 8, 2, rows, chunk(b"iCCP", body))).icc is None
    empty = png_header.header(png(6, 4, 8, 2, rows, chunk(b"iCCP", b"x\0\0")))
    assert empty.icc is None


def test_a_turned_png_is_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert open_image(encoded(plain(), "PNG", exif=exif.tobytes())).image.size == (4, 6)


# ---- WebP and AVIF


def test_webps_that_are_cut_or_make_no_sense() -> None:
    with pytest.raises(Damaged, match="cut off"):
        webp.header(webp_lossless(3, 3)[:24])
    with pytest.raises(Damaged, match="makes no sense"):
        webp.header(webp_lossless(3, 3).replace(b"VP8L", b"VP8Z"))
    assert webp.header(encoded(plain(), "WEBP")).size == (6, 4)


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def colours(primaries: int, curve: int) -> bytes:
    told = box(b"colr", b"nclx" + struct.pack(">HHHB", primaries, curve, 0, 128))
    return box(b"ftyp", b"avif") + box(b"meta", bytes(4) + box(b"iprp", box(b"ipco", box(b"colr", b"prof") + told)))


def test_the_code_points_of_an_avif() -> None:
    assert avif.header(colours(12, 13)).space is not None
    assert avif.header(colours(2, 13)).space is None
    assert avif.header(box(b"ftyp", b"avif")).space is None
    assert avif.header(struct.pack(">I4s", 3, b"meta")).space is None, "a length that cannot be"
    assert avif.header(struct.pack(">I4s", 0, b"free") + colours(12, 13)).space is None, "it goes to the end"
    assert avif.header(box(b"free", b"") * 1001 + colours(12, 13)).space is None, "too many to look through"


# ---- formats, sources, profiles


def test_numbers_that_are_no_picture_are_named() -> None:
    header = b'{"a": 1}'
    with pytest.raises(UserError, match="numbers and no pixels"):
        open_image(struct.pack("<Q", len(header)) + header)
    assert "not a picture" in file_format.refusal("x", None, ("PNG", "JPEG"))


def test_sources_that_are_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "FILE_CAP", 10)
    (tmp_path / "x.png").write_bytes(bytes(11))
    for given in (bytes(11), tmp_path / "x.png"):
        with pytest.raises(UserError, match="is larger than 0 MiB"):
            source.read(given)
    assert label(tmp_path / ("n" * 100)) == f"“{'n' * 79}…”"


def test_a_curve_without_a_table() -> None:
    with pytest.raises(ValueError, match="needs no table"):
        icc.light("sRGB", np.array([0.5]))  # type: ignore[arg-type]


# ---- colours


@pytest.mark.parametrize(
    ("mode", "there"),
    [("RGBX", "RGB"), ("YCbCr", "RGB"), ("RGBa", "RGB"), ("La", "L"), ("1", "L"), ("P", "RGB"), ("CMYK", "CMYK")],
)
def test_every_mode_becomes_planes(mode: str, there: str) -> None:
    made, _ = colour.planes(Image.new(mode, (3, 2)))
    assert made.mode == there


def test_other_modes_are_damage() -> None:
    for mode in ("F", "HSV", "LAB"):
        with pytest.raises(Damaged):
            colour.planes(Image.new(mode, (3, 2)))


def test_a_conversion_from_printing_colours_always_changes_something() -> None:
    assert not colour._changes_nothing(None, "CMYK")  # type: ignore[arg-type]


def test_a_picture_with_a_key_has_alpha() -> None:
    keyed = Image.new("RGB", (2, 1), RED)
    keyed.info["transparency"] = RED
    _, alpha = colour.planes(keyed)
    assert alpha is not None
    assert alpha.getextrema() == (0, 0)


# ---- masks


def test_masks_that_are_no_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(plain("L"), "PNG")
    for error, words in (
        (Damaged("so"), "cannot be used: so"),
        (ValueError("x"), "is damaged \\(x\\)"),
        (MemoryError(), "not enough memory to open The pasted picture \\(6x4 pixels\\)"),
    ):

        def fail(*args: object, error: BaseException = error) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(colour, "planes", fail)
            with pytest.raises(UserError, match=words) as caught:
                load_mask(data)
            assert caught.value.code == ("out_of_memory" if isinstance(error, MemoryError) else "invalid_mask")


def test_a_grey_mask_with_alpha_is_read_by_its_brightness() -> None:
    mask = Image.new("LA", (2, 1), (255, 255))
    mask.putpixel((0, 0), (10, 128))
    found = load_mask(io.BytesIO(encoded(mask, "PNG")).getvalue())
    assert [found.getpixel((0, 0)), found.getpixel((1, 0))] == [5, 255]
    with pytest.raises(UserError, match="mask is empty"):
        check_mask(Image.new("L", (2, 1)), (2, 1))
    with pytest.raises(UserError, match="they must be equal"):
        check_mask(Image.new("L", (2, 1)), (3, 1))
