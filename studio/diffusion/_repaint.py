"""A decoder that can also repaint, used where the whole picture is painted."""

from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn


class _Whole(nn.Module):
    """The UNet as one of `channels` input channels: what it would keep and the mask of it are zero."""

    def __init__(self, unet: Any, channels: int) -> None:
        super().__init__()
        self.unet = unet
        self.config = SimpleNamespace(**{**dict(unet.config), "in_channels": channels})
        self._missing = unet.config.in_channels - channels

    @property
    def dtype(self) -> torch.dtype:
        found: torch.dtype = self.unet.dtype
        return found

    @property
    def device(self) -> torch.device:
        found: torch.device = self.unet.device
        return found

    def forward(self, sample: Tensor, *args: Any, **kwargs: Any) -> Any:
        kept = sample.new_zeros(len(sample), self._missing, *sample.shape[2:])
        return self.unet(torch.cat([sample, kept], dim=1), *args, **kwargs)


def whole(unet: Any, channels: int) -> Any:
    """The UNet itself, or, if it is one that repaints, a view of it for pipelines that paint everything.

    One that repaints takes the latents, the latents to keep and a mask of them (2 x `channels` + 1 inputs, in the
    order of diffusers' Kandinsky 2.2 inpaint pipeline); `channels` is the codec's. The view shares every weight.
    """
    return unet if unet.config.in_channels == channels else _Whole(unet, channels)
