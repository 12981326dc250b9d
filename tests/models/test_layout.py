"""Layouts of folders and files as people have them, each of which was once told wrongly."""

import json
import shutil
import struct
from pathlib import Path
from typing import Any

import numpy as np
import original
import pytest
import torch
from built_in import BUILT_IN
from diffusers import DiffusionPipeline, EulerDiscreteScheduler
from headers import MODELS, Shapes
from original import save_header
from safetensors.torch import load_file, save_file
from studio_text_to_image import TextToImage
from tiny import TinyModels

from studio.api import Model
from studio.errors import UserError
from studio.models.catalogue import read_model
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import DTYPE_BITS
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

PLAIN = "diffusion_pytorch_model"
SD15: Shapes = MODELS[0][0]


def change(file: Path, **entries: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | entries))


@pytest.fixture
def folder(tiny_models: TinyModels, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_models.sd15, tmp_path / "painter"))


def shard(part: Path, variant: str = "", *, keep: bool = False, name: str = PLAIN) -> list[Path]:
    """The weights of a part in two files with their index, as libraries write them."""
    whole = part / f"{name}.safetensors"
    tensors = load_file(whole)
    names = sorted(tensors)
    files = [part / f"{name}{variant}-0000{number}-of-00002.safetensors" for number in (1, 2)]
    for number, file in enumerate(files):
        save_file({each: tensors[each] for each in names[number::2]}, file, {"format": "pt"})
    index = {"metadata": {}, "weight_map": {each: files[at % 2].name for at, each in enumerate(names)}}
    (part / f"{name}.safetensors.index{variant}.json").write_text(json.dumps(index))
    if not keep:
        whole.unlink()
    return files


def test_a_missing_shard_of_the_half_precision_edition_is_missed(folder: Path) -> None:
    first, second = shard(folder / "unet", ".fp16")
    assert read_model(folder, "painter", BUILT_IN).components["unet"].variant == "fp16"
    second.unlink()
    with pytest.raises(UserError, match=f"its part 'unet' lacks {second.name}; download it again"):
        read_model(folder, "painter", BUILT_IN)
    assert first.exists()


@pytest.mark.parametrize(("part", "name"), [("unet", PLAIN), ("text_encoder", "model")])
def test_weights_that_are_there_twice_are_counted_and_loaded_once(
    folder: Path, tmp_path: Path, part: str, name: str
) -> None:
    before = read_model(folder, "painter", BUILT_IN)
    shard(folder / part, keep=True, name=name)
    entry = read_model(folder, "painter", BUILT_IN)
    assert entry.components[part].estimated_bytes() == before.components[part].estimated_bytes()
    assert abs(entry.info().size_bytes - before.info().size_bytes) < 20_000  # a second header
    with ModelService(Settings(home=tmp_path / "home", device="cpu"), BUILT_IN).lease(Model(str(folder))) as lease:
        assert lease[part] is not None


def test_a_scheduler_that_is_not_run_is_replaced_and_that_is_said(folder: Path, tmp_path: Path) -> None:
    change(folder / "model_index.json", scheduler=["diffusers", "KDPM2AncestralDiscreteScheduler"])
    file = folder / "scheduler/scheduler_config.json"
    own = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    change(file, _class_name="KDPM2AncestralDiscreteScheduler", **own)
    entry = read_model(folder, "painter", BUILT_IN)
    assert "KDPM2AncestralDiscreteScheduler, is none that the studio runs; EulerDiscreteScheduler takes" in entry.note
    ctx = FakeContext(models=ModelService(Settings(home=tmp_path / "home", device="cpu"), BUILT_IN))
    call = {"prompt": "a cat", "seed": 7, "model": str(folder), "size": "64x64", "steps": 3}
    (result,) = TextToImage().run(TextToImage.Params(**call), ctx)
    pipeline = DiffusionPipeline.from_pretrained(folder, safety_checker=None)
    pipeline.scheduler = EulerDiscreteScheduler.from_config(pipeline.scheduler.config)
    assert pipeline.scheduler.config.beta_end == 0.012
    expected = pipeline(
        "a cat", width=64, height=64, num_inference_steps=3, guidance_scale=entry.defaults["guidance_scale"],
        generator=_generator(),
    ).images[0]  # fmt: skip
    assert np.array_equal(np.asarray(result.image), np.asarray(expected))


def _generator() -> torch.Generator:
    return torch.Generator("cpu").manual_seed(7)


def save(path: Path, tensors: dict[str, tuple[str, tuple[int, ...]]], metadata: dict[str, str] | None = None) -> Path:
    entries: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    position = 0
    for name, (dtype, shape) in tensors.items():
        size = int(np.prod(shape, dtype=np.int64)) * DTYPE_BITS[dtype] // 8
        entries[name] = {"dtype": dtype, "shape": shape, "data_offsets": [position, position + size]}
        position += size
    raw = json.dumps(entries).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(raw)) + raw)
        file.truncate(8 + len(raw) + position)
    return path


@pytest.mark.parametrize(
    ("tensors", "named"),
    [
        ({"model.diffusion_model.out.2.weight_scale": ("F32", (4, 4))}, "FP8 with a factor for each block"),
        ({"model.diffusion_model.out.2.weight_scale": ("U8", (4, 4))}, "FP8 with a factor for each block"),
        ({"model.diffusion_model.out.2.weight_scale_2": ("F32", ())}, "NVFP4"),
        ({"a.weight.quant_state.bitsandbytes__nf4": ("U8", (91,))}, "NF4 or FP4 of bitsandbytes"),
        ({"a.wscales": ("BF16", (4, 4))}, "INT4 or FP4 of Nunchaku"),
        ({"a.scale": ("F8_E8M0", (4, 4))}, "MXFP8 or MXFP4"),
        ({"a.packed": ("F4", (4, 4))}, "FP4"),
    ],
)
def test_packed_weights_are_named_and_never_run_as_plain_ones(
    tmp_path: Path, tensors: dict[str, tuple[str, tuple[int, ...]]], named: str
) -> None:
    whole = {name: ("F16", shape) for name, shape in SD15.items()}
    with pytest.raises(UserError, match=f"its weights are packed as {named}.*get the version in float16"):
        read_model(save(tmp_path / "packed.safetensors", whole | tensors), "packed", BUILT_IN)
    with pytest.raises(UserError, match=f"its weights are packed as {named}"):
        read_model(save(tmp_path / "alone.safetensors", tensors), "alone", BUILT_IN)


def test_a_packed_part_of_a_folder_is_named(folder: Path) -> None:
    file = folder / "text_encoder/model.safetensors"
    save(file, {"final_layer_norm.weight": ("F8_E4M3", (4, 4)), "final_layer_norm.scale_weight": ("F32", ())})
    with pytest.raises(UserError, match="its weights are packed as scaled FP8"):
        read_model(folder, "painter", BUILT_IN)


def test_long_metadata_is_no_damage(tmp_path: Path) -> None:
    file = save(tmp_path / "lora.safetensors", {"a": ("F32", (1,))}, {"notes": "x" * 18_000_000})
    assert len(read_header(file).metadata["notes"]) == 18_000_000


def test_a_file_with_the_other_ending_of_the_format_is_opened(tmp_path: Path) -> None:
    file = original.save(original.sd15(), tmp_path / "model.safetensors").rename(tmp_path / "model.sft")
    assert read_model(file, "model", BUILT_IN).family == "sd15"


@pytest.mark.parametrize(
    ("title", "way"),
    [
        ("Stable Diffusion 1.5, instructed", "FLUX.1 Kontext"),
        ("Stable Diffusion 2, with depth", "add Stable Diffusion 2.1"),
        ("CosXL Edit", "FLUX.1 Kontext"),
        ("FLUX.1 Canny or Depth", "add FLUX.1 dev"),
        ("Qwen-Image-Layered", "add Qwen-Image"),
    ],
)
def test_nobody_is_sent_to_a_folder_that_is_refused_too(tmp_path: Path, title: str, way: str) -> None:
    shapes = next(row[0] for row in MODELS if row[1] == title)
    with pytest.raises(UserError, match=way) as caught:
        read_model(save_header(shapes, tmp_path / "model.safetensors"), "model", BUILT_IN)
    assert "get that folder" not in caught.value.message
    assert "its folder neither" in caught.value.message


def test_the_folder_of_playground_opens_with_a_scheduler_of_its_own(tmp_path: Path) -> None:
    original.sdxl().save_pretrained(tmp_path / "playground")
    index, file = tmp_path / "playground/model_index.json", tmp_path / "playground/scheduler/scheduler_config.json"
    change(index, scheduler=["diffusers", "EDMDPMSolverMultistepScheduler"])
    file.write_text(json.dumps({"_class_name": "EDMDPMSolverMultistepScheduler", "sigma_data": 0.5}))
    entry = read_model(tmp_path / "playground", "playground", BUILT_IN)
    assert (entry.about.title, entry.about.schedulers) == ("Playground 2.5", ("EDMDPMSolverMultistepScheduler",))
    ctx = FakeContext(models=ModelService(Settings(home=tmp_path / "home", device="cpu"), BUILT_IN))
    call = {"prompt": "a cat", "seed": 7, "model": str(tmp_path / "playground"), "size": "64x64", "steps": 3}
    (result,) = TextToImage().run(TextToImage.Params(**call), ctx)
    pipeline = DiffusionPipeline.from_pretrained(tmp_path / "playground")
    expected = pipeline(
        "a cat", width=64, height=64, num_inference_steps=3, guidance_scale=3.0, generator=_generator()
    ).images[0]
    assert np.array_equal(np.asarray(result.image), np.asarray(expected))
