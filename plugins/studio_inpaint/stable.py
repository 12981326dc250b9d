"""Painting with Stable Diffusion 1.5 and XL, plain (4 channels) or trained for inpainting (9)."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from PIL import Image

from studio import api
from studio.diffusion import Regional, Steering, build_pipeline, encoded, note_unread, referred, to_picture
from studio_inpaint.scene import CropScene


class StablePainter:
    """See `denoise.Painter`."""

    def __init__(
        self, params: Any, ctx: api.Context, lease: api.Lease, size: tuple[int, int], scheduler: Any,
        pictures: Sequence[Any] = (), place: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """`pictures`: those that are followed, one for each control. `place`: where the regions lie."""
        self._pipeline = build_pipeline(ctx, lease, "inpaint", scheduler)
        self._ctx, self._lease = ctx, lease
        self.scheduler = self._pipeline.scheduler
        self._vae = lease["vae"]
        self.channels = int(self._vae.config.latent_channels)
        self.cell = 2 ** (len(self._vae.config.block_out_channels) - 1)
        self.blends = lease["unet"].config.in_channels == self.channels  # the others are trained to keep what they see
        guidance = lease.defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale
        self._guidance = float(guidance)
        call = {"prompt": params.prompt, "width": size[0], "height": size[1], lease.about.guidance: self._guidance}
        Regional(ctx, lease, params.region, call, **(place or {})).put_into(self._pipeline)
        self._unet = self._pipeline.unet
        self._embeds, conditions = self._condition(params, ctx, lease, size)
        told = referred(ctx, lease, self._pipeline, {lease.about.guidance: self._guidance})
        like = {"image_embeds": told["ip_adapter_image_embeds"]} if lease.references else {}
        self._conditions = {**(conditions or {}), **like} or None
        self._seen: torch.Tensor | None = None
        self._steering = Steering(params.control, pictures, lease, guided=self._is_guided)

    @property
    def _is_guided(self) -> bool:
        return self._guidance > 1

    @torch.inference_mode()
    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        given = pixels.to(self._vae.device, self._vae.dtype)
        mean = encoded(self._ctx, self._lease, "vae", given, lambda: self._vae.encode(given).latent_dist.mode())
        latents: torch.Tensor = (mean * self._vae.config.scaling_factor).to(self._unet.dtype)
        return latents

    def look(self, scene: CropScene, known: torch.Tensor) -> None:
        if self.blends:
            return
        mask = (scene.repaint > 0.5).to(known.device, known.dtype)
        hole = torch.nn.functional.interpolate(mask.float(), scale_factor=self.cell)
        seen = self.encode(scene.clean * (hole.cpu() < 0.5))
        self._seen = torch.cat([mask, seen], dim=1)

    def begin(self, total: int) -> None:
        self._steering.begin(total)

    def predict(self, latents: torch.Tensor, time: Any) -> torch.Tensor:
        count = 2 if self._is_guided else 1
        given = torch.cat([latents] * count)
        steered = self._steering(given, time, self._embeds, self._conditions)
        self._steering.next()
        if self._seen is not None:
            given = torch.cat([given, torch.cat([self._seen] * count)], dim=1)
        noise = self._unet(
            given, time, encoder_hidden_states=self._embeds, added_cond_kwargs=self._conditions, return_dict=False,
            **steered,
        )[0]
        if not self._is_guided:
            return torch.as_tensor(noise)
        away, towards = noise.chunk(2)
        return torch.as_tensor(away + self._guidance * (towards - away))

    @torch.inference_mode()
    def picture(self, latents: torch.Tensor) -> Image.Image:
        pixels = self._vae.decode(latents.to(self._vae.dtype) / self._vae.config.scaling_factor).sample
        return to_picture((pixels[0].float() / 2 + 0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy())

    def _condition(
        self, params: Any, ctx: api.Context, lease: api.Lease, size: tuple[int, int]
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor] | None]:
        note_unread(ctx, lease, params.prompt, params.negative_prompt)
        with torch.no_grad():
            positive, negative, *pooled = self._pipeline.encode_prompt(
                prompt=params.prompt, device=lease.device, num_images_per_prompt=1,
                do_classifier_free_guidance=self._is_guided, negative_prompt=params.negative_prompt or None,
            )  # fmt: skip
        embeds = torch.cat([negative, positive]) if self._is_guided else positive
        if not pooled:
            return embeds, None
        texts = torch.cat([pooled[1], pooled[0]]) if self._is_guided else pooled[0]
        whole = [size[1], size[0], 0, 0, size[1], size[0]]  # neither cropped nor resized
        times = torch.tensor([whole] * len(texts), dtype=embeds.dtype, device=embeds.device)
        return embeds, {"text_embeds": texts, "time_ids": times}
