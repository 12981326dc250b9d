"""Words for regions: all white is that region's picture, all black the prompt's, to the last bit; halves are halves."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference_zoo
import torch
from built_in import BUILT_IN
from diffusers import UNet2DConditionModel
from PIL import Image
from pydantic import ValidationError
from studio_text_to_image import Refine, TextToImage
from tiny import TinyModels

from studio import api
from studio.diffusion import Shares
from studio.errors import UserError
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PROMPT, WORDS = "a red mushroom", "a large blue house by the sea"


def half(left: bool) -> Image.Image:
    made = Image.new("L", (64, 64))
    made.paste(255, (0, 0, 32, 64) if left else (32, 0, 64, 64))
    return made


MASKS = {
    "white": Image.new("L", (64, 64), 255), "black": Image.new("L", (64, 64)), "left": half(True),
    "right": half(False), "dot": Image.new("L", (64, 64)), "photo": Image.linear_gradient("L").convert("RGB"),
}  # fmt: skip
MASKS["dot"].putpixel((5, 5), 1)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def adapters(tiny_models: TinyModels, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("adapters")
    unet = UNet2DConditionModel.from_pretrained(tiny_models.sd15 / "unet")
    reference_zoo.save(reference_zoo.plain(unet), folder / "plain.safetensors")
    reference_zoo.image_encoder().save_pretrained(folder / "image_encoder")
    return folder


@pytest.fixture(scope="module")
def ctx(adapters: Path, tmp_path_factory: pytest.TempPathFactory) -> FakeContext:
    home = tmp_path_factory.mktemp("home")
    return FakeContext(models=ModelService(Settings(home=home, device="cpu", models=(str(adapters),)), BUILT_IN),
                       pictures=MASKS)  # fmt: skip


def draw(ctx: FakeContext, model: Any, *regions: tuple[str, str, float], task: Any = TextToImage, **more: Any) -> Any:
    told = [{"prompt": words, "mask": mask, "weight": weight} for words, mask, weight in regions]
    size = {} if task is Refine else {"size": "64x64"}
    asked = {"prompt": PROMPT, "model": str(model), "seed": 7, "steps": 3, "guidance_scale": 4.0, **size, **more}
    (result,) = task().run(task.Params(**asked, region=told), ctx)
    return np.asarray(result.image).astype(int)


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
def test_a_region_of_everything_is_its_words_own_picture(ctx: FakeContext, tiny_models: TinyModels, name: str) -> None:
    model = getattr(tiny_models, name)
    plain = draw(ctx, model)
    if name == "sd15":  # XL is told of the whole prompt besides, which stays the prompt
        assert (draw(ctx, model, (WORDS, "white", 1.0)) == draw(ctx, model, prompt=WORDS)).all()
    whole = draw(ctx, model, (WORDS, "white", 1.0))
    assert (whole != plain).any()
    assert (draw(ctx, model, (WORDS, "white", 0.0)) == plain).all()
    assert (draw(ctx, model, (PROMPT, "left", 1.0), (PROMPT, "right", 1.0)) == plain).all()
    one, other = draw(ctx, model, (WORDS, "left", 1.0)), draw(ctx, model, (WORDS, "right", 1.0))
    left, right = (np.abs(each - plain).mean(axis=(0, 2)) for each in (one, other))
    assert left[:32].mean() > left[32:].mean()
    assert right[32:].mean() > right[:32].mean()
    assert (draw(ctx, model) == plain).all()


def test_more_words_than_are_read_at_once_weights_and_no_guidance(ctx: FakeContext, tiny_models: TinyModels) -> None:
    long = " ".join(["a very long house"] * 30)
    assert (draw(ctx, tiny_models.sd15, (long, "left", 0.7)) != draw(ctx, tiny_models.sd15)).any()
    unguided = draw(ctx, tiny_models.sd15, (WORDS, "white", 1.0), guidance_scale=1.0)
    assert (unguided == draw(ctx, tiny_models.sd15, prompt=WORDS, guidance_scale=1.0)).all()
    weighted = draw(ctx, tiny_models.sd15, ("a (large:1.5) house", "left", 1.0))
    assert (weighted != draw(ctx, tiny_models.sd15, ("a large house", "left", 1.0))).any()


def test_it_goes_with_reference_pictures_and_refining(ctx: FakeContext, tiny_models: TinyModels) -> None:
    one = {"reference": [{"reference": "plain", "image": "photo", "weight": 0.8}]}
    whole = draw(ctx, tiny_models.sd15, (WORDS, "white", 1.0), **one)
    assert (whole == draw(ctx, tiny_models.sd15, prompt=WORDS, **one)).all()
    more = {"task": Refine, "image": "photo", "strength": 0.9}
    assert (draw(ctx, tiny_models.sd15, (WORDS, "left", 1.0), **more) != draw(ctx, tiny_models.sd15, **more)).any()


def test_what_cannot_be_is_refused(ctx: FakeContext, tiny_models: TinyModels) -> None:
    with pytest.raises(UserError, match="is empty: nothing of its mask is white") as told:
        draw(ctx, tiny_models.sd15, (WORDS, "black", 1.0))
    assert told.value.field == "region"
    for odd in ({"prompt": ""}, {"weight": 1.5}, {"weight": float("nan")}, {"mask": ""}):
        with pytest.raises(ValidationError):
            api.Region(**{"prompt": WORDS, "mask": "left", **odd})
    with pytest.raises(ValidationError):
        draw(ctx, tiny_models.sd15, *[(WORDS, "left", 1.0)] * 7)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (9, 7), (96, 128), (5, 33)])
def test_each_level_of_the_unet_has_shares_of_its_own_size(height: int, width: int) -> None:
    shares = Shares(torch.rand(3, 1, height, width))
    for _ in range(4):
        assert shares.halved(height * width).shape == (3, height * width, 1)
        height, width = -(-height // 2), -(-width // 2)
