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
def test_files_apart_and_all_in_one_give_the_picture_of_diffusers(home: Path, tmp_path: Path, name: str) -> None:
    make, layout = assembled.LAYOUTS[name]
    pipeline = make()
    pipeline.save_pretrained(tmp_path / "folder")
    apart = assembled.save_apart(pipeline, layout, tmp_path / "models")
    whole = assembled.save_whole(pipeline, layout, tmp_path / "whole" / f"{name}.safetensors")
    service = ModelService(Settings(home=home, device="cpu", models=(str(tmp_path / "models"),)), BUILT_IN)
    theirs = parity.directly(tmp_path / "folder", service.find(str(apart)), (64, 64))
    assert np.asarray(theirs).std() > 1
    assert np.array_equal(theirs, _picture(service, apart))
    assert np.array_equal(theirs, _picture(service, whole))


def _picture(service: ModelService, model: Path) -> np.ndarray[Any, Any]:
    call = {"prompt": parity.PROMPT, "negative_prompt": parity.NEGATIVE, "seed": parity.SEED, "steps": parity.STEPS}
    params = TextToImage.Params(**call, model=str(model), size="64x64")
    (result,) = TextToImage().run(params, FakeContext(models=service))
    return np.asarray(result.image)
