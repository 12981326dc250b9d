"""Another seed for the same words and pictures encodes neither again; another picture or other words do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from built_in import BUILT_IN
from parity import for_painting, photograph_of
from PIL import Image, ImageDraw
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_variation import Vary
from tiny import TinyModels
from zoo import Zoo

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

WORDS = ("text_encoder", "text_encoder_2")
SIGHT = ("image_encoder", "vae", "movq")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which encoders have run, by class: counted where diffusers, and open_clip over the same weights, call them."""
    import open_clip.model
    from diffusers import AutoencoderKL, VQModel
    from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPVisionModelWithProjection

    ran: list[str] = []

    def count(kind: type[Any], method: str, name: str) -> None:
        real = getattr(kind, method)
        monkeypatch.setattr(kind, method, lambda *args, **named: ran.append(name) or real(*args, **named))

    for text in (CLIPTextModel, CLIPTextModelWithProjection):
        count(text, "forward", "words")
    count(open_clip.model.CLIP, "encode_text", "words")
    count(CLIPVisionModelWithProjection, "forward", "picture")
    for codec in (AutoencoderKL, VQModel):
        count(codec, "encode", "picture")
    return ran


def disc() -> Image.Image:
    mask = Image.new("L", (64, 64))
    ImageDraw.Draw(mask).ellipse((20, 20, 44, 44), fill=255)
    return mask


PICTURES = {"photo": photograph_of(64, 64), "other": photograph_of(64, 64).rotate(90), "mask": disc()}
SOURCED: dict[type[api.Task], dict[str, Any]] = {
    Refine: {"image": "photo", "strength": 0.5, "prompt": "a cat"},
    Inpaint: {"image": "photo", "mask": "mask", "prompt": "a cat"},
}


def run(ctx: FakeContext, task: type[Any], model: Path, **params: Any) -> Iterator[np.ndarray]:
    asked = {"model": str(model), "seed": 7, "steps": 4, "size": "64x64", **params}
    if task is Inpaint:  # which works at the size that its model was made for
        del asked["size"]
        asked["model"] = str(for_painting(model, PICTURES["photo"]))
    for result in task().run(task.Params(**asked), ctx):
        yield np.asarray(result.image)


@pytest.mark.parametrize("name", ["sd15", "sdxl", "kandinsky"])
@pytest.mark.parametrize("task", [TextToImage, Refine, Inpaint], ids=lambda task: task.id)
def test_another_seed_reads_the_same_words_once(
    zoo: Zoo, service: ModelService, encoded: list[str], task: type[api.Task], name: str
) -> None:
    ctx = FakeContext(models=service, pictures=PICTURES)
    params = {"prompt": "a cat", **SOURCED.get(task, {})}
    [*run(ctx, task, zoo[name], **params)]
    assert "words" in encoded
    encoded.clear()
    [*run(ctx, task, zoo[name], **params | {"seed": 8})]
    assert "words" not in encoded
    [*run(ctx, task, zoo[name], **params | {"prompt": "a dog"})]
    assert "words" in encoded


@pytest.mark.parametrize(
    ("task", "name", "params"),
    [
        (Inpaint, "sd15", {"mask": "mask", "prompt": "a cat", "strength": 0.5}),
        (Inpaint, "kandinsky", {"mask": "mask", "prompt": ""}),
        (Inpaint, "sd15-inpaint", {"mask": "mask", "prompt": "a cat"}),
        (Vary, "kandinsky", {"distance": 0.3, "count": 1}),
        (Vary, "sd21-unclip", {"distance": 0.3, "count": 1}),
    ],
)
def test_another_seed_encodes_the_same_picture_once_and_makes_what_it_would_have_made(
    zoo: Zoo, tiny_models: TinyModels, service: ModelService, encoded: list[str], task: type[api.Task], name: str,
    params: dict[str, Any],
) -> None:  # fmt: skip
    ctx = FakeContext(models=service, pictures=PICTURES)
    model = tiny_models.sd15_inpaint if name == "sd15-inpaint" else zoo[name]
    [*run(ctx, task, model, image="photo", **params)]
    first = encoded.count("picture")
    assert first or task is Vary  # open_clip sees for it, over the same weights
    encoded.clear()
    (kept,) = run(ctx, task, model, image="photo", **params, seed=8)
    assert "picture" not in encoded
    (anew,) = run(FakeContext(models=service, pictures=PICTURES), task, model, image="photo", **params, seed=8)
    assert np.array_equal(kept, anew), "what is kept is what would be encoded"
    encoded.clear()
    [*run(ctx, task, model, image="other", **params)]
    assert "picture" in encoded
