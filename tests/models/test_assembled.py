"""Networks, text encoders and VAEs in files of their own: one model, with the pixels of diffusers' own pipeline."""

from collections.abc import Iterator
from pathlib import Path

import assembled
import numpy as np
import pytest
import torch
from built_in import BUILT_IN

from studio.models.service import ModelService
from studio.settings import Settings


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
    theirs = assembled.directly(pipeline, service.find(str(file)))
    assert theirs.std() > 1
    assert np.array_equal(theirs, assembled.picture(service, file))


@pytest.mark.parametrize("name", ["flux-dev", "z-image", "qwen-image"])
def test_all_in_one_file_gives_the_picture_of_diffusers(home: Path, tmp_path: Path, name: str) -> None:
    make, layout = assembled.LAYOUTS[name]
    pipeline = make()
    file = assembled.save_whole(pipeline, layout, tmp_path)
    service = ModelService(Settings(home=home, device="cpu"), BUILT_IN)
    assert np.array_equal(assembled.directly(pipeline, service.find(str(file))), assembled.picture(service, file))
