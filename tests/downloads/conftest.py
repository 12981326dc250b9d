"""A hub of the tests' own, with one model."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_server import FakeHub, running_hub

from studio.downloads import Hub, Web

ID = "maker/tiny"
WEIGHTS = "unet/diffusion_pytorch_model.fp16.safetensors"


def pipeline_files(size_bytes: int = 3_000_000) -> dict[str, bytes]:
    """As a published model lies there, with all that is not to be fetched."""
    index = {
        "_class_name": "StableDiffusionPipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "scheduler": ["diffusers", "DDIMScheduler"],
        "safety_checker": ["x", "Y"],
        "image_encoder": [None, None],
    }
    noise = random.Random(5)
    return {
        "model_index.json": json.dumps(index).encode(),
        "README.md": b"---\nlicense: mit\n---\n# Tiny\n",
        "unet/config.json": b"{}",
        WEIGHTS: noise.randbytes(size_bytes),
        "unet/diffusion_pytorch_model.safetensors": b"full",
        "unet/diffusion_pytorch_model.non_ema.safetensors": b"other",
        "unet/diffusion_pytorch_model.bin": b"pickle",
        "scheduler/scheduler_config.json": b"{}",
        "safety_checker/model.safetensors": b"checker",
        "tiny.ckpt": b"pickle",
        "tiny.safetensors": b"all in one",
    }


@pytest.fixture
def hub_server() -> Iterator[FakeHub]:
    with running_hub() as hub:
        hub.add(ID, pipeline_files(), license="mit")
        yield hub


@pytest.fixture
def hub(hub_server: FakeHub, tmp_path: Path) -> Hub:
    return Hub(endpoint=hub_server.url, cache=tmp_path / "hub")


@pytest.fixture
def web(hub: Hub) -> Iterator[Web]:
    with Web(hub, patience=0.01) as web:
        yield web
