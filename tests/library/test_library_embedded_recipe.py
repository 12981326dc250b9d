"""Recipes that travel inside copies: back from PNG, JPEG and WebP alike; hostile and damaged ones are none."""

import html
from pathlib import Path

import pytest
from PIL import Image, JpegImagePlugin

from studio.library import embedded_recipe
from studio.library.recipe import Embedded, Recipe

RECIPE = Recipe(
    "text-to-image", {"prompt": "一只 <cat> & \x07 \ufffe \u202e “hat”", "steps": 8, "seed": 7}, 7, model="starter",
    values={"distance": 0.25}, studio_version="1<2",
)  # fmt: skip
EMBEDDED = Embedded("0" * 26, "2026-11-25T12:00:00.000+00:00", RECIPE)
SUFFIX = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


def saved(folder: Path, kind: str, embedded: Embedded = EMBEDDED) -> Path:
    path = folder / f"picture.{SUFFIX[kind]}"
    options, _ = embedded_recipe.options(embedded, kind)
    Image.effect_noise((64, 48), 80).convert("RGB").save(path, kind, **options)
    return path


@pytest.mark.parametrize("kind", SUFFIX)
def test_what_goes_in_comes_out(tmp_path: Path, kind: str) -> None:
    path = saved(tmp_path, kind)
    assert embedded_recipe.read(path) == EMBEDDED
    record = embedded_recipe.record(path)
    assert record is not None
    assert (record.path, record.recipe, record.width, record.height) == (path, RECIPE, 64, 48)
    with Image.open(path) as image:
        image.load()


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_other_programs_find_it_as_xmp(tmp_path: Path, kind: str) -> None:
    with Image.open(saved(tmp_path, kind)) as image:
        packet = image.info["xmp"].decode()
    assert "<xmp:CreatorTool>Open Image Studio 1&lt;2</xmp:CreatorTool>" in packet
    assert html.escape("<cat> & ", quote=False) in packet


def test_what_has_no_room_in_a_jpeg_is_named(tmp_path: Path) -> None:
    recipe = Recipe("text-to-image", {"prompt": "a cat", "story": "&" * 70_000, "words": "很" * 30_000}, 7)
    options, told = embedded_recipe.options(Embedded("0" * 26, "2026", recipe), "JPEG")
    assert told == "The recipe in it has no room for story, words."
    assert len(options["xmp"]) <= embedded_recipe.ROOM["JPEG"]
    path = saved(tmp_path, "JPEG", Embedded("0" * 26, "2026", recipe))
    found = embedded_recipe.read(path)
    assert found is not None
    assert (found.recipe.params, found.recipe.cut) == ({"prompt": "a cat"}, ["story", "words"])
    assert embedded_recipe.options(Embedded("0" * 26, "2026", recipe), "WEBP")[1] == ""


def test_a_recipe_that_cannot_fit_is_told() -> None:
    endless = Embedded("0" * 26, "2026", Recipe("&" * 70_000))
    options, told = embedded_recipe.options(endless, "JPEG")
    assert (options, "left out" in told) == ({}, True)


@pytest.mark.parametrize("kind", SUFFIX)
def test_a_picture_without_one_has_none(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"plain.{SUFFIX[kind]}"
    Image.new("RGB", (8, 8)).save(path)
    assert embedded_recipe.read(path) is None
    assert embedded_recipe.record(tmp_path / "gone.png") is None
    assert embedded_recipe.record(tmp_path) is None


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_damaged_file_has_none_and_never_raises(tmp_path: Path, kind: str) -> None:
    whole = saved(tmp_path, kind).read_bytes()
    path = tmp_path / "cut"
    for length in range(0, 1200, 7):
        path.write_bytes(whole[:length])
        embedded_recipe.read(path)
    for place in range(0, 1200, 3):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        embedded_recipe.read(path)


@pytest.mark.parametrize("length", [b"\0\0", b"\0\1"])
def test_a_segment_shorter_than_its_own_length_has_none(tmp_path: Path, length: bytes) -> None:
    path = tmp_path / "short.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe1" + length + b"http://ns.adobe.com/xap/1.0/\0" * 3)
    assert embedded_recipe.read(path) is None


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x xmlns:studio="urn:open-image-studio:">&b;</x>'
HOSTILE = {
    "entities": BOMB,
    "no xml": "urn:open-image-studio: <",
    "another shape": '<x xmlns:s="urn:open-image-studio:"><s:recipe>{"id": 3, "recipe": []}</s:recipe></x>',
    "deep": '<x xmlns:s="urn:open-image-studio:"><s:recipe>' + "[" * 20_000 + "</s:recipe></x>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_packet_is_none(tmp_path: Path, name: str) -> None:
    path = tmp_path / "hostile.jpg"
    Image.new("RGB", (8, 8)).save(path, xmp=HOSTILE[name].encode())
    with Image.open(path) as image:
        assert isinstance(image, JpegImagePlugin.JpegImageFile)
        assert image.info["xmp"] == HOSTILE[name].encode()
    assert embedded_recipe.read(path) is None
