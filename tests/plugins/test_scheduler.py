"""Schedulers by name: every one that a family lists works, and the others are refused."""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from built_in import BUILT_IN
from parity import for_painting, half_mask_of, photograph_of
from studio_families import generic
from studio_families.table import FAMILIES
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_variation import Vary
from test_family_table import LINES
from zoo import Zoo

from studio import api
from studio.api._scheduler import RECIPES, names
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


def create(service: ModelService, model: Path | str, ctx: FakeContext | None = None, **params: Any) -> np.ndarray:
    call = {"prompt": "a cat", "seed": 7, "steps": 3, "model": str(model), "size": "64x64", **params}
    (result,) = TextToImage().run(TextToImage.Params(**call), ctx or FakeContext(models=service))
    return np.asarray(result.image).astype(int)


def test_every_name_has_a_recipe() -> None:
    assert {"automatic", *RECIPES} == set(get_args(get_args(api.Scheduler)[0]))


@pytest.mark.parametrize("name", ["kandinsky", "sd15", "sd3", "flux", "sana", "z-image", "pixart-sigma"])
def test_every_scheduler_of_a_family_makes_a_picture_of_its_own(zoo: Zoo, service: ModelService, name: str) -> None:
    with service.lease(api.Model(str(zoo[name]))) as lease:
        listed = names(lease.about.schedulers)
    made = {each: create(service, zoo[name], scheduler=each) for each in listed}
    assert all(np.isfinite(picture).all() for picture in made.values())
    assert len({picture.tobytes() for picture in made.values()}) >= len(made) / 2
    assert np.array_equal(made["automatic"], create(service, zoo[name]))


@pytest.mark.parametrize(("name", "scheduler"), [("flux", "ddim"), ("kandinsky", "euler"), ("z-image", "heun")])
def test_one_that_does_not_work_is_refused_with_those_that_do(
    zoo: Zoo, service: ModelService, name: str, scheduler: str
) -> None:
    with pytest.raises(
        api.UserError, match=r"does not work with the scheduler .*; choose one of automatic, "
    ) as caught:
        create(service, zoo[name], scheduler=scheduler)
    assert caught.value.field == "scheduler"


def test_the_starter_draws_with_others(service: ModelService) -> None:
    pictures = [
        create(service, "starter", scheduler=name, steps=8, size="auto") for name in ("ddim", "dpm++-2m", "lcm")
    ]
    assert all(picture.std() > 20 for picture in pictures)


def test_progress_of_a_solver_of_second_order_reaches_its_end_only_there(zoo: Zoo, service: ModelService) -> None:
    ctx = FakeContext(models=service)
    create(service, zoo["sd15"], ctx, scheduler="heun", steps=5)
    assert [step.done for step in ctx.steps] == list(range(1, 11))
    assert ctx.steps[-1].total >= 10


def test_latent_consistency_takes_any_number_of_steps(zoo: Zoo, service: ModelService) -> None:
    create(service, zoo["sd15"], scheduler="lcm", steps=60)


@pytest.mark.parametrize(("name", "scheduler"), [("sdxl-refiner", "heun"), ("sd-x4", "euler")])
def test_refining_takes_them_too(zoo: Zoo, service: ModelService, name: str, scheduler: str) -> None:
    ctx = FakeContext(models=service, pictures={"picture": photograph_of(64, 64)})
    call = {"prompt": "a cat", "image": "picture", "seed": 7, "steps": 10, "model": str(zoo[name]), "size": "64x64"}
    made = [
        np.asarray(result.image)
        for each in ("automatic", scheduler)
        for result in Refine().run(Refine.Params(**call, scheduler=each), ctx)
    ]
    assert not np.array_equal(made[0], made[1])


EDITED: dict[str, Any] = {"image": "picture", "mask": "mask", "prompt": "a cat", "steps": 4, "strength": 0.6, "seed": 7}
VARIED: dict[str, Any] = {"image": "picture", "distance": 0.4, "count": 1, "steps": 4, "size": "64x64", "seed": 7}


@pytest.mark.parametrize(
    ("task", "call", "name"),
    [(Inpaint, EDITED, "sd15"), (Inpaint, EDITED, "kandinsky"), (Vary, VARIED, "kandinsky"),
     (Vary, VARIED, "sd21-unclip")],
)  # fmt: skip
def test_editing_and_varying_take_every_scheduler_of_a_family(
    zoo: Zoo, service: ModelService, task: Any, call: dict[str, Any], name: str
) -> None:
    """From the middle of its way too, where a solver begins at neither end of its times."""
    photo = photograph_of(64, 64)
    folder = for_painting(zoo[name], photo) if task is Inpaint else zoo[name]
    with service.lease(api.Model(str(folder))) as lease:
        listed = names(lease.about.schedulers)
    made = {}
    for each in listed:
        ctx = FakeContext(models=service, pictures={"picture": photo, "mask": half_mask_of(photo)})
        (result,) = task().run(task.Params(**call, model=str(folder), scheduler=each), ctx)
        made[each] = np.asarray(result.image)
        assert ctx.steps[-1].done <= ctx.steps[-1].total
    assert len({picture.tobytes() for picture in made.values()}) >= len(made) / 2


@pytest.mark.parametrize(
    ("task", "call", "name"),
    [(Inpaint, EDITED, "flux"), (Inpaint, EDITED, "kandinsky"), (Vary, VARIED, "kandinsky"),
     (Vary, VARIED, "flux-redux")],
)  # fmt: skip
def test_editing_and_varying_refuse_the_others_in_the_same_words(
    zoo: Zoo, service: ModelService, task: Any, call: dict[str, Any], name: str
) -> None:
    photo = photograph_of(64, 64)
    ctx = FakeContext(models=service, pictures={"picture": photo, "mask": half_mask_of(photo)})
    with pytest.raises(api.UserError, match=r"does not work with the scheduler 'heun'.*; choose one of auto") as caught:
        list(task().run(task.Params(**call, model=str(zoo[name]), scheduler="heun"), ctx))
    assert caught.value.field == "scheduler"


def test_the_docs_name_what_each_family_works_with() -> None:
    known = {*RECIPES, "its own only"}
    told = {line[0]: line[1] for line in LINES if len(line) == 2 and set(line[1].split(", ")) <= known}
    flow = {", ".join(names(family.schedulers)[1:]) for family in FAMILIES if family.id in ("flux", "sd3", "chroma")}
    assert flow == {told["the other families, of flow matching"]}
    for title, id in (("Kandinsky 2.2 and the starter", "kandinsky22"), ("Sana", "sana")):
        family = next(family for family in FAMILIES if family.id == id)
        assert told[title] == ", ".join(names(family.schedulers)[1:])
    for row in generic.ROWS:
        at = next((name for name in told if row.title in name.split(", ")), "the other families, of flow matching")
        assert told[at] == (", ".join(names(row.schedulers)[1:]) or "its own only"), row.title
    stable = next(family for family in FAMILIES if family.id == "sdxl")
    assert next(text for name, text in told.items() if name.startswith("Stable")) == ", ".join(RECIPES)
    assert names(stable.schedulers)[1:] == list(RECIPES)


def test_a_model_that_runs_its_parts_by_itself_has_no_pipeline_and_says_so(service: ModelService) -> None:
    from studio import diffusion  # with torch

    ctx = FakeContext(models=service)
    with ctx.model(api.Model("starter")) as lease:
        own = lease["scheduler"]
        with pytest.raises(api.UserError, match="has no pipeline of diffusers for text-to-image"):
            diffusion.build_pipeline(ctx, lease, "text-to-image", own)
        with pytest.raises(api.UserError, match="for knitting"):
            diffusion.build_pipeline(ctx, lease, "knitting")
