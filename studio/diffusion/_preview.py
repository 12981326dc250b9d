"""Rough previews of latents, without decoding them."""

from typing import Any

import torch
from PIL import Image

from studio.api._model import Lease
from studio.api._task import Context

CROP = 16  # latents a side that are decoded to fit a preview; a sixteenth of a 512-pixel picture


class LatentPreview:
    """Latents to a small picture by a linear map, fitted to the model's own decoder once."""

    def __init__(self, ctx: Context, lease: Lease, codec: Any) -> None:
        """`codec` is the lease's VAE or movq."""
        self._ctx = ctx
        self._key = ("preview", lease.fingerprint)
        self._codec = codec

    def of(self, latents: torch.Tensor) -> Image.Image:
        """A picture of the first of (B, C, h, w) latents, h x w pixels or more."""
        if getattr(self._codec, "cheap_decode", False):
            decoded = self._codec.decode(latents[:1]).sample
            return _picture(decoded[0].permute(1, 2, 0))
        weights = self._ctx.cached(self._key, lambda: self._fit(latents[:1]))
        flat = latents[0].float().cpu().flatten(1).T
        colours = torch.cat([flat, torch.ones(len(flat), 1)], dim=1) @ weights
        return _picture(colours.reshape(*latents.shape[2:], 3))

    def _fit(self, latents: torch.Tensor) -> torch.Tensor:
        """(C + 1, 3) weights: least squares between a crop of latents and its decoded, averaged pixels."""
        top, left = (max(0, (side - CROP) // 2) for side in latents.shape[2:])
        crop = latents[:, :, top : top + CROP, left : left + CROP]
        scaling = getattr(self._codec.config, "scaling_factor", 1.0) if hasattr(self._codec, "post_quant_conv") else 1.0
        options = {"force_not_quantize": True} if hasattr(self._codec, "quantize") else {}
        shift = getattr(self._codec.config, "shift_factor", None) or 0.0
        decoded = self._codec.decode(crop / scaling + shift, **options).sample.float()
        size = (crop.shape[2], crop.shape[3])
        pixels = torch.nn.functional.adaptive_avg_pool2d(decoded, size)[0].flatten(1).T.cpu()
        flat = crop[0].float().cpu().flatten(1).T
        known = torch.cat([flat, torch.ones(len(flat), 1)], dim=1)
        weights: torch.Tensor = torch.linalg.lstsq(known, pixels, driver="gelsd").solution
        return weights


def _picture(pixels: torch.Tensor) -> Image.Image:
    """(H, W, 3) in [-1, 1]."""
    array = (pixels.float().cpu() * 0.5 + 0.5).clamp(0, 1).nan_to_num().numpy()
    return Image.fromarray((array * 255).round().astype("uint8"))
