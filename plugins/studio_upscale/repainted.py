"""Enlarging by any Stable Diffusion: interpolated first, then painted over in windows that agree, as a ControlNet says.

All windows take each step together, and where they overlap their predictions are averaged (Bar-Tal et al. 2023,
"MultiDiffusion", equation 5). In one window it is what StableDiffusionControlNetImg2ImgPipeline does.
"""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio import api
from studio.diffusion import (
    LatentPreview,
    Regional,
    Schedule,
    Steering,
    build_pipeline,
    control_picture,
    denoise,
    note_unread,
    scheduler,
)
from studio_upscale.network import guarded
from studio_upscale.window import Span, spans

STRENGTH, OVERLAP = 0.4, 64
"""Change where none is asked for: enough for detail that was not there, too little for other things. Pixels."""
FACTOR = 2
"""How many times as wide, where neither a factor nor a size is asked for."""
Windows = list[tuple[Span, Span]]


class Repainted:
    """One enlargement of a picture, RGB, to a size."""

    def __init__(
        self, params: Any, ctx: api.Context, lease: api.Lease, picture: Image.Image, size: tuple[int, int]
    ) -> None:
        """`picture`: enlarged to `size` already, and padded to a multiple of what the model makes."""
        self._ctx, self._lease, self._picture = ctx, lease, picture
        self._unet, self._vae = lease["unet"], lease["vae"]
        self._cell = 2 ** (len(self._vae.config.block_out_channels) - 1)
        defaults = lease.defaults
        self.steps = int(params.steps or defaults["steps"])
        self.strength = STRENGTH if params.strength is None else float(params.strength)
        self.guidance = float(defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale)
        self.seed = int(params.seed)
        tile = int(params.tile or max(defaults["width"], defaults["height"]))
        overlap = OVERLAP if params.overlap is None else int(params.overlap)
        self.windows = self._windows(tile // self._cell, overlap // 2 // self._cell)
        self._pipeline = build_pipeline(ctx, lease, "upscale", scheduler(lease, "automatic", self.steps))
        note_unread(ctx, lease, params.prompt)
        self._words, self._pooled = self._encoded(params.prompt)
        self._unets = {window: self._attending(params, window, size) for window in self.windows}
        pictures = [control_picture(each, ctx, picture.size, picture) for each in params.control]
        self._steering = Steering(params.control, pictures, lease, guided=self._is_guided)
        self._done, self._total = 0, 1

    @property
    def _is_guided(self) -> bool:
        return self.guidance > 1

    def _attending(self, params: Any, window: tuple[Span, Span], size: tuple[int, int]) -> Any:
        """The UNet as it reads the words of the regions that lie in a window."""
        down, across = self._pixels(*window)
        call = {"prompt": params.prompt, "width": across.stop - across.start, "height": down.stop - down.start,
                self._lease.about.guidance: self.guidance}  # fmt: skip
        self._pipeline.unet = self._unet
        part = across.start, down.start, across.stop, down.stop
        Regional(self._ctx, self._lease, params.region, call, part=part, whole=size).put_into(self._pipeline)
        return self._pipeline.unet

    def _windows(self, tile: int, margin: int) -> Windows:
        multiple = 2 ** (len(self._unet.config.block_out_channels) - 1)
        margin = -(-margin // multiple) * multiple
        sides = (self._picture.height // self._cell, self._picture.width // self._cell)
        rows, columns = (spans(side, tile, margin, multiple) for side in sides)
        return list(product(rows, columns))

    @torch.inference_mode()
    def draw(self) -> Image.Image:
        """Raises UserError and Cancelled."""
        generator = torch.Generator("cpu").manual_seed(self.seed)
        plan = self._plan()
        self._total = len(self.windows) * (len(plan.times) + 2)
        start = self._encode(generator)
        noise = torch.randn(start.shape, generator=generator, dtype=start.dtype).to(start.device)
        preview = LatentPreview(self._ctx, self._lease, self._vae)

        def on_step(_number: int, latents: torch.Tensor) -> torch.Tensor:
            shown = preview.of(latents) if self._ctx.wants_preview else None
            self._ctx.progress(self._done, self._total, shown, stage="denoising")
            self._steering.next()
            return latents

        self._steering.begin(len(plan.times))
        latents = denoise(self._pipeline.scheduler, plan, noise, self._predicted, on_step, generator=generator,
                          start=start)  # fmt: skip
        return self._decode(latents)

    def _plan(self) -> Schedule:
        """The last steps, as many as the strength asks for, at least one."""
        way = self._pipeline.scheduler
        way.set_timesteps(self.steps, device=self._lease.device)
        taken = min(self.steps, max(1, int(self.steps * self.strength)))
        begin = (self.steps - taken) * way.order
        return Schedule(way.timesteps[begin:], begin)

    def _encode(self, generator: torch.Generator) -> torch.Tensor:
        # Stacked as diffusers does: by how it lies in memory, sums are made in another order.
        batch = np.stack([np.asarray(self._picture, np.float32) / np.float32(255)])
        pixels = (2.0 * torch.from_numpy(batch) - 1.0).permute(0, 3, 1, 2)
        pixels = pixels.to(self._lease.device, self._vae.dtype)

        def encoded(row: Span, column: Span) -> torch.Tensor:
            made = self._vae.encode(pixels[(..., *self._pixels(row, column))]).latent_dist.sample(generator)
            return torch.as_tensor(made * self._vae.config.scaling_factor)

        return self._averaged(encoded, 1, "tiles").to(self._unet.dtype)

    def _decode(self, latents: torch.Tensor) -> Image.Image:
        def decoded(row: Span, column: Span) -> torch.Tensor:
            part = latents[..., row.start : row.stop, column.start : column.stop].to(self._vae.dtype)
            made = guarded(partial(self._vae.decode, part / self._vae.config.scaling_factor)).sample
            return torch.as_tensor((made.float() / 2 + 0.5).clamp(0, 1))

        made = self._averaged(decoded, self._cell, "tiles")[0].permute(1, 2, 0).cpu().float().numpy()
        if not np.isfinite(made).all():
            raise api.UserError(
                "The model produced invalid numbers (NaN), so there is no picture; try another seed or a lower "
                "guidance scale.",
                code="nan",
            )
        return Image.fromarray((made * 255).round().astype(np.uint8))

    def _predicted(self, latents: torch.Tensor, time: Any) -> torch.Tensor:
        def part(row: Span, column: Span) -> torch.Tensor:
            given = latents[..., row.start : row.stop, column.start : column.stop]
            given = torch.cat([given] * 2) if self._is_guided else given
            conditions = self._conditions(row, column)
            place = None if len(self.windows) == 1 else self._pixels(row, column)
            steered = self._steering(given, time, self._words, conditions, place)
            call = partial(self._unets[row, column], given, time, encoder_hidden_states=self._words,
                           added_cond_kwargs=conditions, return_dict=False, **steered)  # fmt: skip
            noise = guarded(call)[0]
            if not self._is_guided:
                return torch.as_tensor(noise)
            away, towards = noise.chunk(2)
            return torch.as_tensor(away + self.guidance * (towards - away))

        return self._averaged(part, 1, "denoising")

    def _averaged(self, make: Any, scale: int, stage: str) -> torch.Tensor:
        """What `make(row, column)` gives of each window, put together; `scale`: its pixels for one latent."""
        if len(self.windows) == 1:
            made = make(*self.windows[0])
            self._step(stage)
            return torch.as_tensor(made)
        whole: torch.Tensor | None = None
        for row, column in self.windows:
            made = make(row, column)
            if whole is None:
                sides = [side // self._cell * scale for side in self._picture.size[::-1]]
                whole = torch.zeros((*made.shape[:2], *sides), dtype=made.dtype, device=made.device)
            weight = torch.from_numpy(np.outer(row.weights(scale), column.weights(scale))).to(made)
            place = (..., slice(row.start * scale, row.stop * scale), slice(column.start * scale, column.stop * scale))
            whole[place] += made * weight
            self._step(stage)
        assert whole is not None
        return whole

    def _step(self, stage: str) -> None:
        self._done += 1
        self._ctx.progress(min(self._done, self._total), self._total, stage=stage)

    def _pixels(self, row: Span, column: Span) -> tuple[slice, slice]:
        cell = self._cell
        return slice(row.start * cell, row.stop * cell), slice(column.start * cell, column.stop * cell)

    @torch.no_grad()
    def _encoded(self, prompt: str) -> tuple[torch.Tensor, torch.Tensor | None]:
        positive, negative, *pooled = self._pipeline.encode_prompt(
            prompt=prompt, device=self._lease.device, num_images_per_prompt=1,
            do_classifier_free_guidance=self._is_guided, negative_prompt=None,
        )  # fmt: skip
        words = torch.cat([negative, positive]) if self._is_guided else positive
        if not pooled:
            return words, None
        return words, torch.cat([pooled[1], pooled[0]]) if self._is_guided else pooled[0]

    def _conditions(self, row: Span, column: Span) -> dict[str, torch.Tensor] | None:
        """What Stable Diffusion XL is told of the size: that of the window."""
        if self._pooled is None:
            return None
        size = [(row.stop - row.start) * self._cell, (column.stop - column.start) * self._cell]
        whole = [*size, 0, 0, *size]
        times = torch.tensor([whole] * len(self._pooled), dtype=self._words.dtype, device=self._words.device)
        return {"text_embeds": self._pooled, "time_ids": times}
