"""Painting with an unCLIP decoder: the starter, Kandinsky 2.2, plain (4 channels) or trained for inpainting (9)."""

from typing import Any

import numpy as np
import torch
from PIL import Image

from studio import api
from studio.diffusion import Prior, StepProgress, enlarge, to_picture, zero_embedding
from studio_inpaint.scene import CropScene


class UnclipPainter:
    """See `denoise.Painter`."""

    blends = True

    def __init__(
        self, lease: api.Lease, positive: torch.Tensor, negative: torch.Tensor, guidance_scale: float, scheduler: Any
    ) -> None:
        self._unet, self._movq = lease["unet"], lease["movq"]
        self.scheduler = scheduler
        self.channels = int(self._movq.config.latent_channels)
        self.cell = 2 ** (len(self._movq.config.block_out_channels) - 1)
        self._guidance = guidance_scale
        self._embeds = torch.cat([negative, positive]).to(self._unet.device, self._unet.dtype)
        self._seen: torch.Tensor | None = None

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        latents: torch.Tensor = self._movq.encode(pixels.to(self._movq.device, self._movq.dtype)).latents
        return latents.to(self._unet.dtype)

    def look(self, scene: CropScene, known: torch.Tensor) -> None:
        if self._unet.config.in_channels == self.channels:
            return
        keep = (scene.repaint < 0.5).to(known.device, known.dtype)  # 1 = keep, unlike Stable Diffusion's
        self._seen = torch.cat([known * keep, keep], dim=1)

    def predict(self, latents: torch.Tensor, time: Any) -> torch.Tensor:
        given = latents if self._seen is None else torch.cat([latents, self._seen], dim=1)
        made = self._unet(
            sample=torch.cat([given] * 2), timestep=time, encoder_hidden_states=None,
            added_cond_kwargs={"image_embeds": self._embeds}, return_dict=False,
        )[0]  # fmt: skip
        noise, variance = made.split(self.channels, dim=1)
        away, towards = noise.chunk(2)
        guided: torch.Tensor = away + self._guidance * (towards - away)
        if self.scheduler.config.get("variance_type") in ("learned", "learned_range"):
            return torch.cat([guided, variance.chunk(2)[1]], dim=1)
        return guided

    @torch.inference_mode()
    def picture(self, latents: torch.Tensor) -> Image.Image:
        pixels = self._movq.decode(latents.to(self._movq.dtype), force_not_quantize=True).sample
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
        positive, negative = _embedding(lease, surroundings), zero_embedding(ctx, lease)
    return UnclipPainter(lease, positive, negative, float(guidance), scheduler)


@torch.inference_mode()
def _embedding(lease: api.Lease, picture: Image.Image) -> torch.Tensor:
    """(1, D): what CLIP sees in a picture."""
    encoder = lease["image_encoder"]
    pixels = lease["image_processor"](picture, return_tensors="pt").pixel_values
    embedding: torch.Tensor = encoder(pixels.to(encoder.device, encoder.dtype)).image_embeds
    return embedding


def finished(picture: Image.Image, ctx: api.Context, lease: api.Lease, meter: StepProgress) -> Image.Image:
    """Through the model's own upscaler, if it has one."""
    return enlarge(picture, ctx, lease, meter) if lease.defaults.get("upscaler_scale", 1) > 1 else picture


def surroundings(scene: CropScene) -> Image.Image:
    """The picture without what is masked."""
    levels = ((scene.clean[0].permute(1, 2, 0).numpy() + 1) * 127.5).round().clip(0, 255)
    return Image.fromarray(levels.astype(np.uint8))
