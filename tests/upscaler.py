"""Tiny upscalers with random weights, in files that spandrel knows by their keys."""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from spandrel.architectures.Compact.__arch.SRVGG import SRVGGNetCompact
from spandrel.architectures.ESRGAN.__arch.RRDB import RRDBNet
from spandrel.architectures.SPAN.__arch.span import SPAN


def compact(scale: int, channels: int = 3) -> Any:
    return SRVGGNetCompact(num_in_ch=channels, num_out_ch=channels, num_feat=8, num_conv=2, upscale=scale)


def esrgan() -> Any:
    return RRDBNet(num_filters=8, num_blocks=1, scale=4)


def esrgan_unshuffled() -> Any:
    """As RealESRGAN-x2plus: pixel-unshuffle by 2 before a network of x4, so sides are multiples of 4."""
    return RRDBNet(in_nc=12, out_nc=3, num_filters=8, num_blocks=1, scale=4, shuffle_factor=2)


def span(scale: int) -> Any:
    return SPAN(num_in_ch=3, num_out_ch=3, feature_channels=8, upscale=scale)


def save_upscaler(module: Any, path: Path, strength: float = 1.0) -> Path:
    """With seeded weights that answer strongly, so that a seam would show."""
    generator = torch.Generator().manual_seed(5)
    for tensor in module.parameters():
        fan = tensor[0].numel() if tensor.dim() > 1 else 100
        tensor.data = torch.randn(tensor.shape, generator=generator) * strength / fan**0.5
    save_file({name: tensor.contiguous() for name, tensor in module.state_dict().items()}, path)
    return path
