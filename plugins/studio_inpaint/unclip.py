"""Painting with an unCLIP decoder: the starter, Kandinsky 2.2, plain (4 channels) or trained for inpainting (9)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio import api
from studio.diffusion import (
    Clip,
    KandinskyDecoder,
    Prior,
    Shares,
    StepProgress,
    encoded,
    enlarge,
    shares,
    to_picture,
    zero_embedding,
)
from studio_inpaint.scene import CropScene


class UnclipPainter:
    """See `denoise.Painter`."""

    blends = True

    def __init__(
        self, ctx: api.Context, lease: api.Lease, positive: torch.Tensor, negative: torch.Tensor,
        guidance_scale: float, scheduler: Any,
    ) -> None:  # fmt: skip
        self._ctx, self._lease = ctx, lease
        self._decoder = KandinskyDecoder(lease)
        self.scheduler = scheduler
        self.channels = self._decoder.channels
        self._guidance = guidance_scale
        unet = self._decoder.unet
        toward, self._away = (each.to(unet.device, unet.dtype) for each in (positive, negative))
        self._towards = [toward]
        """For the prompt, and for each region."""
        self._shares: Shares | None = None
        self._seen: torch.Tensor | None = None

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        return encoded(self._ctx, self._lease, "movq", pixels, lambda: self._decoder.encode(pixels))

    def look(self, scene: CropScene, known: torch.Tensor) -> None:
        if self._decoder.repaints:
            keep = (scene.repaint < 0.5).to(known.device, known.dtype)  # 1 = keep, unlike Stable Diffusion's
            self._seen = torch.cat([known * keep, keep], dim=1)

    def begin(self, total: int) -> None:
        """Nothing here depends on how far the loop is."""

    def divide(
        self, params: Any, meter: StepProgress, seed: int, shape: Sequence[int], place: Mapping[str, Any]
    ) -> None:
        """Parts of what is painted have words of their own; `shape` ends with the height and width of the latents."""
        acting = [region for region in params.region if region.weight]
        if not acting:
            return
        self._shares = shares(self._ctx, acting, (shape[-1], shape[-2]), **place)
        for region in acting:
            generator = torch.Generator("cpu").manual_seed(seed)
            prior = Prior.over(self._ctx, self._lease)
            embedding, _ = prior.embed(region.prompt, params.negative_prompt, generator, meter)
            self._towards.append(embedding.to(self._towards[0]))

    def predict(self, latents: torch.Tensor, time: Any) -> torch.Tensor:
        made = [
            self._decoder.predict(latents, time, toward, self._away, self._guidance, self._seen)
            for toward in self._towards
        ]
        return made[0] if self._shares is None else self._shares.mixed(made)

    def picture(self, latents: torch.Tensor) -> Image.Image:
        pixels = self._decoder.decode(latents)
        return to_picture((pixels[0].float() / 2 + 0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy())


def painter(
    params: Any, ctx: api.Context, lease: api.Lease, generator: torch.Generator, meter: StepProgress,
    surroundings: Image.Image, scheduler: Any,
) -> UnclipPainter:  # fmt: skip
    """For a prompt: towards the prior's embedding of it; without one: towards that of the surroundings."""
    defaults = lease.defaults
    guidance = defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale
    if params.prompt.strip():
        positive, negative = Prior.over(ctx, lease).embed(params.prompt, params.negative_prompt, generator, meter)
    else:
        positive = encoded(ctx, lease, "clip", surroundings, lambda: Clip(ctx, lease).of_pictures([surroundings]))
        negative = zero_embedding(ctx, lease)
    return UnclipPainter(ctx, lease, positive, negative, float(guidance), scheduler)


def finished(picture: Image.Image, ctx: api.Context, lease: api.Lease, meter: StepProgress) -> Image.Image:
    """Through the model's own upscaler, if it has one."""
    return enlarge(picture, ctx, lease, meter) if lease.defaults.get("upscaler_scale", 1) > 1 else picture


def surroundings(scene: CropScene) -> Image.Image:
    """The picture without what is masked."""
    levels = ((scene.clean[0].permute(1, 2, 0).numpy() + 1) * 127.5).round().clip(0, 255)
    return Image.fromarray(levels.astype(np.uint8))
