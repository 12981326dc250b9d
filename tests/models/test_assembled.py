"""Networks, text encoders and VAEs in files of their own: one model, with the pixels of diffusers' own pipeline."""

from collections.abc import Iterator
from pathlib import Path

import assembled
import numpy as np
import pytest
import torch
from built_in import BUILT_IN

from studio.models.loaders.component import load
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


@pytest.mark.parametrize("name", ["flux-dev", "z-image", "qwen-image"])
def test_parts_of_8_bit_floats_give_the_picture_of_their_very_numbers(home: Path, tmp_path: Path, name: str) -> None:
    make, layout = assembled.LAYOUTS[name]
    pipeline = make()
    modules = {part: each for part, each in pipeline.components.items() if isinstance(each, torch.nn.Module)}
    for module in modules.values():
        for weight in module.eval().parameters():
            if weight.dim() > 1:
                weight.data = weight.data.to(torch.float8_e4m3fn).to(torch.float32)
    file = assembled.save_apart(pipeline, layout, tmp_path, narrow=True)
    service = ModelService(Settings(home=home, device="cpu", models=(str(tmp_path),)), BUILT_IN)
    entry = service.find(str(file)).in_dtype("float32")
    assert entry.packing == "FP8"
    narrow = {part: load(entry.components[part], "cpu") for part in modules}
    assert narrow["transformer"].get_memory_footprint() < modules["transformer"].get_memory_footprint() / 2
    theirs = assembled.directly(pipeline, entry)
    ours = assembled.directly(type(pipeline)(**pipeline.components | narrow), entry)
    assert np.array_equal(theirs, ours)
