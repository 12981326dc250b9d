"""Drafts: on a variant of the transformer, named in the recipe, refused by name where there is no such cache."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from built_in import BUILT_IN
from studio_text_to_image import TextToImage
from zoo import Zoo

from studio import api
from studio.diffusion import _draft
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> ModelService:
    return ModelService(Settings(home=tmp_path_factory.mktemp("home"), device="cpu"), BUILT_IN)


def drawn(service: ModelService, model: Path, draft: str = "off") -> np.ndarray[Any, Any]:
    asked = {"prompt": "a red cup", "model": str(model), "size": "64x64", "steps": 4, "seed": 3, "draft": draft}
    (result,) = TextToImage().run(TextToImage.Params.model_validate(asked), FakeContext(models=service))
    return np.asarray(result.image).astype(int)


@pytest.mark.parametrize("name", ["flux", "qwen-image"])
def test_a_draft_is_another_picture_and_leaves_the_model_alone(
    zoo: Zoo, service: ModelService, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = drawn(service, zoo[name])
    monkeypatch.setattr(_draft, "THRESHOLD", 1e9)  # all but the first step take what that one found
    draft = drawn(service, zoo[name], "first-block")
    assert 0 < np.abs(draft - whole).max() < 64
    assert np.array_equal(drawn(service, zoo[name], "first-block"), draft), "nothing is left of the run before"
    assert np.array_equal(drawn(service, zoo[name]), whole), "the model itself has no cache"


@pytest.mark.parametrize("name", ["sd15", "kandinsky", "sd3"])
def test_what_cannot_be_drafted_is_refused_by_name(zoo: Zoo, service: ModelService, name: str) -> None:
    with pytest.raises(api.UserError, match="has no draft mode") as caught:
        drawn(service, zoo[name], "first-block")
    assert caught.value.field == "draft"
    assert repr(zoo[name].name)[1:-1] in caught.value.message


def test_a_draft_is_planned_as_another_kind_of_job() -> None:
    params = TextToImage.Params(prompt="a", draft="first-block")
    work = TextToImage().work(params, {"width": 64, "height": 64, "multiple": 8, "steps": 4}, lambda ref: (1, 1))
    assert work == api.Work(64, 64, 1, 4, "first-block")
