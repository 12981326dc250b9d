"""What is refused: each with one sentence that names the file, the reason and the way out, and no other exception."""

import os
import random
import resource
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import pytest
from crafted import avif_of_size, encoded, jpeg_of_size, png, webp_extended, webp_lossless
from PIL import Image, ImageCms

from studio.errors import UserError
from studio.images import WITH_TIFF, load_mask, open_image

ROOT = Path(__file__).parent.parent


def refusal(source, **options):
    with pytest.raises(UserError) as caught:
        open_image(source, **options)
    message = caught.value.message
    assert "\n" not in message
    assert len(message) < 500
    return caught.value


def test_a1_empty(write):
    error = refusal(write(b""))
    assert "“picture.png” is empty" in error.message
    assert error.code == "invalid_image"


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.9])
def test_a2_cut_off(noise, write, format, part):
    data = encoded(noise, format)
    error = refusal(write(data[: max(16, int(len(data) * part))]))
    assert "“picture.png”" in error.message


def test_a4_damaged_headers(noise):
    good = encoded(noise, "PNG")
    wrong_sum = good[:29] + b"\0\0\0\0" + good[33:]
    in_pixels = bytearray(good)
    in_pixels[good.index(b"IDAT") + 50] ^= 1
    twice = good[:33] + good[8:33] + good[33:]
    for data in (wrong_sum, bytes(in_pixels), twice, good[:33], good[:8], png(0, 5, 8, 2), png(5, 0, 8, 2)):
        assert "damaged" in refusal(data).message


HUGE = {
    "a5": png(2**31 - 1, 2**31 - 1, 8, 2),
    "a6": png(13_000, 13_000, 8, 6),
    "a7": webp_lossless(16_383, 10_000),
    "a7 extended": webp_extended(2**24, 2**24),
    "a8": png(20_000, 20_000, 1, 0),
    "jpeg": jpeg_of_size(encoded(Image.new("RGB", (8, 8)), "JPEG"), 65_500, 65_500),
    "avif": avif_of_size(encoded(Image.new("RGB", (8, 8)), "AVIF"), 13_000, 13_000),
}


@pytest.mark.parametrize("case", HUGE)
def test_too_many_pixels(case):
    error = refusal(HUGE[case])
    assert "150" in error.message
    assert error.code == "too_large"


def test_b10_a_mask_of_too_many_pixels():
    with pytest.raises(UserError, match="150"):
        load_mask(HUGE["a8"])


def test_exactly_the_cap_is_allowed():
    rows = [bytes(1500)] * 12_500
    assert open_image(png(12_000, 12_500, 1, 0, rows)).image.size == (12_000, 12_500)


def test_a9_a10_bombs_in_metadata_are_left_out():
    """Run where 700 MB is all there is: the unpacked texts would not fit."""
    script = """
        import resource, zlib
        from crafted import chunk, png
        from studio.images import open_image
        def packed(size):
            engine = zlib.compressobj(9)
            return b"".join(engine.compress(bytes(2**20)) for _ in range(size)) + engine.flush()
        text, profile = b"key\\0\\0" + packed(200), b"icc\\0\\0" + packed(200)
        many = [chunk(b"zTXt", b"key\\0\\0" + packed(1))] * 60
        open_image(png(1, 1, 8, 2, [b"abc"]))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for chunks in ([chunk(b"zTXt", text)], [chunk(b"iCCP", profile)], many,
                       [chunk(b"iTXt", b"key\\0\\1\\0\\0\\0" + packed(200))]):
            picture = open_image(png(1, 1, 8, 2, [b"abc"], *chunks))
            assert picture.image.getpixel((0, 0)) == (97, 98, 99)
            print(picture.notes)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 60_000, f"{grown} KB"
    """
    assert isolated(script, 700).count("colour profile is damaged") == 1


def test_huge_files_take_no_memory():
    script = """
        import resource
        from test_image_refusal import HUGE
        from studio.errors import UserError
        from studio.images import open_image
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for data in HUGE.values():
            try:
                open_image(data)
                raise SystemExit("opened")
            except UserError:
                pass
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 30_000, f"{grown} KB"
    """
    isolated(script, 900)


def test_not_enough_memory_is_one_sentence():
    script = """
        from crafted import png
        from studio.errors import UserError
        from studio.images import open_image
        data = png(12_000, 12_000, 8, 6)
        try:
            open_image(data)
            raise SystemExit("opened")
        except UserError as error:
            assert error.code == "out_of_memory", error.message
    """
    isolated(script, 400)


def isolated(script, megabytes):
    """Run a script in a process that may not take more memory than this."""
    if sys.platform != "linux":
        pytest.skip("limits the address space of a process")

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=Path(__file__).parent,
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONPATH": str(Path(__file__).parent.parent),
        },
        preexec_fn=limit,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_progressive_jpeg_of_thousands_of_scans():
    data = encoded(Image.new("RGB", (64, 64), "red"), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    error = refusal(data[:last] + data[last:-2] * 5000 + data[-2:])
    assert "too many scans" in error.message


OTHERS = {
    "GIF": "GIF",
    "BMP": "BMP",
    "TIFF": "TIFF",
    "PDF": "PDF",
    "ICO": "icon",
    "EPS": "EPS",
    "JPEG2000": "JPEG 2000",
    "PPM": "PNM",
}


@pytest.mark.parametrize("format", OTHERS)
def test_a13_a15_a20_other_formats_are_named(noise, write, format):
    error = refusal(write(encoded(noise, format)))
    assert OTHERS[format] in error.message
    assert "PNG, JPEG, WebP or AVIF" in error.message
    assert error.code == "unsupported_format"


HEAD = {
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "SVG": b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x --><svg><image href="file:///etc/passwd"/></svg>',
    "HTML": b"\n<!DOCTYPE html><html>",
    "program": b"\x7fELF\2\1\1",
    "PSD": b"8BPS\0\1",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0",
    "ZIP": b"PK\x03\x04",
    "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1",
    "JPEG XL": b"\xff\x0a\xfa",
    "video": b"\0\0\0\x18ftypmp42",
    "not a picture": b"hello",
}


@pytest.mark.parametrize("name", HEAD)
def test_a13_a18_a19_a20_named_by_their_first_bytes(name, write):
    assert name in refusal(write(HEAD[name] + bytes(100))).message


@pytest.mark.parametrize("mode", ["F", "I"])
def test_a13_tiff_of_32_bits(mode):
    assert "8 or 16 bits" in refusal(encoded(Image.new(mode, (4, 4)), "TIFF"), formats=WITH_TIFF).message


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.png", "“x.png”"),
        ("a\0b.png", r"“a\x00b.png”"),
        ("x" * 300 + ".png", "“" + "x" * 79 + "…”"),
        ("CON.png", "“CON.png”"),
        ("\u202egnp.exe", r"“\u202egnp.exe”"),
        ("<img src=x>", "“<img src=x>”"),
        ("\ud800.png", r"“\ud800.png”"),
    ],
)
def test_a25_strange_names(tmp_path, name, shown):
    message = refusal(str(tmp_path / name)).message
    assert shown in message
    assert message.isprintable()


def test_folders_devices_and_pipes(tmp_path):
    assert "folder" in refusal(tmp_path).message
    assert "device" in refusal("/dev/zero").message
    os.mkfifo(tmp_path / "pipe")
    done = threading.Event()

    def read():
        assert "pipe" in refusal(tmp_path / "pipe").message
        done.set()

    threading.Thread(target=read, daemon=True).start()
    assert done.wait(5), "it waits for somebody to write into the pipe"


def test_missing(tmp_path, write):
    assert "does not exist" in refusal(tmp_path / "none.png").message
    assert "cannot be read" in refusal(write(b"x") / "inside").message


def test_forbidden():
    script = """
        import os
        from studio.errors import UserError
        from studio.images import open_image
        if os.getuid() == 0:
            os.setuid(65534)  # root may read everything
        try:
            open_image(PATH)
        except UserError as error:
            print(error.message)
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        path = Path(folder, "secret.png")
        path.touch(0)
        said = isolated(script.replace("PATH", repr(str(path))), 2000)
    assert "“secret.png” cannot be read (Permission denied)" in said


def samples(noise):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "text"
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    alpha = noise.convert("RGBA")
    alpha.putalpha(noise.getchannel(0))
    small = alpha.resize((30, 20))
    return [
        encoded(small, "PNG", exif=exif, icc_profile=icc),
        encoded(small.convert("RGB").convert("P"), "PNG", transparency=3),
        encoded(small.convert("RGB"), "JPEG", exif=exif, icc_profile=icc),
        encoded(small.convert("CMYK"), "JPEG", progressive=True, icc_profile=icc),
        encoded(small, "WEBP", exif=exif, icc_profile=icc),
        encoded(small, "WEBP", lossless=True),
        encoded(small, "AVIF", exif=exif, icc_profile=icc),
        encoded(small, "TIFF", compression="tiff_lzw"),
        encoded(small.convert("RGB"), "TIFF", exif=exif),
    ]


@pytest.mark.parametrize("case", range(9))
def test_damage_anywhere_is_a_picture_or_a_sentence(noise, case):
    """2,700 damaged files: nothing but UserError ever comes out."""
    dice = random.Random(case)
    good = samples(noise)[case]
    refusals = []
    for _ in range(300):
        data = bytearray(good)
        for _ in range(dice.choice([1, 1, 2, 5, 20])):
            place = dice.randrange(len(data) if dice.random() < 0.5 else min(len(data), 200))
            what = dice.random()
            if what < 0.6:
                data[place] = dice.choice([0, 255, dice.randrange(256)])
            elif what < 0.8 and len(data) > 30:
                del data[place : place + dice.randrange(1, 9)]
            else:
                data[place:place] = dice.randbytes(dice.randrange(1, 9))
        try:
            open_image(bytes(data), formats=WITH_TIFF)
        except UserError as error:
            refusals.append(error.message)
    assert refusals
    assert not any("\n" in message for message in refusals)
