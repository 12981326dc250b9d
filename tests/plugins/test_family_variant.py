"""Models that were distilled to few steps, told by their names: defaults, and the scheduler of their cards."""

import json
import shutil
from pathlib import Path

import numpy as np
import original
import pytest
import torch
from built_in import BUILT_IN
from diffusers import DDIMScheduler, DiffusionPipeline, EulerDiscreteScheduler, LCMScheduler
from studio_text_to_image import TextToImage
from zoo import Zoo

from studio import api
from studio.diffusion import scheduler
from studio.models.catalogue import read_model
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

TRAILING = {"timestep_spacing": "trailing"}


@pytest.mark.parametrize(
    ("base", "name", "title", "steps", "guidance"),
    [
        ("sd15", "dreamer-lcm", "Stable Diffusion 1.5, latent consistency", 4, 1.0),
        ("sd15", "Hyper-SD15-4steps", "Stable Diffusion 1.5, Hyper", 4, 0.0),
        ("sd15", "hypersphere", "Stable Diffusion 1.5", 30, 7.5),
        ("sd21", "sd-turbo", "SD Turbo", 1, 0.0),
        ("sdxl", "SDXL-Lightning", "SDXL Lightning", 4, 0.0),
        ("sdxl", "sdxl_lightning_8step", "SDXL Lightning", 8, 0.0),
        ("sdxl", "sdxl-turbo", "SDXL Turbo", 1, 0.0),
        ("sdxl", "Hyper-SDXL-2step", "SDXL Hyper", 2, 0.0),
        ("sdxl", "lcm-sdxl", "Stable Diffusion XL, latent consistency", 4, 1.0),
        ("sdxl", "trained-for-20-steps", "Stable Diffusion XL", 30, 5.0),
        ("sd3", "stable-diffusion-3.5-large-turbo", "Stable Diffusion 3.5 Turbo", 4, 0.0),
        ("flux", "FLUX.1-Turbo-Alpha", "FLUX.1 dev, Turbo or Hyper", 8, 3.5),
        ("flux", "hyper-flux-16steps", "FLUX.1 dev, Turbo or Hyper", 16, 3.5),
        ("flux-schnell", "flux-turbo", "FLUX.1 schnell", 4, 0.0),
        ("qwen-image", "Qwen-Image-Lightning-4steps", "Qwen-Image-Lightning", 4, 1.0),
        ("qwen-image-edit", "Qwen-Image-Edit-Lightning", "Qwen-Image-Edit-Lightning", 8, 1.0),
        ("qwen-image-edit-plus", "Qwen-Image-Edit-2509-Lightning", "Qwen-Image-Edit-Lightning 2509", 4, 1.0),
    ],
)
def test_a_name_tells_what_a_model_was_distilled_to(
    zoo: Zoo, tmp_path: Path, base: str, name: str, title: str, steps: int, guidance: float
) -> None:
    shutil.copytree(zoo[base], tmp_path / name)
    read = read_model(tmp_path / name, name, BUILT_IN)
    assert (read.about.title, read.defaults["steps"], read.defaults["guidance_scale"]) == (title, steps, guidance)


def test_a_base_of_flux2_klein_is_told_by_its_index(zoo: Zoo, tmp_path: Path) -> None:
    shutil.copytree(zoo["flux2-klein"], tmp_path / "klein")
    index = json.loads((tmp_path / "klein/model_index.json").read_text())
    (tmp_path / "klein/model_index.json").write_text(json.dumps(index | {"is_distilled": False}))
    read = read_model(tmp_path / "klein", "klein", BUILT_IN)
    assert (read.about.title, read.defaults["steps"]) == ("FLUX.2 klein base", 50)


@pytest.mark.parametrize(
    ("name", "made", "options", "guidance"),
    [
        ("sdxl-lightning-4step", EulerDiscreteScheduler, TRAILING, 0.0),
        ("hyper-sdxl-4step", DDIMScheduler, TRAILING, 0.0),
        ("sdxl-lcm", LCMScheduler, {}, 1.0),
    ],
)
def test_the_scheduler_of_the_card_is_taken_whatever_the_folder_says(
    zoo: Zoo, tmp_path: Path, name: str, made: type, options: dict[str, str], guidance: float
) -> None:
    """The zoo's SDXL has Euler with leading timesteps."""
    folder = tmp_path / name
    shutil.copytree(zoo["sdxl"], folder)
    ctx = FakeContext(models=ModelService(Settings(home=tmp_path / "home", device="cpu"), BUILT_IN))
    call = {"prompt": "a cat", "seed": 7, "model": str(folder), "size": "64x64"}
    (result,) = TextToImage().run(TextToImage.Params(**call), ctx)
    pipeline = DiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    pipeline.scheduler = made.from_config(pipeline.scheduler.config, **options)
    expected = pipeline(
        "a cat", width=64, height=64, num_inference_steps=4, guidance_scale=guidance,
        generator=torch.Generator("cpu").manual_seed(7),
    ).images[0]  # fmt: skip
    assert np.array_equal(np.asarray(result.image), np.asarray(expected))


def test_lightning_of_qwen_has_the_shift_of_its_card(zoo: Zoo, tmp_path: Path) -> None:
    shutil.copytree(zoo["qwen-image"], tmp_path / "qwen-image-lightning")
    service = ModelService(Settings(home=tmp_path / "home", device="cpu"), BUILT_IN)
    with service.lease(api.Model(str(tmp_path / "qwen-image-lightning"))) as lease:
        made = scheduler(lease, "automatic", 8)
    assert made.config.shift_terminal is None
    assert round(made.config.base_shift, 4) == round(made.config.max_shift, 4) == 1.0986


def test_a_file_is_told_by_its_name_too(tmp_path: Path) -> None:
    file = original.save(original.sdxl(), tmp_path / "sdxl_lightning_8step.safetensors")
    read = read_model(file, "file", BUILT_IN)
    assert (read.about.title, read.defaults["steps"]) == ("SDXL Lightning", 8)
    assert read.about.scheduling["timestep_spacing"] == "trailing"
