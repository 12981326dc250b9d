"""Edits of edits of edits: what is not marked stays, and colours neither drift nor fade. With the starter itself."""

import numpy as np
import pytest
from built_in import BUILT_IN
from PIL import Image
from studio_inpaint import Inpaint
from studio_variation import Vary
from studio_variation.verbs import CODEC_LEVELS, closer

from studio import settings
from studio.models.service import ModelService
from studio.testing import FakeContext

FLAT = (200, 180, 40)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(settings.Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


def pixels(image: object) -> np.ndarray:
    return np.asarray(image).astype(int)


def test_many_edits_of_one_place_touch_nothing_else(service: ModelService) -> None:
    rng = np.random.default_rng(0)
    photo = Image.fromarray(rng.integers(0, 256, (32, 32, 3), np.uint8)).resize((512, 512), Image.Resampling.BICUBIC)
    mask = Image.new("L", photo.size)
    mask.paste(255, (208, 208, 304, 304))
    edited = photo
    for seed in range(3):
        ctx = FakeContext(models=service, pictures={"photo": edited, "mask": mask})
        params = Inpaint.Params(image="photo", mask="mask", prompt="a red mushroom", seed=seed, steps=2)
        (result,) = Inpaint().run(params, ctx)
        assert isinstance(result.image, Image.Image)
        edited = result.image
    outside = np.asarray(mask) == 0
    assert np.array_equal(pixels(edited)[outside], pixels(photo)[outside])


@pytest.mark.slow
def test_a_picture_that_is_extended_again_and_again_keeps_its_colour(service: ModelService) -> None:
    picture = Image.new("RGB", (256, 256), FLAT)
    for seed in range(8):
        params = Inpaint.Params(image="picture", right=64, seed=seed)
        (result,) = Inpaint().run(params, FakeContext(models=service, pictures={"picture": picture}))
        assert isinstance(result.image, Image.Image)
        picture = result.image
    strip = pixels(picture)[:, -64:]
    assert np.abs(strip.mean((0, 1)) - FLAT).max() <= 4
    assert np.abs(np.median(strip, (0, 1)) - FLAT).max() <= 4


def test_variations_of_variations_at_distance_0_do_not_fade(service: ModelService) -> None:
    """A flat picture, which the codec can show: ten times the same, within 3 levels and without a trend."""
    first = Image.new("RGB", (256, 256), FLAT)
    picture, shifts = first, []
    for seed in range(10):
        params = Vary.Params(image="picture", distance=0, count=1, seed=seed, steps=4)
        (result,) = Vary().run(params, FakeContext(models=service, pictures={"picture": picture}))
        assert isinstance(result.image, Image.Image)
        picture = result.image
        shifts.append(pixels(picture).mean((0, 1)) - FLAT)
    assert np.abs(shifts).max() <= 3
    assert np.abs(shifts[9] - shifts[0]).max() <= 0.5
    assert np.abs(pixels(picture) - pixels(first)).mean() <= 3


def test_only_what_a_codec_changes_is_taken_back() -> None:
    source = Image.new("RGB", (8, 8), (100, 100, 100))
    made = Image.fromarray(np.full((8, 8, 3), (105, 92, 200), np.uint8))
    assert pixels(closer(made, source, 0.0))[0, 0].tolist() == [100, 100, 200 - CODEC_LEVELS]
    assert closer(made, source, 0.1) is made
    half = pixels(closer(made, source, 0.05))[0, 0].tolist()
    assert half == [102, 96, 200 - CODEC_LEVELS / 2]
