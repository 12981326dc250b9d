"""Marks far apart each get a crop of their own; near ones share one, as before."""

from pathlib import Path

import numpy as np
import pytest
from built_in import BUILT_IN
from PIL import Image
from studio_inpaint import Inpaint
from studio_inpaint.area import MOST_AREAS, area, areas
from tiny import TinyModels

from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext


@pytest.fixture
def service(tmp_path: Path) -> ModelService:
    return ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)


def marked(size: tuple[int, int], *squares: tuple[int, int, int]) -> np.ndarray:
    """A mask with white squares, each as left, top and side."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    for left, top, side in squares:
        mask[top : top + side, left : left + side] = 255
    return mask


def test_two_marks_at_two_ends_of_a_photograph() -> None:
    mask = marked((4000, 3000), (100, 100, 100), (3800, 2800, 100))
    found = areas(mask, 0.5, (128, 128), 8)
    assert [place.size for place in found] == [(200, 200), (200, 200)]
    assert [place.work for place in found] == [(128, 128), (128, 128)]
    assert found[0].box == (50, 50, 250, 250)


def test_near_marks_share_a_crop() -> None:
    mask = marked((1000, 800), (300, 300, 50), (380, 300, 50))
    assert areas(mask, 0.5, (128, 128), 8) == [area(mask, 0.5, (128, 128), 8)]


def test_marks_whose_crops_would_touch_share_one() -> None:
    mask = marked((2000, 2000), (300, 300, 50), (700, 300, 50))
    assert len(areas(mask, 0.5, (128, 128), 8)) == 2
    assert len(areas(mask, 0.5, (512, 512), 8)) == 1


def test_the_same_for_any_mask_of_one_piece() -> None:
    mask = marked((3000, 2000), (900, 500, 700))
    mask[700:720] = 255
    assert areas(mask, 0.3, (64, 64), 8) == [area(mask, 0.3, (64, 64), 8)]


def test_many_marks_are_a_few_crops_and_specks_are_one() -> None:
    row = [(200 + 380 * number, 100, 20) for number in range(MOST_AREAS + 1)]
    for count in (MOST_AREAS, MOST_AREAS + 1):
        found = areas(marked((5200, 300), *row[:count]), 0.5, (64, 64), 8)
        assert len(found) == (count if count == MOST_AREAS else 1)
        assert sum((marked((5200, 300), *row[:count])[place.slices] > 0).sum() for place in found) == count * 400
    specks = [(20 + 190 * x, 20 + 190 * y, 2) for x in range(20) for y in range(20)]
    mask = marked((4000, 4000), *specks)
    assert areas(mask, 0.5, (64, 64), 8) == [area(mask, 0.5, (64, 64), 8)]


@pytest.mark.parametrize(("model", "prompt"), [("sd15", ""), ("sd15", "a red mushroom"), ("kandinsky", "a red cup")])
def test_both_are_painted_and_all_else_stays(
    tiny_models: TinyModels, service: ModelService, model: str, prompt: str
) -> None:
    width = 900 if model == "sd15" else 1300
    picture = Image.effect_noise((width, 700), 60).convert("RGB")
    mask = Image.fromarray(marked((width, 700), (30, 40, 40), (width - 100, 600, 40)))
    ctx = FakeContext(models=service, pictures={"picture": picture, "mask": mask})
    params = Inpaint.Params(
        image="picture", mask="mask", seed=7, steps=2, prompt=prompt, model=str(getattr(tiny_models, model))
    )
    (result,) = Inpaint().run(params, ctx)
    new, old, where = np.asarray(result.image).astype(int), np.asarray(picture).astype(int), np.asarray(mask) > 0
    assert np.array_equal(new[~where], old[~where])
    for corner in ((slice(40, 80), slice(30, 70)), (slice(600, 640), slice(width - 100, width - 60))):
        assert (new[corner] != old[corner]).any(axis=2).mean() > 0.9
    assert str(result.values["area"]).count(",") == 1
    assert "The marks are far apart, so they are painted one after the other, in 2 parts." in ctx.notes
    (again,) = Inpaint().run(params, FakeContext(models=service, pictures={"picture": picture, "mask": mask}))
    assert np.array_equal(np.asarray(again.image), np.asarray(result.image))
