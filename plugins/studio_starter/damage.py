"""Damage like the decoder's: what the upscaler learns to mend, and the judge to look past."""

import torch
from torch import Tensor
from torch.nn import functional

from studio_starter.codec import Codec


def damage(codec: Codec, small: Tensor, share: float = 0.85) -> Tensor:
    """Pictures (B, 3, H, W) in [-1, 1], most of them (`share`) through the codec with noise on latents and pixels."""
    latents = codec.encode(small)
    amount = torch.rand(len(small), 1, 1, 1) ** 2 * 0.5
    worn = codec.decode(latents + (torch.randn(latents.shape) * amount).to(small.device))
    soft = functional.avg_pool2d(functional.pad(worn, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    blur = (torch.rand(len(small), 1, 1, 1) * 0.6).to(small.device)
    worn = worn + (soft - worn) * blur
    worn = worn + (torch.randn(worn.shape) * torch.rand(len(small), 1, 1, 1) * 0.04).to(small.device)
    chosen = (torch.rand(len(small), 1, 1, 1) < share).to(small.device)
    return torch.where(chosen, worn, small).clamp(-1, 1)
