"""Pictures saved from strips: the same pixels as from memory, in bounded memory, whole or not at all."""

import struct
import subprocess
import sys
import textwrap
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from studio import api
from studio.errors import Cancelled
from studio.images import open_image
from studio.library import Library, Recipe, StorageError, png, png_stream

CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
RECIPE = Recipe("upscale", {"scale": 4}, values={"tiles": 12})


def recipe() -> Recipe:
    return RECIPE


def pixels(width, height, mode, bits=8, seed=1):
    """Half smooth, half noise, so that both filters are used."""
    shape = (height, width) if mode == "L" else (height, width, CHANNELS[mode])
    top = 2**bits - 1
    noise = np.random.default_rng(seed).integers(0, top, shape, endpoint=True)
    slope = np.linspace(0, top, shape[0])[:, None].repeat(width, 1)
    slope = slope[..., None].repeat(CHANNELS[mode], 2) if mode != "L" else slope
    upper = (np.arange(height) < height // 2).reshape(-1, *[1] * (len(shape) - 1))
    return np.where(upper, noise, slope).astype(np.uint16 if bits == 16 else np.uint8)


def rows(array, mode, step, bits=8):
    strips = (array[top : top + step] for top in range(0, len(array), step))
    return api.Rows(array.shape[1], array.shape[0], mode, strips, bits)


def unfiltered(path):
    """An independent reader, written after the specification: (height, row bytes) as stored."""
    data, position, packed, size = path.read_bytes(), 8, b"", None
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        body = data[position + 8 : position + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack_from(">I", data, position + 8 + length)[0]
        if kind == b"IHDR":
            size = struct.unpack(">IIBB", body[:10])
        packed += body if kind == b"IDAT" else b""
        position += 12 + length
    width, height, bits, colour = size
    step = {0: 1, 2: 3, 4: 2, 6: 4}[colour] * bits // 8
    raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, width * step + 1)
    above = np.zeros(width * step, np.uint8)
    for kind, line in zip(raw[:, 0], raw[:, 1:], strict=True):
        columns = line.reshape(width, step)
        row = np.cumsum(columns, axis=0, dtype=np.uint8).ravel() if kind == 1 else line + above
        assert kind in (1, 2)
        yield row
        above = row


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(1, 70), height=st.integers(1, 50), step=st.integers(1, 60),
    mode=st.sampled_from(sorted(CHANNELS)), bits=st.sampled_from([8, 16]),
)  # fmt: skip
def test_pixels_come_back_as_they_were(library, width, height, step, mode, bits):
    array = pixels(width, height, mode, bits)
    record = library.save_rows(rows(array, mode, step, bits), recipe)
    stored = np.stack(list(unfiltered(record.path)))
    assert np.array_equal(stored, array.astype(">u2" if bits == 16 else np.uint8).view(np.uint8).reshape(height, -1))
    if bits == 8:
        with Image.open(record.path) as saved:
            assert saved.mode == mode
            assert np.array_equal(np.asarray(saved), array)
    assert (record.width, record.height) == (width, height)


def test_sixteen_bit_grey_opens_as_such(library):
    array = pixels(40, 30, "L", 16)
    found = open_image(library.save_rows(rows(array, "L", 7, 16), recipe).path)
    assert found.bits == 16
    assert np.array_equal(np.asarray(found.original), array)


def test_recipe_profile_and_search_are_as_of_any_picture(library):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    record = library.save_rows(rows(pixels(40, 30, "RGB"), "RGB", 8), recipe, profile)
    assert library.find("upscale") == [record]
    assert record.recipe == RECIPE
    assert png.read(record.path)[2].recipe == RECIPE
    with Image.open(record.path) as saved:
        saved.load()
        assert saved.info["icc_profile"] == profile
    assert library.thumbnail(record).is_file()


def test_profile_of_a_picture_from_memory(library, noise):
    with Image.open(library.save(noise, RECIPE, b"a profile").path) as saved:
        assert saved.info["icc_profile"] == b"a profile"


def test_the_recipe_is_asked_for_when_all_is_drawn(library):
    values = {}
    array = pixels(20, 20, "L")

    def strips():
        yield array[:10]
        values["tile"] = 256
        yield array[10:]

    record = library.save_rows(api.Rows(20, 20, "L", strips()), lambda: Recipe("upscale", values=dict(values)))
    assert record.recipe.values == {"tile": 256}


def test_smooth_pictures_are_packed_as_well_as_pillow_packs_them(library):
    slope = np.add.outer(np.arange(400), np.arange(600)).astype(np.uint8)[..., None].repeat(3, 2)
    streamed = library.save_rows(rows(slope, "RGB", 50), recipe).path.stat().st_size
    assert streamed < 1.5 * library.save(Image.fromarray(slope), RECIPE).path.stat().st_size


@pytest.mark.parametrize("error", [Cancelled(), OSError("of the plugin"), MemoryError(), KeyboardInterrupt()])
def test_what_the_strips_raise_comes_through_and_nothing_is_left(library, error):
    array = pixels(700, 700, "RGB")

    def strips():
        yield array[:500]
        raise error

    with pytest.raises(type(error)) as caught:
        library.save_rows(api.Rows(700, 700, "RGB", strips()), recipe)
    assert caught.value is error
    assert not [path for path in (library.root / "pictures").rglob("*") if path.is_file()]
    assert library.count() == 0


@pytest.mark.parametrize(
    ("array", "match"),
    [
        (np.zeros((9, 10, 3), np.uint8), "9 rows"),
        (np.zeros((10, 9, 3), np.uint8), "a strip is"),
        (np.zeros((10, 10), np.uint8), "a strip is"),
        (np.zeros((10, 10, 3), np.float32), "a strip is"),
    ],
)
def test_strips_that_do_not_fit_are_refused(library, array, match):
    with pytest.raises(ValueError, match=match):
        library.save_rows(api.Rows(10, 10, "RGB", iter([array])), recipe)
    assert library.count() == 0


FULL = """
    from pathlib import Path
    import numpy as np
    from studio import api
    from studio.library import Library, Recipe, StorageError
    library = Library(Path("full/library"))
    closed = []
    def strips():
        try:
            for seed in range(40):
                yield np.random.default_rng(seed).integers(0, 255, (50, 400, 3), dtype=np.uint8)
        finally:
            closed.append(True)
    try:
        library.save_rows(api.Rows(400, 2000, "RGB", strips()), lambda: Recipe("task"))
        raise SystemExit("saved on a full disk")
    except StorageError as error:
        assert "disk is full" in error.message and "run the job again" in error.message, error.message
    assert closed and not list(Path("full").rglob("*.png")) and not list(Path("full").rglob("*.tmp"))
    assert library.count() == 0
    print("done")
"""


def test_full_disk(in_namespace):
    assert in_namespace("mkdir full; mount -t tmpfs -o size=800k t full", FULL) == "done\n"


def test_a_library_that_can_only_be_read(tmp_path):
    Library(tmp_path / "library").close()
    library = Library(tmp_path / "library", readonly=True)
    with pytest.raises(StorageError, match="run the job again"):
        library.save_rows(rows(pixels(4, 4, "L"), "L", 2), recipe)
    library.close()


@pytest.mark.parametrize("mode", sorted(CHANNELS))
@pytest.mark.parametrize("bits", [8, 16])
def test_thumbnail_drawn_on_the_way_is_like_one_made_later(library, mode, bits):
    array = pixels(900, 700, mode, bits)
    small = png_stream.Shrinker(rows(array, mode, 30, bits), 256)
    for top in range(0, 700, 33):
        small.add(array[top : top + 33].reshape(-1, 900, CHANNELS[mode]))
    eight = (array // 257).astype(np.uint8) if bits == 16 else array
    has_alpha = mode.endswith("A")
    expected = Image.fromarray(eight).convert("RGBA" if has_alpha else "RGB").resize((256, 199), Image.Resampling.BOX)
    made = small.image()
    assert (made.size, made.mode) == (expected.size, expected.mode)
    # Pillow weighs the pixels on an edge, here each belongs to one side: the noise of the upper half shows it.
    distance = np.abs(np.asarray(made).astype(int) - np.asarray(expected))[100:]
    assert distance.max() <= 4


PEAK = """
    import resource, sys, tempfile
    from pathlib import Path
    import numpy as np
    from studio import api
    from studio.library import Library, Recipe
    library = Library(Path(tempfile.mkdtemp()))
    strip = np.random.default_rng(1).integers(0, 255, (64, 5000, 3), dtype=np.uint8)
    def save(height):
        rows = api.Rows(5000, height, "RGB", iter([strip] * (height // 64)))
        record = library.save_rows(rows, lambda: Recipe("task"))
        assert record.thumbnail.is_file() == (5000 * height >= 16_000_000)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    save(64 * 60)
    print(save(64 * 60), save(64 * 120))
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_area():
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(PEAK)], capture_output=True, text=True, check=True)
    small, large = map(float, run.stdout.split())  # MiB; the larger picture is 110 MiB, the smaller half of it
    assert large - small < 8
