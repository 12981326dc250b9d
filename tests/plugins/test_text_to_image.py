"""Text to image against diffusers called directly: the same seed, the same pixels, on tiny real models."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import (
    KandinskyV22Pipeline,
    KandinskyV22PriorPipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
)
from PIL import Image
from studio_text_to_image import TextToImage
from tiny import TinyModels

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PROMPT = "a red mushroom on a blue background 一只戴着帽子的猫"


@pytest.fixture
def service(tmp_path: Path) -> ModelService:
    return ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)


def run(service: ModelService, ctx: FakeContext | None = None, **params: Any) -> list[api.Result]:
    task = TextToImage()
    context = ctx or FakeContext(models=service)
    return list(task.run(TextToImage.Params(**{"prompt": PROMPT, "seed": 7, "steps": 4, **params}), context))


def pixels(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


def draw_kandinsky(folder: Path, size: tuple[int, int], negative: str | None) -> Image.Image:
    """The two stock pipelines over the published layout, one generator for both."""
    prior = KandinskyV22PriorPipeline.from_pretrained(folder.parent / "kandinsky-2-2-prior", dtype=torch.float32)
    decoder = KandinskyV22Pipeline.from_pretrained(folder, dtype=torch.float32)
    generator = torch.Generator("cpu").manual_seed(7)
    embeds = prior(PROMPT, negative_prompt=negative, guidance_scale=4.0, generator=generator, num_inference_steps=25)
    return decoder(
        **embeds, width=size[0], height=size[1], num_inference_steps=4, guidance_scale=4.0, generator=generator
    ).images[0]


def draw_stable(made: Any) -> Callable[[Path, tuple[int, int], str | None], Image.Image]:
    def draw(folder: Path, size: tuple[int, int], negative: str | None) -> Image.Image:
        options = {"safety_checker": None} if made is StableDiffusionPipeline else {}
        pipeline = made.from_pretrained(folder, dtype=torch.float32, **options)
        generator = torch.Generator("cpu").manual_seed(7)
        return pipeline(
            PROMPT, negative_prompt=negative, width=size[0], height=size[1], num_inference_steps=4,
            guidance_scale=7.5 if made is StableDiffusionPipeline else 5.0, generator=generator,
        ).images[0]  # fmt: skip

    return draw


@pytest.mark.parametrize("negative", [None, "a house"])
@pytest.mark.parametrize(
    ("model", "size", "directly"),
    [
        ("kandinsky_pair", (128, 64), draw_kandinsky),
        ("sd15", (64, 48), draw_stable(StableDiffusionPipeline)),
        ("sdxl", (64, 48), draw_stable(StableDiffusionXLPipeline)),
    ],
)
def test_pixels_equal_diffusers_own(
    tiny_models: TinyModels,
    service: ModelService,
    model: str,
    size: tuple[int, int],
    directly: Any,
    negative: str | None,
) -> None:
    folder = getattr(tiny_models, model)
    (result,) = run(service, model=str(folder), size=f"{size[0]}x{size[1]}", negative_prompt=negative or "")
    expected = directly(folder, size, negative)
    assert result.image.size == size
    assert np.abs(pixels(result.image) - pixels(expected)).max() == 0


@pytest.mark.parametrize("model", ["kandinsky", "sd15", "sdxl"])
def test_each_of_several_pictures_has_its_own_seed(tiny_models: TinyModels, service: ModelService, model: str) -> None:
    path = str(getattr(tiny_models, model))
    both = run(service, model=path, size="64x64", count=2)
    (second,) = run(service, model=path, size="64x64", seed=8)
    assert [result.seed for result in both] == [7, 8]
    assert np.array_equal(pixels(both[1].image), pixels(second.image))
    assert not np.array_equal(pixels(both[0].image), pixels(both[1].image))


@pytest.mark.parametrize("model", ["kandinsky", "sd15", "sdxl"])
def test_a_new_seed_encodes_nothing_again_and_loads_nothing(
    tiny_models: TinyModels, service: ModelService, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    path, ctx, calls = str(getattr(tiny_models, model)), FakeContext(models=service), []
    run(service, ctx, model=path, size="64x64")
    loaded = service.loaded_bytes
    with service.lease(api.Model(path)) as lease:
        kind = type(lease["text_encoder"])
    forward = kind.forward
    # On the class: a hook on the component would be noticed, and the component given up.
    monkeypatch.setattr(kind, "forward", lambda *args, **named: calls.append(1) or forward(*args, **named))
    run(service, ctx, model=path, size="64x64", seed=99)
    assert calls == []
    run(service, ctx, model=path, size="64x64", prompt="another")
    assert len(calls) > 0
    assert service.loaded_bytes == loaded


@pytest.mark.parametrize("model", ["kandinsky", "sd15"])
def test_previews_change_nothing_and_cancel_works_at_every_step(
    tiny_models: TinyModels, service: ModelService, model: str
) -> None:
    path = str(getattr(tiny_models, model))
    plain = run(service, model=path, size="64x64")[0]
    seen = FakeContext(models=service, previews=True, reveals=True)
    watched = run(service, seen, model=path, size="64x64")[0]
    assert np.array_equal(pixels(plain.image), pixels(watched.image))
    assert any(step.preview is not None for step in seen.steps)
    assert seen.steps[-1].done == seen.steps[-1].total
    for step in (0, 2, len(seen.steps) - 1):
        with pytest.raises(api.Cancelled):
            run(service, FakeContext(models=service, cancel_at=step), model=path, size="64x64")
    again = run(service, model=path, size="64x64")[0]
    assert np.array_equal(pixels(plain.image), pixels(again.image))


def test_what_the_encoder_cannot_read_is_told(tiny_models: TinyModels, service: ModelService) -> None:
    ctx = FakeContext(models=service)
    run(service, ctx, model=str(tiny_models.kandinsky), size="64x64", prompt="word " * 40)
    assert any("The model reads the first 75 tokens" in note for note in ctx.notes)
    ctx = FakeContext(models=service)
    run(service, ctx, model=str(tiny_models.sd15), size="64x64", prompt="word " * 40)  # in several parts
    assert not any("tokens" in note for note in ctx.notes)


@pytest.mark.parametrize("size", ["0x0", "513x512", "64x63", "999999x8"])
def test_an_illegal_size_names_the_nearest_legal_one(tiny_models: TinyModels, service: ModelService, size: str) -> None:
    with pytest.raises(api.UserError, match="nearest legal size is") as caught:
        run(service, model=str(tiny_models.sd15), size=size)
    assert caught.value.field == "size"


def test_an_empty_prompt_is_refused(service: ModelService) -> None:
    with pytest.raises(api.UserError, match="prompt is empty") as caught:
        run(service, prompt="  \n")
    assert (caught.value.field, caught.value.code) == ("prompt", "empty_prompt")


def test_nan_pictures_fail_loudly(tiny_models: TinyModels, service: ModelService) -> None:
    path = str(tiny_models.sd15)
    with service.lease(api.Model(path)) as lease:
        bias = lease["vae"].decoder.conv_out.bias
        kept = bias.clone()
        bias.data.fill_(float("nan"))
        with pytest.raises(api.UserError, match=r"invalid numbers \(NaN\)"):
            run(service, model=path, size="64x64")
        bias.data.copy_(kept)


def test_seeds_beyond_the_largest_go_on_from_nought_and_each_makes_its_picture_alone(
    tiny_models: TinyModels, service: ModelService
) -> None:
    path = str(tiny_models.sd15)
    both = run(service, model=path, size="64x64", count=2, seed=2**63 - 1)
    assert [result.seed for result in both] == [2**63 - 1, 0]
    for result in both:
        (alone,) = run(service, model=path, size="64x64", seed=result.seed)
        assert alone.image.tobytes() == result.image.tobytes()
