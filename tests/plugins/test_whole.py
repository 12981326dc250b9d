"""Painting by a pipeline of diffusers that takes picture and mask: FLUX, Stable Diffusion 3.5, Qwen-Image, Z-Image."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from built_in import BUILT_IN
from parity import for_painting, half_mask_of, photograph_of
from studio_inpaint import Inpaint
from zoo import Zoo

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PICTURE = photograph_of(128, 64)
MASK = half_mask_of(PICTURE)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


def edit(ctx: FakeContext, model: Path, **params: Any) -> np.ndarray:
    call = {"image": "photo", "mask": "mask", "prompt": "a cup", "seed": 7, "steps": 3, "model": str(model), **params}
    (result,) = Inpaint().run(Inpaint.Params(**call), ctx)
    return np.asarray(result.image).astype(int)


def context(service: ModelService, **options: Any) -> FakeContext:
    return FakeContext(models=service, pictures={"photo": PICTURE, "mask": MASK}, **options)


@pytest.mark.parametrize("name", ["flux", "flux-fill", "sd3", "z-image"])
def test_protected_pixels_stay_and_masked_ones_change(zoo: Zoo, service: ModelService, name: str) -> None:
    folder = for_painting(zoo[name], PICTURE)
    made = edit(context(service), folder)
    protected = np.asarray(MASK) == 0
    assert np.array_equal(made[protected], np.asarray(PICTURE)[protected])
    assert np.abs(made[~protected] - np.asarray(PICTURE)[~protected]).mean() > 5
    assert not np.array_equal(made, edit(context(service), folder, seed=8))


@pytest.mark.parametrize("name", ["flux", "flux-fill"])
def test_without_a_prompt_what_was_there_has_no_share(zoo: Zoo, service: ModelService, name: str) -> None:
    """Two pictures that differ under the mask only give one result."""
    folder, other = for_painting(zoo[name], PICTURE), PICTURE.copy()
    other.paste((250, 20, 20), (80, 10, 120, 50))
    results = [
        edit(FakeContext(models=service, pictures={"photo": photo, "mask": MASK}), folder, prompt="")
        for photo in (PICTURE, other)
    ]
    assert np.array_equal(results[0], results[1])


def test_a_strength_that_leaves_no_step_takes_more_steps(zoo: Zoo, service: ModelService) -> None:
    edit(context(service), for_painting(zoo["flux"], PICTURE), steps=1, strength=0.3)


def test_cancel_works_at_every_step(zoo: Zoo, service: ModelService) -> None:
    folder, ctx = for_painting(zoo["flux-fill"], PICTURE), context(service, previews=True)
    before = edit(ctx, folder)
    assert any(step.preview is not None for step in ctx.steps)
    for step in range(len(ctx.steps)):
        with pytest.raises(api.Cancelled):
            edit(context(service, cancel_at=step), folder)
    assert np.array_equal(before, edit(context(service), folder))


def test_a_negative_prompt_that_is_not_read_is_told(zoo: Zoo, service: ModelService) -> None:
    ctx = context(service)
    edit(ctx, for_painting(zoo["flux"], PICTURE), negative_prompt="rain")
    assert any("has no negative prompt" in note for note in ctx.notes)
