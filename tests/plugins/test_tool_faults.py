"""Bad pictures and bad masks through every tool that takes them: a picture or one sentence, never anything else.

The names are those of a catalogue of faults: A for pictures, B for masks. What a file becomes is held in tests/images;
here, that no tool goes another way around it.
"""

import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydantic
import pytest
import upscaler as nets
from built_in import BUILT_IN
from crafted import chunk, encoded, png, webp_lossless
from PIL import Image
from studio_inpaint import Inpaint
from studio_upscale import Upscale
from studio_variation import Vary
from tiny import TinyModels

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

SIZE = (24, 20)
PLAIN = Image.merge("RGB", [Image.effect_noise(SIZE, 90 + 20 * band) for band in range(3)])
SOFT = Image.linear_gradient("L").resize(SIZE)
Run = Callable[[str], api.Result]


def see_through(image: Image.Image, alpha: Image.Image) -> Image.Image:
    whole = image.convert("LA" if image.mode == "L" else "RGBA")
    whole.putalpha(alpha)
    return whole


def animated(format: str) -> bytes:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "green", "blue")]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100)


def turned(image: Image.Image) -> bytes:
    """Stored on its side, with the EXIF orientation that sets it upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(image.transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif)


def deep(colour: int, channels: int) -> bytes:
    values = np.random.default_rng(0).integers(0, 65536, (*SIZE[::-1], channels)).astype(">u2")
    return png(*SIZE, 16, colour, [row.tobytes() for row in values])


def with_chunk(extra: bytes) -> bytes:
    data = encoded(PLAIN, "PNG")
    place = data.index(b"IDAT") - 4
    return data[:place] + extra + data[place:]


GOOD, JPEG = encoded(PLAIN, "PNG"), encoded(PLAIN, "JPEG")
BOMB = chunk(b"zTXt", b"key\0\0" + zlib.compress(bytes(20 * 2**20), 9))
REFUSED: dict[str, tuple[bytes, str]] = {
    "A1 empty": (b"", "is empty"),
    "A2 PNG cut": (GOOD[: len(GOOD) // 2], "damaged or incomplete PNG"),
    "A2 JPEG cut": (JPEG[: len(JPEG) // 2], "damaged or incomplete JPEG"),
    "A4 bad sum": (GOOD[:29] + b"\0\0\0\0" + GOOD[33:], "damaged"),
    "A4 header alone": (GOOD[:33], "damaged"),
    "A4 width 0": (png(0, 5, 8, 2), "damaged"),
    "A5 2^31-1 squared": (png(2**31 - 1, 2**31 - 1, 8, 2), "at most 150"),
    "A6 13000 squared": (png(13_000, 13_000, 8, 6), "at most 150"),
    "A7 WebP 16383x10000": (webp_lossless(16_383, 10_000), "at most 150"),
    "A8 400 MP of 1 bit": (png(20_000, 20_000, 1, 0), "at most 150"),
    "A13 BMP": (encoded(PLAIN, "BMP"), "BMP"),
    "A13 PSD": (b"8BPS\0\1" + bytes(50), "PSD"),
    "A13 PDF": (encoded(PLAIN, "PDF"), "PDF"),
    "A13 ICO": (encoded(PLAIN, "ICO"), "icon"),
    "A13 TIFF of floats": (encoded(Image.new("F", SIZE), "TIFF"), "TIFF|8 or 16 bits"),
    "A15 GIF": (animated("GIF"), "GIF"),
    "A18 HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "HEIC"),
    "A19 SVG": (b'<svg><image href="file:///etc/passwd"/></svg>', "SVG"),
    "A20 HTML": (b"<!DOCTYPE html><html>", "HTML"),
    "A20 program": (b"\x7fELF\2\1\1" + bytes(99), "program"),
    "A20 EPS": (encoded(PLAIN, "EPS"), "EPS"),
}
TAKEN: dict[str, bytes] = {
    "A3 PNG without its end": GOOD[:-12],
    "A9 a bomb of text": with_chunk(BOMB),
    "A10 many texts": with_chunk(chunk(b"zTXt", b"key\0\0" + zlib.compress(bytes(2**20))) * 10),
    "A11 CMYK": encoded(PLAIN.convert("CMYK"), "JPEG"),
    "A12 16 bits of grey": deep(0, 1),
    "A12 16 bits of colour": deep(2, 3),
    "A12 16 bits with alpha": deep(6, 4),
    "A14 palette with a clear entry": encoded(PLAIN.quantize(16), "PNG", transparency=3),
    "A14 grey with alpha": encoded(see_through(PLAIN.convert("L"), SOFT), "PNG"),
    "A14 1 bit": encoded(PLAIN.convert("1"), "PNG"),
    "A15 animated PNG": animated("PNG"),
    "A15 animated WebP": animated("WEBP"),
    "A16 on its side": turned(PLAIN),
    "A17 a broken profile": encoded(PLAIN, "PNG", icc_profile=b"junk"),
    "A18 AVIF": encoded(PLAIN, "AVIF"),
    "A21 1x1": encoded(Image.new("RGB", (1, 1), "red"), "PNG"),
    "A21 1x2000": encoded(Image.new("RGB", (1, 2000), "red"), "PNG"),
    "A21 2000x1": encoded(Image.new("RGB", (2000, 1), "red"), "PNG"),
    "A26 recipe of somebody else": with_chunk(
        chunk(b"tEXt", b"parameters\0<img src=x> Model: /etc/passwd, Steps: 9999")
    ),
}
CLEAR = encoded(see_through(PLAIN, Image.new("L", SIZE)), "PNG")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


@pytest.fixture(scope="module")
def tools(
    service: ModelService, tiny_models: TinyModels, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Run]:  # fmt: skip
    enlarger = nets.save_upscaler(nets.compact(2), tmp_path_factory.mktemp("net") / "x2.safetensors")
    asked: dict[type[Any], dict[str, Any]] = {
        Vary: {"model": str(tiny_models.kandinsky_pair), "size": "64x64", "steps": 1, "count": 1},
        Inpaint: {"model": str(tiny_models.sd15), "steps": 1, "right": 8},
        Upscale: {"model": str(enlarger)},
    }

    def run(task: type[Any], ref: str) -> api.Result:
        params = task.Params(image=ref, seed=7, **asked[task])
        (result,) = task().run(params, FakeContext(models=service))
        assert isinstance(result.image, Image.Image)
        return result  # type: ignore[no-any-return]

    return {task.id: lambda ref, task=task: run(task, ref) for task in asked}  # type: ignore[misc]


TOOLS = pytest.mark.parametrize("tool", ["variation", "inpaint", "upscale"])


def refusal(tools: dict[str, Run], tool: str, ref: str, said: str) -> api.UserError:
    with pytest.raises(api.UserError, match=said) as caught:
        tools[tool](ref)
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 500
    return caught.value


@TOOLS
def test_what_is_no_good_picture_is_refused_in_one_sentence(
    tools: dict[str, Run], tool: str, tmp_path: Path
) -> None:  # fmt: skip
    for name, (data, said) in REFUSED.items():
        path = tmp_path / f"{re.sub('[^A-Za-z0-9]+', '-', name)}.png"
        path.write_bytes(data)
        error = refusal(tools, tool, str(path), said)
        assert path.name in error.message, name
        assert error.code in ("invalid_image", "too_large", "unsupported_format"), name


@TOOLS
@pytest.mark.parametrize("name", TAKEN)
def test_what_looks_strange_is_worked_on(tools: dict[str, Run], tool: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(TAKEN[name])
    result = tools[tool](str(path))
    assert isinstance(result.image, Image.Image)
    width, height = (1, 1) if name == "A21 1x1" else SIZE
    if found := re.fullmatch(r"A21 (\d+)x(\d+)", name):
        width, height = int(found[1]), int(found[2])
    made = {"variation": (64, 64), "inpaint": (width + 8, height), "upscale": (2 * width, 2 * height)}[tool]
    assert result.image.size == made, "upright, and its own size"
    assert "passwd" not in str(result.image.info)
    if tool == "inpaint" and name.startswith(("A3", "A9", "A10", "A16", "A26")):
        kept = np.asarray(result.image)[:, :-8]
        assert np.array_equal(kept, np.asarray(PLAIN)), "what is not masked stays bit for bit"


def test_a22_nothing_to_be_seen(tools: dict[str, Run], tmp_path: Path) -> None:
    (tmp_path / "clear.png").write_bytes(CLEAR)
    refusal(tools, "variation", str(tmp_path / "clear.png"), "transparent all over")
    for tool, size in (("inpaint", (32, 20)), ("upscale", (48, 40))):
        image = tools[tool](str(tmp_path / "clear.png")).image
        assert isinstance(image, Image.Image)
        assert image.size == size
    assert np.asarray(tools["inpaint"](str(tmp_path / "clear.png")).image)[..., 3].min() == 255
    assert np.asarray(tools["upscale"](str(tmp_path / "clear.png")).image)[..., 3].max() == 0


@TOOLS
def test_a23_a_bad_one_among_many_stops_no_other(tools: dict[str, Run], tool: str, tmp_path: Path) -> None:
    made, refused = 0, []
    for number in range(6):
        path = tmp_path / f"{number}.png"
        path.write_bytes(b"hello" if number == 3 else GOOD)
        try:
            tools[tool](str(path))
            made += 1
        except api.UserError as error:
            refused.append(error.message)
    assert made == 5
    assert ["3.png" in message for message in refused] == [True]


@TOOLS
def test_a25_names_are_labels_only(tools: dict[str, Run], tool: str, tmp_path: Path) -> None:
    for name in ("../../x.png", "a\0b.png", "x" * 300 + ".png", "CON.png", "\u202egnp.exe"):
        error = refusal(tools, tool, str(tmp_path / name), "does not exist|cannot be read")
        assert error.message.isprintable()
    (tmp_path / "<b>日本 %n{x}.png").write_bytes(GOOD)
    assert tools[tool](str(tmp_path / "<b>日本 %n{x}.png"))


def test_only_enlarging_takes_tiff(tools: dict[str, Run], tmp_path: Path) -> None:
    (tmp_path / "scan.tif").write_bytes(encoded(PLAIN, "TIFF"))
    assert tools["upscale"](str(tmp_path / "scan.tif"))
    for tool in ("variation", "inpaint"):
        refusal(tools, tool, str(tmp_path / "scan.tif"), "TIFF.*PNG, JPEG, WebP or AVIF")


# ---- masks

HOLE = (6, 4, 18, 14)
DRAWN = Image.new("L", SIZE)
DRAWN.paste(255, HOLE)
WHERE = np.asarray(DRAWN) > 0
ERASED = Image.eval(DRAWN, lambda value: 255 - value)
MASKS: dict[str, bytes] = {
    "B4 grey": encoded(DRAWN, "PNG"),
    "B4 colours": encoded(DRAWN.convert("RGB"), "PNG"),
    "B4 1 bit": encoded(DRAWN.convert("1"), "PNG"),
    "B4 palette": encoded(DRAWN.convert("P"), "PNG"),
    "B4 16 bits": encoded(Image.fromarray(np.asarray(DRAWN).astype(np.uint16) * 257), "PNG"),
    "B4 WebP": encoded(DRAWN.convert("RGB"), "WEBP", lossless=True),
    "B6 hidden colours": encoded(see_through(PLAIN, ERASED), "PNG"),
    "B7 erased from black": encoded(see_through(Image.new("RGB", SIZE), ERASED), "PNG"),
    "B7 erased from white": encoded(see_through(Image.new("RGB", SIZE, "white"), ERASED), "PNG"),
    "B7 white on nothing": encoded(see_through(DRAWN.convert("RGB"), Image.new("L", SIZE, 255)), "PNG"),
    "B9 on its side": turned(DRAWN),
}


@pytest.fixture
def edit(
    service: ModelService, tiny_models: TinyModels, tmp_path: Path
) -> Callable[..., tuple[np.ndarray, FakeContext]]:
    def edit(mask: bytes, **params: Any) -> tuple[np.ndarray, FakeContext]:
        (tmp_path / "photo.png").write_bytes(turned(PLAIN))
        (tmp_path / "mask.png").write_bytes(mask)
        ctx = FakeContext(models=service)
        asked = {
            "image": str(tmp_path / "photo.png"),
            "mask": str(tmp_path / "mask.png"),
            "seed": 7,
            "steps": 1,
            **params,
        }
        (result,) = Inpaint().run(Inpaint.Params(model=str(tiny_models.sd15), **asked), ctx)
        return np.asarray(result.image), ctx

    return edit


@pytest.mark.parametrize("name", MASKS)
def test_however_a_mask_says_it_it_lands_where_it_was_drawn(edit: Any, name: str) -> None:
    """B8, B9: over a picture that lies on its side, too."""
    made, _ = edit(MASKS[name])
    changed = (made != np.asarray(PLAIN)).any(axis=2)
    assert not changed[~WHERE].any()
    assert changed[WHERE].mean() > 0.9


def test_b4_a_mask_as_jpeg_protects_at_least_what_is_black(edit: Any) -> None:
    big = DRAWN.resize(SIZE, Image.Resampling.NEAREST)
    made, _ = edit(encoded(big, "JPEG", quality=100, subsampling=0))
    changed = (made != np.asarray(PLAIN)).any(axis=2)
    assert changed[WHERE].mean() > 0.9
    assert not changed[:, 22:].any()


def test_b3_all_of_it_is_allowed_and_told(edit: Any) -> None:
    made, ctx = edit(encoded(Image.new("L", SIZE, 255), "PNG"))
    assert (made != np.asarray(PLAIN)).any(axis=2).mean() > 0.9
    assert "The mask covers the whole picture, so all of it is repainted." in ctx.notes


def test_b5_a_soft_mask_mixes_by_its_value(edit: Any) -> None:
    """Half as white, half as changed; what is black at its end is not changed at all."""
    whole, _ = edit(encoded(Image.new("L", SIZE, 255), "PNG"), blend=0, match_color=False)
    made, _ = edit(encoded(SOFT, "PNG"), blend=0, match_color=False)
    old, values = np.asarray(PLAIN).astype(float), np.asarray(SOFT).astype(float)[..., None] / 255
    assert np.array_equal(made[values[..., 0] == 0], old[values[..., 0] == 0])
    near = np.abs(made - (old * (1 - values) + whole * values)).mean()
    assert near < np.abs(made - whole).mean()
    assert np.abs(made - old)[-4:].mean() > 3 * np.abs(made - old)[:4].mean()


BAD_MASKS: dict[str, tuple[bytes, str, str]] = {
    "B1 another size": (encoded(DRAWN.resize((48, 40)), "PNG"), r"48x40.*24x20", "invalid_mask_size"),
    "B1 turned the other way": (
        encoded(DRAWN.transpose(Image.Transpose.ROTATE_90), "PNG"),
        "20x24",
        "invalid_mask_size",
    ),
    "B2 black": (encoded(Image.new("L", SIZE), "PNG"), "mask is empty", "empty_mask"),
    "B2 opaque": (
        encoded(see_through(Image.new("RGB", SIZE), Image.new("L", SIZE, 255)), "PNG"),
        "mask is empty",
        "empty_mask",
    ),
    "B10 20000 squared": (png(20_000, 20_000, 1, 0), "at most 150", "too_large"),
    "cut": (GOOD[: len(GOOD) // 2], "damaged", "invalid_image"),
    "empty": (b"", "is empty", "invalid_image"),
    "GIF": (animated("GIF"), "GIF", "unsupported_format"),
}


@pytest.mark.parametrize("name", BAD_MASKS)
def test_a_bad_mask_is_refused_in_one_sentence(edit: Any, name: str) -> None:
    data, said, code = BAD_MASKS[name]
    with pytest.raises(api.UserError, match=said) as caught:
        edit(data)
    assert caught.value.code == code
    assert "\n" not in caught.value.message


def test_b12_there_is_one_picture_for_a_mask() -> None:
    with pytest.raises(pydantic.ValidationError, match="image"):
        Inpaint.Params.model_validate({"image": ["one.png", "two.png"], "mask": "mask.png"})


def test_the_table_has_every_kind() -> None:
    """So that a row that is taken out is missed; A24 is the library's, which keeps its own copy."""
    told = {row.split()[0] for row in [*REFUSED, *TAKEN, *MASKS, *BAD_MASKS]} | {"A22", "A23", "A25", "B3", "B5", "B8"}
    told |= {"B11", "B12"}  # B11 in test_inpaint
    assert told >= {f"A{number}" for number in range(1, 27) if number != 24} | {f"B{number}" for number in range(1, 13)}
