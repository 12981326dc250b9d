"""Enlarging: the same picture in tiles as at once, of every kind, within memory, up to any size."""

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import studio_upscale.job
import upscaler as nets
from built_in import BUILT_IN
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from studio_upscale import Upscale
from studio_upscale.job import fitting
from studio_upscale.network import UpscaleNetwork
from studio_upscale.resample import lanczos
from studio_upscale.target import target

from studio import api
from studio.models.folder_word import upscaler_spec
from studio.models.loaders.component import load
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext, check_task

MAKERS: dict[str, Callable[[], Any]] = {
    "compact-x1": partial(nets.compact, 1),
    "compact-x2": partial(nets.compact, 2),
    "compact-x3": partial(nets.compact, 3),
    "compact-x8": partial(nets.compact, 8),
    "compact-grey-x4": partial(nets.compact, 4, channels=1),
    "span-x2": partial(nets.span, 2),
    "esrgan-x4": nets.esrgan,
    "esrgan-x2plus": nets.esrgan_unshuffled,
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


@pytest.fixture(scope="module")
def upscalers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("upscalers")
    strengths = {"span-x2": 0.3}  # it works in steps of 1/255: strong random weights amplify the rounding of its sums
    return {
        name: str(nets.save_upscaler(make(), folder / f"{name}.safetensors", strengths.get(name, 1.0)))
        for name, make in MAKERS.items()
    }


def noise(size: tuple[int, int], mode: str = "RGB", seed: int = 0) -> Image.Image:
    """Coarse noise: flat fields would hide seams, and white noise would clip."""
    bands = Image.new(mode, (1, 1)).getbands() if mode != "I;16" else ("I",)
    draws = np.random.default_rng(seed).integers(0, 256, (max(1, size[1] // 3), max(1, size[0] // 3), len(bands)))
    coarse = draws.astype(np.uint8)
    smooth = [Image.fromarray(coarse[..., band]).resize(size, Image.Resampling.BICUBIC) for band in range(len(bands))]
    if mode == "I;16":
        return Image.fromarray(np.asarray(smooth[0]).astype(np.uint16) * 257)
    return smooth[0] if len(bands) == 1 else Image.merge(mode, smooth)


def run(
    service: ModelService, picture: Image.Image | Path, ctx: FakeContext | None = None, **params: Any
) -> api.Result:
    pictures = {"photo": picture} if isinstance(picture, Image.Image) else {}
    ref = "photo" if isinstance(picture, Image.Image) else str(picture)
    context = ctx or FakeContext(models=service, pictures=pictures)
    (result,) = Upscale().run(Upscale.Params(image=ref, **params), context)
    return result


def pixels(image: Image.Image | api.Rows) -> np.ndarray:
    assert isinstance(image, Image.Image)
    return np.asarray(image).astype(int)


# ---- tiles


@pytest.mark.parametrize("name", MAKERS)
def test_tiles_make_the_picture_of_the_whole(service: ModelService, upscalers: dict[str, str], name: str) -> None:
    photo = noise((100, 76))
    whole = run(service, photo, model=upscalers[name], tile=512)
    tiled = run(service, photo, model=upscalers[name], tile=32)
    scale = int(whole.values["model_scale"])
    assert (whole.values["tiles"], tiled.values["tiles"]) == (1, 12)
    assert isinstance(whole.image, Image.Image)
    assert whole.image.size == (100 * scale, 76 * scale)
    assert np.abs(pixels(whole.image) - pixels(tiled.image)).max() <= 1


@given(width=st.integers(1, 90), height=st.integers(1, 90), tile=st.sampled_from([32, 64]), seed=st.integers(0, 9))
@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("name", ["compact-x2", "esrgan-x2plus"])
def test_tiles_of_any_picture(
    service: ModelService, upscalers: dict[str, str], name: str, width: int, height: int, tile: int, seed: int
) -> None:
    photo = noise((width, height), "RGBA" if seed % 3 == 0 else "RGB", seed)
    whole = run(service, photo, model=upscalers[name], tile=512)
    tiled = run(service, photo, model=upscalers[name], tile=tile)
    assert np.abs(pixels(whole.image) - pixels(tiled.image)).max() <= 1


def test_without_overlap_there_are_seams(service: ModelService, upscalers: dict[str, str]) -> None:
    """So the two tests above can fail."""
    photo = noise((100, 76))
    whole = run(service, photo, model=upscalers["esrgan-x4"], tile=512)
    tiled = run(service, photo, model=upscalers["esrgan-x4"], tile=32, overlap=0)
    assert np.abs(pixels(whole.image) - pixels(tiled.image)).max() > 5


def test_the_starters_own_upscaler(service: ModelService) -> None:
    photo = noise((70, 40))
    result = run(service, photo, tile=32)
    assert isinstance(result.image, Image.Image)
    assert result.image.size == (280, 160)
    assert result.parents == ("photo",)
    assert np.abs(pixels(result.image) - pixels(run(service, photo, tile=512).image)).max() <= 1
    faithful = result.image.resize(photo.size, Image.Resampling.BOX)
    assert np.abs(pixels(faithful) - pixels(photo)).mean() < 12


def test_cancel_works_between_tiles(service: ModelService, upscalers: dict[str, str]) -> None:
    make = partial(FakeContext, models=service, pictures={"photo": noise((100, 100))}, previews=True)
    (result,) = check_task(Upscale, {"image": "photo", "model": upscalers["compact-x2"], "tile": 32}, make)
    assert result.values["tiles"] == 16


def test_progress_and_preview_grow_with_the_tiles(service: ModelService, upscalers: dict[str, str]) -> None:
    ctx = FakeContext(models=service, pictures={"photo": noise((64, 64))}, previews=True)
    run(service, noise((64, 64)), ctx, model=upscalers["compact-x2"], tile=32)
    assert [step.done / step.total for step in ctx.steps] == [0, 0.25, 0.5, 0.75, 1]
    assert all(step.preview is not None for step in ctx.steps[:4])


# ---- memory


@pytest.fixture
def short_memory(service: ModelService, upscalers: dict[str, str]) -> Iterator[list[int]]:
    """A network that has room for 50 pixels a side; the sides that did not fit."""
    refused: list[int] = []

    def allocate(_module: Any, inputs: Any) -> None:
        side = max(inputs[0].shape[2:])
        if side > 50:
            refused.append(side)
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate …")

    with service.lease(api.Model(upscalers["compact-x2"])) as lease:
        hook = lease["upscaler"].model.register_forward_pre_hook(allocate)
        yield refused
        hook.remove()


def test_short_of_memory_the_tile_is_halved_and_told(
    service: ModelService, upscalers: dict[str, str], short_memory: list[int]
) -> None:
    photo = noise((100, 76))
    ctx = FakeContext(models=service, pictures={"photo": photo})
    result = run(service, photo, ctx, model=upscalers["compact-x2"], tile=128)
    assert short_memory
    assert any("Memory was short" in note and "32 pixels" in note for note in ctx.notes)
    assert result.values["tile"] == 32
    short_memory_free = run(service, photo, model=upscalers["compact-x2"], tile=32)
    assert np.array_equal(pixels(result.image), pixels(short_memory_free.image))


def test_no_tile_is_small_enough(service: ModelService, upscalers: dict[str, str]) -> None:
    def allocate(*_: Any) -> None:
        raise MemoryError

    with service.lease(api.Model(upscalers["compact-x2"])) as lease:
        hook = lease["upscaler"].model.register_forward_pre_hook(allocate)
        with pytest.raises(MemoryError):
            run(service, noise((64, 64)), model=upscalers["compact-x2"])
        hook.remove()


def peak_bytes(service: ModelService, model: str, height: int) -> int:
    """Of NumPy's arrays, while the strips of a picture of this height are drawn and dropped."""
    photo = noise((128, height))
    result = run(service, photo, model=model, tile=32)
    assert isinstance(result.image, api.Rows)
    tracemalloc.start()
    rows = sum(len(strip) for strip in result.image.strips)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == height * 2
    return peak


def test_memory_does_not_grow_with_the_area(
    service: ModelService, upscalers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio_upscale.job, "HELD_PIXELS", 0)
    model = upscalers["compact-x2"]
    peak_bytes(service, model, 64)
    assert peak_bytes(service, model, 1024) < 1.2 * peak_bytes(service, model, 128)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("scale", [2, 3.5])
def test_streamed_and_held_are_one_picture(
    service: ModelService, upscalers: dict[str, str], monkeypatch: pytest.MonkeyPatch, mode: str, scale: float
) -> None:
    photo, model = noise((60, 70), mode), upscalers["compact-x2"]
    held = run(service, photo, model=model, scale=scale, tile=32)
    monkeypatch.setattr(studio_upscale.job, "HELD_PIXELS", 0)
    rows = run(service, photo, model=model, scale=scale, tile=32).image
    assert isinstance(rows, api.Rows)
    assert rows.bits == (16 if mode == "I;16" else 8)
    streamed = np.concatenate(list(rows.strips)).squeeze()
    assert np.array_equal(streamed, pixels(held.image))


# ---- kinds of pictures


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
@pytest.mark.parametrize("name", ["compact-x2", "compact-grey-x4"])
def test_the_picture_keeps_its_kind(
    service: ModelService, upscalers: dict[str, str], mode: str, name: str
) -> None:  # fmt: skip
    result = run(service, noise((40, 30), mode), model=upscalers[name])
    assert isinstance(result.image, Image.Image)
    assert result.image.mode == mode


def test_16_bits_are_more_than_8(service: ModelService) -> None:
    """A ramp of 800 steps over one level of 8 bits would be a single grey."""
    ramp = np.linspace(30000, 30256, 800).round().astype(np.uint16)
    photo = Image.fromarray(np.tile(ramp, (8, 1)))
    result = run(service, photo)
    assert len(np.unique(pixels(result.image))) > 200


def test_transparent_colours_do_not_bleed_in(service: ModelService) -> None:
    """A white disc on transparent black stays white at its rim."""
    photo = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    photo.paste((255, 255, 255, 255), (16, 16, 48, 48))
    made = pixels(run(service, photo).image)
    assert made[made[..., 3] > 128][:, :3].min() > 200
    assert not made[:56, :, 3].any()  # 14 pixels of 16, four times
    assert (made[72:184, 72:184, 3] == 255).all()


def test_a_profile_goes_with_the_pixels(service: ModelService, upscalers: dict[str, str], tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB", 5000)).tobytes()
    grey = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    noise((20, 20)).save(tmp_path / "own.png", icc_profile=grey)
    assert run(service, tmp_path / "own.png", model=upscalers["compact-x2"]).icc == grey
    noise((20, 20)).save(tmp_path / "wrong.png", icc_profile=profile)
    assert run(service, tmp_path / "wrong.png", model=upscalers["compact-x2"]).icc is None


def test_tiff_and_palette_and_print_colours(service: ModelService, upscalers: dict[str, str], tmp_path: Path) -> None:
    noise((20, 20), "CMYK").save(tmp_path / "print.tif")
    noise((20, 20)).quantize(16).save(tmp_path / "palette.png")
    for name in ("print.tif", "palette.png"):
        image = run(service, tmp_path / name, model=upscalers["compact-x2"]).image
        assert isinstance(image, Image.Image)
        assert (image.mode, image.size) == ("RGB", (40, 40))


def test_other_channels_are_refused(service: ModelService, tmp_path: Path) -> None:
    path = nets.save_upscaler(nets.compact(2, channels=4), tmp_path / "four.safetensors")
    with pytest.raises(api.UserError, match="4 channels") as caught:
        run(service, noise((20, 20)), model=str(path))
    assert (caught.value.field, caught.value.code) == ("model", "unsupported_operation")


def test_nan_pictures_fail_loudly(service: ModelService, tmp_path: Path) -> None:
    module = nets.compact(2)
    path = nets.save_upscaler(module, tmp_path / "nan.safetensors", strength=1e30)  # finite, and their products are not
    with pytest.raises(api.UserError, match=r"invalid numbers \(NaN\)"):
        run(service, noise((20, 20)), model=str(path))


# ---- the size asked for


def test_what_the_model_cannot_do_alone_is_interpolated_and_told(
    service: ModelService, upscalers: dict[str, str]
) -> None:
    photo = noise((30, 20))
    ctx = FakeContext(models=service, pictures={"photo": photo})
    result = run(service, photo, ctx, model=upscalers["compact-x2"], scale=3)
    assert isinstance(result.image, Image.Image)
    assert result.image.size == (90, 60)
    assert any("interpolated" in note for note in ctx.notes)
    plain = run(service, photo, model=upscalers["compact-x2"]).image
    assert isinstance(plain, Image.Image)
    assert np.array_equal(pixels(plain.resize((90, 60), Image.Resampling.LANCZOS)), pixels(result.image))


def test_other_proportions_are_told(service: ModelService, upscalers: dict[str, str]) -> None:
    photo = noise((30, 20))
    ctx = FakeContext(models=service, pictures={"photo": photo})
    result = run(service, photo, ctx, model=upscalers["compact-x2"], size="50x50")
    assert isinstance(result.image, Image.Image)
    assert result.image.size == (50, 50)
    assert any("stretched" in note for note in ctx.notes)


@given(
    source=st.tuples(st.integers(1, 40), st.integers(1, 300)),
    size=st.tuples(st.integers(1, 60), st.integers(1, 300)),
    strip=st.integers(1, 70),
    deep=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_lanczos_in_strips_is_that_of_the_whole(
    source: tuple[int, int], size: tuple[int, int], strip: int, deep: bool
) -> None:
    # Pillow passes over rows or columns first, whichever is cheaper, and rounds and clips in between.
    photo = np.random.default_rng(1).integers(*((24000, 42000) if deep else (96, 160)), (source[1], source[0], 1))
    array = photo.astype(np.uint16 if deep else np.uint8)
    strips = [array[top : top + strip] for top in range(0, source[1], strip)]
    made = np.concatenate(list(lanczos(strips, source, size)))
    plane = array[..., 0].astype(np.float32) if deep else array[..., 0]
    whole = np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS))
    expected = whole.round().clip(0, 65535) if deep else whole
    assert made.shape == (size[1], size[0], 1)
    assert np.abs(made[..., 0].astype(float) - expected).max() <= 2


def test_targets() -> None:
    assert target("auto", None, (30, 20), 4) == (120, 80)
    assert target("auto", 1.5, (30, 20), 4) == (45, 30)
    assert target("100x50", None, (30, 20), 4) == (100, 50)
    with pytest.raises(api.UserError, match="leave one of them empty"):
        target("100x50", 2, (30, 20), 4)
    with pytest.raises(api.UserError, match=r"150 megapixels.*largest factor for this picture is 3\.87") as caught:
        target("auto", 4, (4000, 2500), 4)
    assert (caught.value.code, caught.value.field) == ("too_large", "scale")


@pytest.mark.parametrize(("factor", "scale"), [(1, 2), (1.5, 2), (2, 2), (2.5, 4), (4, 4), (6, 4)])
def test_the_smallest_upscaler_that_makes_all_pixels_is_taken(
    upscalers: dict[str, str], factor: float, scale: int
) -> None:
    networks = [
        UpscaleNetwork(load(upscaler_spec(Path(upscalers[name])), "cpu")) for name in ("esrgan-x4", "compact-x2")
    ]
    assert fitting(networks, (30, 21), target("auto", factor, (30, 21), 4)).scale == scale
