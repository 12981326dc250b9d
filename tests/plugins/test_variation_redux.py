"""Variation with FLUX.1 Redux: diffusers' own pictures, near and far, and what it cannot do, said."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from built_in import BUILT_IN
from diffusers import FluxImg2ImgPipeline, FluxPipeline, FluxPriorReduxPipeline
from parity import photograph_of
from studio_variation import Blend, Vary
from studio_variation.redux import LEAST_WEIGHT
from studio_variation.verbs import IDEA_FROM
from zoo import Zoo

from studio import api
from studio.models.catalogue import read_model
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PICTURE = photograph_of(128, 64)


@pytest.fixture
def ctx(tmp_path: Path) -> FakeContext:
    return FakeContext(pictures={"one": PICTURE}, models=ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN))


def run(task: type[Any], ctx: FakeContext, model: Path, **params: Any) -> list[api.Result]:
    asked = {"model": str(model), "seed": 7, "steps": 4, "size": "128x64", "count": 1, **params}
    return list(task().run(task.Params(**asked), ctx))


def directly(folder: Path, weight: float = 1.0, **more: Any) -> np.ndarray:
    prior = FluxPriorReduxPipeline.from_pretrained(folder, dtype=torch.float32)
    words = dict.fromkeys(("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2"))
    made = FluxImg2ImgPipeline if "image" in more else FluxPipeline
    flux = made.from_pretrained(folder.parent / "flux-for-redux", dtype=torch.float32, **words)
    image = flux(
        **prior(PICTURE, prompt_embeds_scale=weight), width=128, height=64, num_inference_steps=4, guidance_scale=2.5,
        generator=torch.Generator("cpu").manual_seed(7), **more,
    ).images[0]  # fmt: skip
    return np.asarray(image)


def test_near_it_keeps_pixels_and_far_it_weighs_what_it_read_less(ctx: FakeContext, zoo: Zoo) -> None:
    model = zoo["flux-redux"]
    made = [
        np.asarray(result.image)
        for distance in (IDEA_FROM * 0.71, IDEA_FROM, 1.0)  # 0.71 squared is half of the steps
        for result in run(Vary, ctx, model, image="one", distance=distance)
    ]
    assert np.array_equal(made[0], directly(model, image=PICTURE, strength=0.5))
    assert np.array_equal(made[1], directly(model))
    assert np.array_equal(made[2], directly(model, LEAST_WEIGHT))
    assert len({each.tobytes() for each in made}) == 3


def test_progress_ends_where_it_said_and_each_seed_makes_its_own(ctx: FakeContext, zoo: Zoo) -> None:
    results = run(Vary, ctx, zoo["flux-redux"], image="one", count=2)
    assert [result.seed for result in results] == [7, 8]
    assert not np.array_equal(np.asarray(results[0].image), np.asarray(results[1].image))
    assert ctx.steps[-1].done == ctx.steps[-1].total
    assert results[0].parents == ("one",)


@pytest.mark.parametrize(
    ("field", "given"), [("unlike", "one"), ("unlike_text", "a cat"), ("keep_as", "mine"), ("spread", True)]
)
def test_what_needs_a_clip_is_refused(ctx: FakeContext, zoo: Zoo, field: str, given: Any) -> None:
    with pytest.raises(api.UserError, match="has no CLIP, which .* needs; leave that out") as told:
        run(Vary, ctx, zoo["flux-redux"], image="one", count=2, **{field: given})
    assert told.value.field == field


def test_the_other_verbs_name_models_that_can(ctx: FakeContext, zoo: Zoo) -> None:
    with pytest.raises(api.UserError, match=r"cannot do blend \(it can do: variation\)"):
        run(Blend, ctx, zoo["flux-redux"], image=["one"])


def test_without_a_flux_beside_it_it_says_which_folder_is_missing(zoo: Zoo, tmp_path: Path) -> None:
    shutil.copytree(zoo["flux-redux"], tmp_path / "models/redux")
    with pytest.raises(api.UserError, match=r"no folder beside it holds such a model; put that of FLUX\.1 dev there"):
        read_model(tmp_path / "models/redux", "redux", BUILT_IN)
