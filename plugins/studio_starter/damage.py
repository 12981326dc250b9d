"""Damage like the decoder's: what the upscaler learns to mend, and the judge to look past."""

import torch
from torch import Tensor
from torch.nn import functional

from studio_starter.codec import Codec


def damage(codec: Codec, small: Tensor, share: float = 0.85) -> Tensor:
    """Pictures (B, 3, H, W) in [-1, 1], most of them (`share`) through the codec with noise on latents and pixels."""
    latents = codec.encode(small)
    shape, device = (len(small), 1, 1, 1), small.device
    amount = torch.rand(shape, device=device) ** 2 * 0.5
    worn = codec.decode(latents + torch.randn_like(latents) * amount)
    soft = functional.avg_pool2d(functional.pad(worn, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    blur = torch.rand(shape, device=device) * 0.6
    worn = worn + (soft - worn) * blur
    worn = worn + torch.randn_like(worn) * torch.rand(shape, device=device) * 0.04
    chosen = torch.rand(shape, device=device) < share
    return torch.where(chosen, worn, small).clamp(-1, 1)
