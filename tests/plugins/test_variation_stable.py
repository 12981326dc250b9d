"""The verbs of variation on Stable Diffusion 2.1 unCLIP: its own pipeline bit for bit, and what it cannot do, said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import EulerDiscreteScheduler, StableUnCLIPImg2ImgPipeline
from family_zoo import sd21_unclip
from parity import photograph_of
from PIL import Image
from studio_variation import Blend, Interpolate, TextDiff, Vary
from studio_variation.verbs import IDEA_FROM, MOST_STRAY
from zoo import Zoo

from studio import api
from studio.diffusion import CLIP_VIEW, Clip, StepProgress
from studio.models.service import ModelService
from studio.models.tensor_storage import storages
from studio.settings import Settings
from studio.testing import FakeContext, check_task

PICTURES = {"one": photograph_of(80, 60), "other": photograph_of(60, 80).rotate(90)}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


@pytest.fixture
def ctx(service: ModelService) -> FakeContext:
    return FakeContext(pictures=PICTURES, models=service)


@pytest.fixture
def model(zoo: Zoo) -> str:
    return str(zoo["sd21-unclip"])


def run(task: type[Any], ctx: FakeContext, model: str, **params: Any) -> list[api.Result]:
    asked = {"model": model, "seed": 7, "steps": 4, "size": "64x64", **params}
    return list(task().run(task.Params(**asked), ctx))


def pixels(image: Any) -> np.ndarray:
    assert isinstance(image, Image.Image)
    return np.asarray(image).astype(int)


def directly(folder: str, noise_level: int, seed: int = 7) -> np.ndarray:
    pipeline = StableUnCLIPImg2ImgPipeline.from_pretrained(folder, dtype=torch.float32)
    made = pipeline(
        image=PICTURES["one"], prompt="", width=64, height=64, num_inference_steps=4, guidance_scale=10.0,
        noise_level=noise_level, generator=torch.Generator("cpu").manual_seed(seed),
    )  # fmt: skip
    return pixels(made.images[0])


def test_where_no_pixel_is_left_it_is_diffusers_own_pipeline(ctx: FakeContext, model: str) -> None:
    results = run(Vary, ctx, model, image="one", distance=IDEA_FROM, count=2)
    for result in results:
        assert np.array_equal(pixels(result.image), directly(model, 0, result.seed or 0))
    assert ctx.steps[-1].done == ctx.steps[-1].total


def test_where_the_idea_strays_it_is_that_pipeline_under_a_noise_level(ctx: FakeContext, model: str) -> None:
    (result,) = run(Vary, ctx, model, image="one", distance=1, count=1)
    kept = sd21_unclip().image_noising_scheduler.alphas_cumprod
    level = int(((1 - kept).sqrt() - MOST_STRAY).abs().argmin())
    assert 500 < level < 900
    assert np.array_equal(pixels(result.image), directly(model, level))
    assert not np.array_equal(pixels(result.image), directly(model, 0))


def test_euler_too(ctx: FakeContext, tmp_path: Path) -> None:
    """Its latents are scaled before the network sees them, and it counts its steps."""
    pipeline = sd21_unclip()
    pipeline.scheduler = EulerDiscreteScheduler.from_config(pipeline.scheduler.config)
    pipeline.save_pretrained(tmp_path / "euler")
    (result,) = run(Vary, ctx, str(tmp_path / "euler"), image="one", distance=IDEA_FROM, count=1)
    assert np.array_equal(pixels(result.image), directly(str(tmp_path / "euler"), 0))
    (nearer,) = run(Vary, ctx, str(tmp_path / "euler"), image="one", distance=0, count=1, steps=20)
    itself = round_trip(ctx, str(tmp_path / "euler"))
    assert np.abs(pixels(nearer.image) - itself).mean() < 0.5 * np.abs(pixels(result.image) - itself).mean()


def round_trip(ctx: FakeContext, model: str) -> np.ndarray:
    """What the codec makes of the picture: nothing can come nearer."""
    from studio_variation.decoder import Decoder
    from studio_variation.workspace import network

    with ctx.model(api.Model(model)) as lease:
        decoder = Decoder(ctx, lease, StepProgress(ctx, 9), network(ctx, lease))
        return pixels(decoder.picture(decoder.encode(PICTURES["one"], (64, 64))))


def test_less_distance_is_nearer_in_pixels(ctx: FakeContext, model: str) -> None:
    itself = round_trip(ctx, model)
    far = [
        np.abs(pixels(run(Vary, ctx, model, image="one", distance=each, count=1, steps=20)[0].image) - itself).mean()
        for each in (0, 0.4, IDEA_FROM)
    ]
    assert far == sorted(far)
    assert far[0] < 0.5 * far[2]


def test_an_interpolation_ends_at_its_picture(ctx: FakeContext, model: str) -> None:
    first, last = run(Interpolate, ctx, model, image="one", other="other", count=2)
    assert np.abs(pixels(first.image) - round_trip(ctx, model)).mean() < 1.5
    assert set(last.values) >= {"clip_distance_first", "clip_distance_last"}


def test_pictures_blend_and_are_unlike_and_are_kept(ctx: FakeContext, model: str) -> None:
    (alone,) = run(Blend, ctx, model, image=["one"], count=1)
    (blend,) = run(Blend, ctx, model, image=["one", "other"], unlike="other", count=1, keep_as="a blend of two")
    assert not np.array_equal(pixels(alone.image), pixels(blend.image))
    (again,) = run(Blend, ctx, model, image=[blend.values["embedding"]], count=1)
    assert np.abs(pixels(again.image) - pixels(blend.image)).max() <= 1


@pytest.mark.parametrize(
    ("task", "params", "said", "field"),
    [
        (Blend, {"image": ["one"], "text": ["a cat"]}, "has no prior", "text"),
        (Vary, {"image": "one", "unlike_text": "a cat"}, "has no prior", "unlike_text"),
        (TextDiff, {"image": "one", "before": "winter", "after": "summer"}, "reads no words", "model"),
    ],
)
def test_words_are_refused_in_one_sentence(
    ctx: FakeContext, model: str, task: type[Any], params: dict[str, Any], said: str, field: str
) -> None:
    with pytest.raises(api.UserError, match=said) as caught:
        run(task, ctx, model, **params)
    assert (caught.value.field, caught.value.code) == (field, "unsupported_operation")
    assert len(ctx.steps) == 0, "before any work is done"


def test_clip_shares_the_towers_storage_and_sees_what_it_sees(
    ctx: FakeContext, service: ModelService, model: str
) -> None:
    with service.lease(api.Model(model, "variation", derived=(CLIP_VIEW,))) as lease:
        clip, tower = Clip(ctx, lease), lease["image_encoder"]
        given = lease["image_processor"]([PICTURES["one"]], return_tensors="pt").pixel_values
        with torch.inference_mode():
            assert torch.equal(clip.of_pictures([PICTURES["one"]]), tower(given).image_embeds)
        known = storages(tower)
        own = sum(size for place, size in storages(lease["clip"]).items() if place not in known)
        assert own < 0.05 * sum(known.values())  # biases, packed
        assert not any(tensor.is_meta for tensor in lease["clip"].state_dict().values())


def test_cancel_at_every_step(service: ModelService, model: str) -> None:
    def make(**options: Any) -> FakeContext:
        return FakeContext(pictures=PICTURES, models=service, previews=True, **options)

    params = {"image": "one", "model": model, "size": "64x64", "seed": 7, "steps": 3, "count": 2, "distance": 0.5}
    assert len(check_task(Vary, params, make)) == 2
