"""One file with a whole model: opened offline, with the pixels of the folder of the same weights, and held once."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import diffusers
import numpy as np
import original
import pytest
import torch
from built_in import BUILT_IN
from PIL import Image
from studio_text_to_image import Refine, TextToImage
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from studio import api
from studio.models.catalogue import read_model
from studio.models.normalised_config import meaning
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

MADE: dict[str, Callable[[], Any]] = {
    "sd15": original.sd15,
    "sd21": original.sd21,
    "sdxl": original.sdxl,
    "refiner": original.refiner,
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each as a folder and as a file beside it."""
    root = tmp_path_factory.mktemp("checkpoints")
    for name, make in MADE.items():
        pipeline = make()
        pipeline.save_pretrained(root / name)
        original.save(pipeline, root / f"{name}.safetensors")
    return root


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def picture(service: ModelService, model: Path, task: Any) -> np.ndarray[Any, Any]:
    given = Image.linear_gradient("L").convert("RGB").resize((64, 64))
    ctx = FakeContext(models=service, pictures={"picture": given})
    more = {"image": "picture"} if task is Refine else {}
    params = task.Params(prompt="a red mushroom, 红色", model=str(model), seed=5, steps=3, size="64x64", **more)
    (result,) = task().run(params, ctx)
    return np.asarray(result.image)


@pytest.mark.parametrize("name", MADE)
def test_a_file_gives_the_picture_of_its_folder(home: Path, models: Path, name: str) -> None:
    task = Refine if name == "refiner" else TextToImage
    folder = picture(ModelService(Settings(home=home, device="cpu"), BUILT_IN), models / name, task)
    file = picture(ModelService(Settings(home=home, device="cpu"), BUILT_IN), models / f"{name}.safetensors", task)
    assert folder.std() > 1
    assert np.array_equal(folder, file)


def hashed(home: Path, *models: Path) -> ModelService:
    """A service that knows what is in these models: large files are hashed in the background."""
    service = ModelService(Settings(home=home, device="cpu"), BUILT_IN)
    for model in models:
        with service.lease(api.Model(str(model))):
            pass
    service._fingerprints.wait()
    return ModelService(Settings(home=home, device="cpu"), BUILT_IN)


@pytest.mark.parametrize("name", MADE)
def test_every_part_of_a_file_and_of_its_folder_is_held_once(home: Path, models: Path, name: str) -> None:
    service = hashed(home, models / name, models / f"{name}.safetensors")
    with service.lease(api.Model(str(models / name))) as folder:
        loaded = service.loaded_bytes
        with service.lease(api.Model(str(models / f"{name}.safetensors"))) as file:
            for part in ("unet", "vae", "text_encoder", "text_encoder_2"):
                assert part not in folder or folder[part] is file[part], part
    assert service.loaded_bytes == loaded


def test_two_models_share_what_is_equal_and_nothing_else(home: Path, models: Path) -> None:
    """SDXL and its refiner, each as one file: the same VAE and second text encoder, another UNet."""
    service = hashed(home, models / "sdxl.safetensors", models / "refiner.safetensors")
    with (
        service.lease(api.Model(str(models / "sdxl.safetensors"))) as base,
        service.lease(api.Model(str(models / "refiner.safetensors"))) as refiner,
    ):
        assert base["vae"] is refiner["vae"]
        assert base["text_encoder_2"] is refiner["text_encoder_2"]
        assert base["unet"] is not refiner["unet"]


def test_equal_weights_of_another_config_are_another_component(home: Path, models: Path, tmp_path: Path) -> None:
    """Stable Diffusion's VAE with SDXL's scale would give other pictures, so it is not shared."""
    pipeline = original.sdxl()
    pipeline.vae.register_to_config(scaling_factor=0.18215)
    pipeline.save_pretrained(tmp_path / "scaled")
    service = ModelService(Settings(home=home, device="cpu"), BUILT_IN)
    with (
        service.lease(api.Model(str(models / "sdxl"))) as one,
        service.lease(api.Model(str(tmp_path / "scaled"))) as other,
    ):
        assert one["unet"] is other["unet"]
        assert one["vae"] is not other["vae"]


# The published configs, as far as they are not diffusers' or transformers' defaults.
_BIG = {"hidden_act": "gelu", **original.WORDS}
_BIG_G = _BIG | {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 20}
_L = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
_LINEAR: dict[str, Any] = {"use_linear_projection": True}
_XL: dict[str, Any] = _LINEAR | {"addition_embed_type": "text_time", "addition_time_embed_dim": 256}
PUBLISHED: dict[str, dict[str, Any]] = {
    "sd15": {
        "unet": {"sample_size": 64, "cross_attention_dim": 768, "attention_head_dim": 8},
        "text_encoder": _L | original.WORDS | {"projection_dim": 768},
    },
    "sd21": {
        "unet": _LINEAR | {"sample_size": 96, "cross_attention_dim": 1024, "attention_head_dim": [5, 10, 20, 20],
                           "upcast_attention": True},
        "text_encoder": _BIG | {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 23,
                                "num_attention_heads": 16, "projection_dim": 512},
    },
    "sdxl": {
        "unet": _XL | {"sample_size": 128, "cross_attention_dim": 2048, "attention_head_dim": [5, 10, 20],
                       "block_out_channels": [320, 640, 1280], "transformer_layers_per_block": [1, 2, 10],
                       "projection_class_embeddings_input_dim": 2816,
                       "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
                       "up_block_types": ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]},
        "text_encoder": _L | original.WORDS | {"projection_dim": 768},
        "text_encoder_2": _BIG_G | {"projection_dim": 1280},
    },
    "sdxl-refiner": {
        "unet": _XL | {"sample_size": 128, "cross_attention_dim": 1280, "attention_head_dim": [6, 12, 24, 24],
                       "block_out_channels": [384, 768, 1536, 1536], "transformer_layers_per_block": 4,
                       "projection_class_embeddings_input_dim": 2560,
                       "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D",
                                            "DownBlock2D"],
                       "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"]},
        "text_encoder_2": _BIG_G | {"projection_dim": 1280},
    },
}  # fmt: skip
SIZES = {"sd15": 512, "sd21": 768, "sdxl": 1024, "sdxl-refiner": 1024}


def full_size(name: str) -> Any:
    """The networks of the published model, without a number in them."""
    configs = PUBLISHED[name]
    with torch.device("meta"):
        parts = {"unet": diffusers.UNet2DConditionModel(**configs["unet"]), "text_encoder": None}
        for part, made in (("text_encoder", CLIPTextModel), ("text_encoder_2", CLIPTextModelWithProjection)):
            if part in configs:
                parts[part] = made(CLIPTextConfig(**configs[part]))
        vae = diffusers.AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), latent_channels=4, layers_per_block=2,
            down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        )  # fmt: skip
    return SimpleNamespace(**parts, vae=vae)


@pytest.mark.parametrize("name", PUBLISHED)
def test_configs_are_told_by_shapes_as_they_were_published(tmp_path: Path, name: str) -> None:
    weights = original.checkpoint(full_size(name))
    file = original.save_header(
        {name: tuple(tensor.shape) for name, tensor in weights.items()}, tmp_path / "model.safetensors"
    )
    entry = read_model(file, "model", BUILT_IN)
    assert entry.family == name
    assert (entry.defaults["width"], entry.defaults["height"]) == (SIZES[name], SIZES[name])
    for part, published in PUBLISHED[name].items():
        section = entry.components[part].section
        assert section is not None
        spec = entry.components[part]
        assert meaning(spec.library, spec.class_name, json.loads(section.config)) == meaning(
            spec.library, spec.class_name, published
        ), part
    assert entry.components["unet"].dtype == "float16"
