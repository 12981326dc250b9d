"""One base, one set of weights: after text to image, the first use of every other tool loads nothing."""

from pathlib import Path
from typing import Any

import pytest
from built_in import BUILT_IN
from parity import photograph_of
from PIL import Image
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_upscale import Upscale
from studio_variation import Blend, Interpolate, TextDiff, Vary
from tiny import TinyModels

from studio import api
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PICTURES = {"picture": photograph_of(64, 64), "mask": Image.linear_gradient("L").resize((64, 64))}
EDITS: list[tuple[type[api.Task], dict[str, Any]]] = [
    (Refine, {"image": "picture", "prompt": "a cup", "strength": 0.5}),
    (Inpaint, {"image": "picture", "mask": "mask", "prompt": "a cup"}),
    (Inpaint, {"image": "picture", "right": 20}),
]
VERBS: list[tuple[type[api.Task], dict[str, Any]]] = [
    (Vary, {"image": "picture", "count": 1}),
    (Blend, {"image": ["picture"], "text": ["a cup"], "count": 1}),
    (Interpolate, {"image": "picture", "other": "picture", "count": 2}),
    (TextDiff, {"image": "picture", "before": "a cup", "after": "a cat"}),
]


@pytest.mark.parametrize("name", ["starter", "kandinsky", "kandinsky_pair", "sd15", "sdxl"])
def test_after_text_to_image_the_first_use_of_another_tool_loads_0_bytes(
    tiny_models: TinyModels, tmp_path: Path, name: str
) -> None:
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)
    model = "starter" if name == "starter" else str(getattr(tiny_models, name))
    size = {} if name == "starter" else {"size": "64x64"}

    def loaded_by(task: type[Any], **params: Any) -> int:
        before = service.loaded_bytes
        sized = {} if task is Inpaint else size  # an edit is as large as its picture
        asked = task.Params(**{"model": model, "seed": 7, "steps": 2, **sized, **params})
        assert list(task().run(asked, FakeContext(models=service, pictures=PICTURES)))
        return service.loaded_bytes - before

    assert loaded_by(TextToImage, prompt="a cup") > 0
    verbs = [] if name.startswith("sd") else VERBS
    assert [loaded_by(task, **params) for task, params in EDITS + verbs] == [0] * len(EDITS + verbs)


def test_enlarging_loads_the_networks_that_are_its_own_and_those_once(tmp_path: Path) -> None:
    """The starter's two for people's pictures are others than the one that its own pictures go through."""
    service = ModelService(Settings(home=tmp_path, device="cpu"), BUILT_IN)
    context = FakeContext(models=service, pictures=PICTURES)
    list(TextToImage().run(TextToImage.Params(prompt="a cup", steps=2), context))
    before = service.loaded_bytes
    list(Upscale().run(Upscale.Params(image="picture"), context))
    with service.lease(api.Model("starter", "upscale")) as lease:
        own = sum(tensor.nbytes for part in lease.components().values() for tensor in part.model.state_dict().values())
    assert service.loaded_bytes - before == own < 0.05 * before
    list(Upscale().run(Upscale.Params(image="picture", scale=2), context))
    assert service.loaded_bytes - before == own
