"""ModelFacts: what plans are made of, told without loading a weight; and what a decoder needs by its configuration."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import UserError
from studio.models import config
from studio.models.loaders.component import ComponentSpec

DECODER_MAPS = 10
"""Feature maps of full size that a convolutional decoder holds at its peak, counted in its first channels: measured of
AutoencoderKL on a processor, 10.1 at 256 pixels a side with Stable Diffusion's 128 channels, 11.0 with 32."""
CODECS = ("vae", "movq")


@dataclass(frozen=True)
class ModelFacts:
    """One model as it would be leased now."""

    key: str
    """Of its files, and the dtypes and device that it would run with."""
    device: str
    title: str
    defaults: Mapping[str, Any]
    weights_bytes: int
    missing_bytes: int
    """Of these, what is not on the device now."""
    room_bytes: int
    """What weights and pictures may take together."""
    decoder_bytes: int
    """That decoding takes for each pixel, by its configuration; 0 where that does not tell."""
    languages: tuple[str, ...] = ()
    """See `Family.languages`; () for one that reads prompts in its own wording, whatever its family does."""
    narrow_bytes: int = 0
    """Of all weights with the layers of the network that makes the picture in 8 bits; 0 where that saves nothing."""
    offloaded_bytes: int = 0
    """On the device at a time with weights that stay in RAM; 0 where they are there anyway, or RAM has no room."""
    narrow_offloaded_bytes: int = 0
    """Both; 0 where either is."""
    offloaded_there: bool = False
    """Whether the weights rest in RAM already, to come block by block."""
    narrow_offloaded_there: bool = False
    """Whether those in 8 bits do."""


def decoder_bytes(components: Mapping[str, ComponentSpec]) -> int:
    """For each pixel of a picture."""
    spec = next((components[part] for part in CODECS if part in components), None)
    if spec is None:
        return 0
    channels = codec_config(spec).get("block_out_channels")
    if not (isinstance(channels, list | tuple) and channels and isinstance(channels[0], int)):
        return 0
    return DECODER_MAPS * channels[0] * (4 if spec.dtype == "float32" else 2)


def codec_config(spec: ComponentSpec) -> Mapping[str, Any]:
    """Of a codec of diffusers; empty where it has none that can be read."""
    held: Mapping[str, Any] = json.loads(spec.section.config) if spec.section else _config(spec.path)
    return held


def _config(folder: Path) -> Mapping[str, Any]:
    try:
        return config.read(folder / "config.json")
    except (OSError, UserError):
        return {}
