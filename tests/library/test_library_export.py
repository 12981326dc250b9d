"""What leaves the library: pixels, depth and profile as they are, and nobody's folders."""

import io
import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from crafted import chunk, png
from PIL import Image, ImageDraw, JpegImagePlugin

from studio.document import openraster, photoshop, project
from studio.document.exported_layer import ExportedLayer
from studio.document.project import LayerEntry, Manifest
from studio.images import icc, open_image
from studio.images.space import BT709, of_code_points
from studio.library import Library, Recipe, embedded_recipe, export, save_loose
from studio.library.sharing import shareable

P3 = of_code_points(12, 13, full_range=True).profile(is_grey=False)
DEEP = Image.fromarray(np.linspace(0, 65535, 256 * 8).astype(np.uint16).reshape(8, 256))
SECRET = "ACME-NDA"


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    folder = tmp_path / "Clients" / SECRET
    folder.mkdir(parents=True)
    Image.new("RGB", (64, 64), "red").save(folder / "logo.png")
    return folder


@pytest.fixture
def secretive(library: Library, clients: Path, noise: Image.Image):
    """A picture whose recipe names a client's folder in every way that there is."""
    logo, mask, model = clients / "logo.png", clients / "mask one.png", clients / "models" / "mine"
    recipe = Recipe(
        "variation",
        {"image": str(logo), "mask": str(mask), "many": [str(logo), {"deep": str(mask)}], "model": str(model),
         "prompt": "/imagine a cat w/ a hat", "seed": 7},
        7, model=str(model), parents=[str(logo), "0" * 26], values={"file": str(logo)},
        notes=[f"“logo.png”: fine. Kept as {library.root}/embeddings/a.safetensors; {mask} was scaled, and ~/x/y.png."],
    )  # fmt: skip
    return library.save(noise, recipe)


def saved(folder: Path, source: Path, name: str, **options: bool) -> tuple[Path, list[str]]:
    target = folder / "out" / name
    target.parent.mkdir(exist_ok=True)
    return target, export.save(source, target, **{"with_recipe": False, **options})


# ---- pixels


@pytest.mark.parametrize("with_recipe", [False, True])
def test_a_png_keeps_depth_grey_and_profile(library: Library, tmp_path: Path, with_recipe: bool) -> None:
    wide = Image.effect_noise((40, 30), 90).convert("RGB")
    for image, profile in ((DEEP, None), (DEEP, icc.grey(1.0)), (wide, P3), (wide.convert("LA"), None)):
        record = library.save(image, Recipe("upscale"), profile)
        target, lost = saved(tmp_path, record.path, "copy.png", with_recipe=with_recipe)
        assert lost == []
        with Image.open(target) as copy, Image.open(record.path) as original:
            assert (copy.mode, copy.size, copy.info.get("icc_profile")) == (image.mode, image.size, profile)
            assert np.array_equal(np.asarray(copy), np.asarray(original))
        assert (embedded_recipe.read(target) is not None) == with_recipe


def test_a_streamed_picture_of_16_bit_colour_keeps_them(library: Library, tmp_path: Path) -> None:
    from studio import api

    strip = np.random.default_rng(0).integers(0, 65536, (20, 30, 3)).astype(np.uint16)
    record = library.save_rows(api.Rows(30, 20, "RGB", iter([strip]), 16), lambda: Recipe("upscale"))
    target, lost = saved(tmp_path, record.path, "copy.png")
    assert (lost, open_image(target).bits) == ([], 16)
    assert b"studio" not in target.read_bytes()
    _, lost = saved(tmp_path, record.path, "copy.jpg")
    assert lost == [export.EIGHT_BITS]


@pytest.mark.parametrize("name", ["copy.jpg", "copy.webp"])
def test_other_formats_keep_the_profile_and_say_what_they_cannot_keep(
    library: Library, tmp_path: Path, name: str
) -> None:
    wide = library.save(Image.new("RGB", (40, 30), (200, 100, 100)), Recipe("upscale"), P3)
    target, lost = saved(tmp_path, wide.path, name)
    with Image.open(target) as copy:
        assert (copy.info.get("icc_profile"), lost) == (P3, [])
        assert np.abs(np.asarray(copy.convert("RGB")).astype(int) - [200, 100, 100]).max() <= 3
    deep = library.save(DEEP, Recipe("upscale"), icc.grey(1.0))
    target, lost = saved(tmp_path, deep.path, name)
    assert lost == [export.EIGHT_BITS]
    seen, meant = (np.asarray(open_image(path).image).astype(int)[..., 0] for path in (target, deep.path))
    assert np.abs(seen - meant)[:, 32:].max() <= 12, "whatever the profile became, it looks as before"


def test_what_a_file_tells_beside_its_pixels_stays_behind(tmp_path: Path) -> None:
    rows = [bytes(range(12))] * 4
    file = tmp_path / "web.png"
    file.write_bytes(png(4, 4, 8, 2, rows, chunk(b"tEXt", b"parameters\0a secret"), chunk(b"tIME", bytes(7))))
    target, _ = saved(tmp_path, file, "bare.png")
    assert b"secret" not in target.read_bytes()
    assert np.array_equal(np.asarray(open_image(target).image), np.asarray(open_image(file).image))


def test_a_picture_that_is_turned_by_exif_is_saved_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.linear_gradient("L").resize((40, 20)).save(tmp_path / "turned.png", exif=exif)
    target, _ = saved(tmp_path, tmp_path / "turned.png", "up.png")
    assert open_image(target).image.size == (20, 40)
    assert b"eXIf" not in target.read_bytes()


def test_print_colours_are_told(tmp_path: Path) -> None:
    Image.new("CMYK", (20, 20), (0, 200, 200, 0)).save(tmp_path / "print.jpg")
    target, lost = saved(tmp_path, tmp_path / "print.jpg", "screen.png")
    assert lost == [export.PRINT_COLOURS]
    assert open_image(target).original.mode == "RGB"


def test_a_jpeg_has_as_many_colours_as_pixels(library: Library, tmp_path: Path) -> None:
    """A red grid, one pixel wide, on blue: with 4:2:0 it bleeds."""
    image = Image.new("RGB", (96, 96), (0, 0, 255))
    for at in range(0, 96, 8):
        ImageDraw.Draw(image).line((at, 0, at, 95), (255, 0, 0))
        ImageDraw.Draw(image).line((0, at, 95, at), (255, 0, 0))
    record = library.save(image, Recipe("task"))
    target, _ = saved(tmp_path, record.path, "grid.jpg")
    with Image.open(target) as copy:
        assert JpegImagePlugin.get_sampling(copy) == 0
        assert np.abs(np.asarray(copy).astype(int) - np.asarray(image)).max() <= 12


def test_transparency_in_a_jpeg_becomes_white_and_is_told(library: Library, tmp_path: Path) -> None:
    image = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    target, lost = saved(tmp_path, library.save(image, Recipe("task")).path, "flat.jpg")
    assert lost == [export.WHITE]
    assert np.asarray(open_image(target).image).min() >= 250


def test_a_webp_of_a_picture_that_is_too_large_says_so(library: Library, tmp_path: Path) -> None:
    record = library.save(Image.new("L", (16_400, 2)), Recipe("task"))
    with pytest.raises(export.UserError, match="at most 16383 pixels a side"):
        saved(tmp_path, record.path, "wide.webp")


def test_a_legal_name_of_244_bytes(library: Library, noise: Image.Image, tmp_path: Path) -> None:
    target, _ = saved(tmp_path, library.save(noise, Recipe("task")).path, "n" * 240 + ".png")
    assert target.is_file()


# ---- privacy


def told(data: bytes) -> bool:
    return SECRET.encode() in data


def test_the_file_in_the_library_names_no_folder_and_the_index_all(library: Library, secretive, clients: Path) -> None:
    assert not told(secretive.path.read_bytes())
    embedded = embedded_recipe.read(secretive.path)
    assert embedded is not None
    recipe = embedded.recipe
    assert recipe.parents == ["logo.png", "0" * 26]
    assert recipe.params == {
        "image": "logo.png", "mask": "mask one.png", "many": ["logo.png", {"deep": "mask one.png"}], "model": "mine",
        "prompt": "/imagine a cat w/ a hat", "seed": 7,
    }  # fmt: skip
    assert recipe.notes == ["“logo.png”: fine. Kept as embeddings/a.safetensors; mask one.png was scaled, and y.png."]
    kept = library.get(secretive.id).recipe
    assert kept.params["image"] == str(clients / "logo.png")
    assert kept.parents[0] == str(clients / "logo.png")


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
@pytest.mark.parametrize("with_recipe", [False, True])
def test_no_copy_names_a_folder(secretive, tmp_path: Path, name: str, with_recipe: bool) -> None:
    target, _ = saved(tmp_path, secretive.path, name, with_recipe=with_recipe)
    assert not told(target.read_bytes())
    assert (embedded_recipe.read(target) is not None) == with_recipe


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp"])
def test_a_file_that_names_folders_already_is_saved_without_them(tmp_path: Path, name: str) -> None:
    """It came from elsewhere, or was made when they were still written."""
    from studio.library import png as png_file
    from studio.library.recipe import Embedded

    recipe = Recipe("variation", {"image": f"/tmp/Clients/{SECRET}/logo.png"}, parents=[f"/tmp/{SECRET}/logo.png"])
    with (tmp_path / "old.png").open("wb") as file:
        png_file.write(Image.effect_noise((32, 32), 90), file, Embedded("0" * 26, "2026", recipe))
    assert told((tmp_path / "old.png").read_bytes())
    target, _ = saved(tmp_path, tmp_path / "old.png", name, with_recipe=True)
    assert not told(target.read_bytes())
    found = embedded_recipe.read(target)
    assert found is not None
    assert (found.recipe.params, found.recipe.parents) == ({"image": "logo.png"}, ["logo.png"])
    assert np.abs(np.asarray(open_image(target).image).astype(int).mean() - 128) < 30


def test_a_picture_saved_beside_the_library_names_no_folder(secretive, library: Library, tmp_path: Path) -> None:
    path = save_loose(Image.new("L", (9, 9)), library.get(secretive.id).recipe, tmp_path / "loose")
    assert not told(path.read_bytes())


def test_a_project_names_no_folder(secretive, clients: Path, tmp_path: Path) -> None:
    layers = [
        LayerEntry("a", str(clients / "logo.png"), "Picture", str(clients / "logo.png")),
        LayerEntry("b", str(secretive.path), "Result", secretive.id, over=["a"]),
    ]
    target = tmp_path / "mine.studio"
    project.save(target, Manifest(layers=layers), None)
    with zipfile.ZipFile(target) as archive:
        assert not any(told(archive.read(name)) for name in archive.namelist())
    opened = project.load(target, tmp_path / "open")
    assert [layer.ref for layer in opened.layers] == ["", secretive.id], "what is no id is the file that came with it"
    assert opened.layers[1].over == ["a"]


@pytest.mark.parametrize("suffix", [".ora", ".psd"])
def test_layers_for_other_programs_name_no_folder(secretive, tmp_path: Path, suffix: str) -> None:
    with Image.open(secretive.path) as image:
        data = io.BytesIO()
        image.convert("RGB").save(data, "PNG")
    layer = ExportedLayer("Result", data.getvalue())
    target = tmp_path / f"layers{suffix}"
    if suffix == ".ora":
        openraster.write(target, (120, 80), [layer], data.getvalue(), data.getvalue())
        with zipfile.ZipFile(target) as archive:
            assert not any(told(archive.read(name)) for name in archive.namelist())
    else:
        photoshop.write(target, (120, 80), [layer], data.getvalue())
        assert not told(target.read_bytes())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/imagine a cat w/ a hat", "/imagine a cat w/ a hat"),
        ("/tmp", "/tmp"),
        ("/tmp/a b/c.png", "c.png"),
        ("~/Bilder/猫.png", "猫.png"),
        ("C:\\Users\\ada\\cat.png", "cat.png"),
        ("\\\\server\\share\\cat.png", "cat.png"),
        ("file:///tmp/x/cat.png", "cat.png"),
        ("and/or", "and/or"),
        ("a cat\n/tmp/x/y", "a cat\n/tmp/x/y"),
        ("0" * 26, "0" * 26),
    ],
)
def test_what_counts_as_a_path(text: str, expected: str) -> None:
    assert shareable(Recipe("task", {"value": text})).params == {"value": expected}


def test_the_home_of_nobody_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert shareable(Recipe("task", notes=["nothing here"])).notes == ["nothing here"]


def test_sparse_files_and_pipes_end_at_once(tmp_path: Path) -> None:
    holes = {"png": b"\x89PNG\r\n\x1a\n", "webp": b"RIFF\0\0\0\0WEBP", "jpg": b"\xff\xd8\xff\xe0"}
    for suffix, start in holes.items():
        path = tmp_path / f"hole.{suffix}"
        with path.open("wb") as file:
            file.write(start + struct.pack(">I", 0))
            file.truncate(2**40)
        assert embedded_recipe.record(path) is None
    os.mkfifo(tmp_path / "pipe.png")
    assert embedded_recipe.record(tmp_path / "pipe.png") is None


def test_a_linear_picture_without_a_profile_looks_the_same_as_a_jpeg(tmp_path: Path) -> None:
    file = tmp_path / "linear.png"
    file.write_bytes(png(8, 8, 8, 2, [bytes([55] * 24)] * 8, chunk(b"gAMA", struct.pack(">I", 100_000))))
    target, _ = saved(tmp_path, file, "linear.jpg")
    assert np.abs(np.asarray(open_image(target).image).astype(int) - 128).max() <= 2
    with Image.open(target) as copy:
        assert copy.info["icc_profile"] == icc.rgb(BT709, 1.0)
