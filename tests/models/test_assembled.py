"""Networks, text encoders and VAEs in files of their own: one model, with the pixels of diffusers' own pipeline."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import assembled
import numpy as np
import parity
import pytest
import torch
from built_in import BUILT_IN
from PIL import Image
from studio_text_to_image import TextToImage

from studio.models.entry import CatalogueEntry
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("name", assembled.LAYOUTS)
def test_files_apart_give_the_picture_of_diffusers(home: Path, tmp_path: Path, name: str) -> None:
    make, layout = assembled.LAYOUTS[name]
    pipeline = make()
    file = assembled.save_apart(pipeline, layout, tmp_path)
    service = ModelService(Settings(home=home, device="cpu", models=(str(tmp_path),)), BUILT_IN)
    theirs = directly(pipeline, service.find(str(file)))
    assert theirs.std() > 1
    assert np.array_equal(theirs, picture(service, file))


@pytest.mark.parametrize("name", ["flux-dev", "z-image", "qwen-image"])
def test_all_in_one_file_gives_the_picture_of_diffusers(home: Path, tmp_path: Path, name: str) -> None:
    make, layout = assembled.LAYOUTS[name]
    pipeline = make()
    file = assembled.save_whole(pipeline, layout, tmp_path)
    service = ModelService(Settings(home=home, device="cpu"), BUILT_IN)
    assert np.array_equal(directly(pipeline, service.find(str(file))), picture(service, file))


def directly(pipeline: Any, model: CatalogueEntry) -> np.ndarray[Any, Any]:
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            part.eval()
    blank = Image.new("RGB", (64, 64))
    made = parity.asked(pipeline, model.about, "text-to-image", model.defaults, blank, blank.convert("L"))
    return np.asarray(made)


def picture(service: ModelService, model: Path) -> np.ndarray[Any, Any]:
    call = {"prompt": parity.PROMPT, "negative_prompt": parity.NEGATIVE, "seed": parity.SEED, "steps": parity.STEPS}
    params = TextToImage.Params(**call, model=str(model), size="64x64")
    (result,) = TextToImage().run(params, FakeContext(models=service))
    return np.asarray(result.image)
