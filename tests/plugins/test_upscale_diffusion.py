"""Enlarging by diffusion: diffusers' own x4 upscaler bit for bit where one window holds all, and no edges beyond."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import studio_upscale.job
import torch
from built_in import BUILT_IN
from diffusers import StableDiffusionUpscalePipeline
from hypothesis import given
from hypothesis import strategies as st
from parity import photograph_of
from PIL import Image
from studio_upscale import Upscale
from studio_upscale.window import spans, woven
from zoo import Zoo

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext, check_task


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


@pytest.fixture
def model(zoo: Zoo) -> str:
    return str(zoo["sd-x4"])


def context(service: ModelService, picture: Image.Image, **options: Any) -> FakeContext:
    return FakeContext(models=service, pictures={"photo": picture}, **options)


def run(ctx: FakeContext, model: str, **params: Any) -> api.Result:
    asked = {"image": "photo", "model": model, "seed": 7, "steps": 3, **params}
    (result,) = Upscale().run(Upscale.Params(**asked), ctx)
    return result


def pixels(image: Any) -> np.ndarray:
    assert isinstance(image, Image.Image)
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("guidance", [9.0, 1.0])
def test_in_one_window_it_is_diffusers_own(service: ModelService, model: str, guidance: float) -> None:
    photo = photograph_of(64, 48)
    ctx = context(service, photo)
    result = run(ctx, model, prompt="a cat", guidance_scale=guidance, noise_level=30)
    pipeline = StableDiffusionUpscalePipeline.from_pretrained(model, dtype=torch.float32)
    expected = pipeline(
        "a cat", photo, num_inference_steps=3, guidance_scale=guidance, noise_level=30,
        generator=torch.Generator("cpu").manual_seed(7),
    ).images[0]  # fmt: skip
    assert np.array_equal(pixels(result.image), pixels(expected))
    assert (result.seed, result.parents) == (7, ("photo",))
    assert result.values == {
        "model_scale": 4, "overlap": 32, "steps": 3, "noise_level": 30, "tile": 128, "tiles": 1,
    }  # fmt: skip
    assert ctx.steps[-1].done == ctx.steps[-1].total


def test_windows_leave_no_edges(service: ModelService, model: str) -> None:
    """How much more a picture made in parts departs from the whole from one pixel to the next, across their borders."""
    photo = photograph_of(96, 40)
    ways: list[dict[str, Any]] = [{}, {"tile": 32, "overlap": 32}, {"tile": 32, "overlap": 0}]
    whole, parts, apart = (run(context(service, photo), model, steps=2, **way) for way in ways)
    assert (whole.values["tiles"], parts.values["tiles"], apart.values["tiles"]) == (1, 3, 6)

    def step(made: api.Result) -> tuple[float, float]:
        steps = np.abs(np.diff(pixels(made.image) - pixels(whole.image), axis=1)).mean(axis=(0, 2))
        borders = [4 * 32 - 1, 4 * 64 - 1]
        return steps[borders].mean(), np.delete(steps, borders).mean()

    across, elsewhere = step(apart)
    assert across > 1.5 * elsewhere, "so that the next line can fail"
    across, elsewhere = step(parts)
    assert across < 1.1 * elsewhere
    assert across < 0.5 * step(apart)[0]


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
def test_every_kind_of_any_size(service: ModelService, model: str, mode: str) -> None:
    photo = photograph_of(53, 37).convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        photo = Image.fromarray(np.asarray(photo).astype(np.uint16) * 257)
    if mode.endswith("A"):
        photo.putalpha(Image.linear_gradient("L").resize(photo.size))
    result = run(context(service, photo), model, tile=32, steps=1)
    assert isinstance(result.image, Image.Image)
    assert (result.image.mode, result.image.size) == (mode, (212, 148))
    if mode.endswith("A"):
        expected = photo.getchannel("A").resize((212, 148), Image.Resampling.LANCZOS)
        assert np.abs(pixels(result.image)[..., -1] - pixels(expected)).max() <= 1


def test_streamed_and_held_are_one_picture(
    service: ModelService, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    photo = photograph_of(40, 50)
    held = run(context(service, photo), model, tile=32, scale=3, steps=1)
    monkeypatch.setattr(studio_upscale.job, "HELD_PIXELS", 0)
    rows = run(context(service, photo), model, tile=32, scale=3, steps=1).image
    assert isinstance(rows, api.Rows)
    assert (rows.width, rows.height) == (120, 150)
    assert np.array_equal(np.concatenate(list(rows.strips)), pixels(held.image))


def test_short_of_memory_the_windows_are_halved_and_told(service: ModelService, model: str) -> None:
    photo = photograph_of(128, 64)
    refused: list[int] = []

    def allocate(_module: Any, inputs: Any) -> None:
        if max(inputs[0].shape[2:]) > 80:
            refused.append(1)
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate …")

    ctx = context(service, photo)
    with service.lease(api.Model(model)) as lease:
        hook = lease["unet"].register_forward_pre_hook(allocate)
        result = run(ctx, model, steps=2)
        hook.remove()
    assert refused
    assert result.values["tile"] == 64
    assert any("Memory was short" in note and "64 pixels" in note for note in ctx.notes)
    assert ctx.steps[-1].done == ctx.steps[-1].total
    assert np.array_equal(pixels(result.image), pixels(run(context(service, photo), model, tile=64, steps=2).image))


def test_cancel_at_every_window(service: ModelService, model: str) -> None:
    def make(**options: Any) -> FakeContext:
        return context(service, photograph_of(72, 40), previews=True, **options)

    (result,) = check_task(Upscale, {"image": "photo", "model": model, "seed": 7, "steps": 2, "tile": 32}, make)
    assert result.values["tiles"] == 2


def test_what_only_diffusion_reads_is_told(service: ModelService, model: str, tmp_path: Path) -> None:
    ctx = context(service, photograph_of(20, 20))
    list(Upscale().run(Upscale.Params(image="photo", prompt="a cat", steps=9), ctx))
    assert ctx.notes == ["The model 'Starter' enlarges without a prompt, so prompt and steps changed nothing."]
    with pytest.raises(api.UserError, match="at most 50, not 60") as caught:
        run(context(service, photograph_of(20, 20)), model, noise_level=60)
    assert caught.value.field == "noise_level"


@given(
    length=st.integers(1, 60), most=st.integers(1, 300), margin=st.integers(0, 4), multiple=st.sampled_from([1, 4, 8]),
    scale=st.sampled_from([1, 4]),
)  # fmt: skip
def test_weights_add_up_to_1(length: int, most: int, margin: int, multiple: int, scale: int) -> None:
    length, margin = length * multiple, margin * multiple
    total = np.zeros(length * scale)
    windows = spans(length, most, margin, multiple)
    for span in windows:
        assert span.start % multiple == 0
        total[span.start * scale : span.stop * scale] += span.weights(scale)
    assert np.abs(total - 1).max() < 1e-5
    ones = [
        (
            span,
            np.ones(((span.stop - span.start) * scale, 2, 3), np.float32) * span.weights(scale)[:, None, None],
        )
        for span in windows
    ]
    rows = np.concatenate(list(woven(iter(ones), length, scale)))
    assert rows.shape == (length * scale, 2, 3)
    assert np.abs(rows - 1).max() < 1e-5
