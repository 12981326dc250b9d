"""Enlarging by a diffusion model: Stable Diffusion's x4 upscaler, over pictures of any size.

All windows take each step together, and where they overlap their predictions are averaged (Bar-Tal et al. 2023,
"MultiDiffusion", equation 5), so that neighbours agree. In one window it is what StableDiffusionUpscalePipeline does.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import torch

from studio import api
from studio.diffusion import LatentPreview, Schedule, build_pipeline, denoise, note_unread
from studio_upscale.network import guarded
from studio_upscale.source import Box, Pixels, TileSource
from studio_upscale.target import DIFFUSION_SCALE as SCALE
from studio_upscale.tiling import SMALLEST
from studio_upscale.window import Span, spans, woven

TILE_CPU, TILE_ACCELERATOR, OVERLAP = 128, 256, 32
NOISE_LEVEL = 20  # the pipeline's own


class Diffusion:
    """One enlargement; `strips` may be drawn once."""

    def __init__(self, params: Any, ctx: api.Context, lease: api.Lease, source: TileSource) -> None:
        defaults = lease.defaults
        self._ctx, self._lease, self._source = ctx, lease, source
        self._unet, self._vae = lease["unet"], lease["vae"]
        self._pipeline = build_pipeline(ctx, lease, "upscale")
        self.steps = int(params.steps or defaults["steps"])
        self.guidance = float(defaults["guidance_scale"] if params.guidance_scale is None else params.guidance_scale)
        self.noise_level = _noise_level(params.noise_level, int(defaults.get("max_noise_level", 350)))
        self.seed = int(params.seed)
        self._multiple = 2 ** (len(self._unet.config.block_out_channels) - 1)
        automatic = TILE_CPU if lease.device == "cpu" else TILE_ACCELERATOR
        self.tile = int(params.tile or automatic)
        wanted = OVERLAP if params.overlap is None else params.overlap
        self.overlap = -(-wanted // 2 // self._multiple) * self._multiple * 2
        note_unread(ctx, lease, params.prompt)
        self._words = self._encoded(params.prompt)
        self._size = tuple(-(-side // self._multiple) * self._multiple for side in source.size)
        self._done, self._total = 0, 1

    @property
    def _is_guided(self) -> bool:
        return self.guidance > 1

    def strips(self, values: dict[str, Any]) -> Iterator[Pixels]:
        """(h, width * SCALE, channels) in [0, 1] from top to bottom; what was decided is put into `values`."""
        latents = self._latents()
        rows, columns = self._windows()
        values |= {"tile": self.tile, "tiles": len(rows) * len(columns)}
        yield from self._in_shape(woven(self._decoded(latents), self._size[1], SCALE))
        self._ctx.progress(1, 1, stage="tiles")

    def _windows(self) -> tuple[list[Span], list[Span]]:
        rows, columns = (spans(side, self.tile, self.overlap // 2, self._multiple) for side in self._size[::-1])
        return rows, columns

    @torch.no_grad()
    def _encoded(self, prompt: str) -> torch.Tensor:
        positive, negative = self._pipeline.encode_prompt(prompt, self._lease.device, 1, self._is_guided, None)
        words: torch.Tensor = torch.cat([negative, positive]) if self._is_guided else positive
        return words

    # ---- denoising

    @torch.inference_mode()
    def _latents(self) -> torch.Tensor:
        """(1, C, h, w), as large as the source."""
        scheduler, generator = self._pipeline.scheduler, torch.Generator("cpu").manual_seed(self.seed)
        small, level = self._small(), torch.tensor([self.noise_level], device=self._lease.device)
        noise = torch.randn(small.shape, generator=generator, dtype=small.dtype).to(small.device)
        small = self._pipeline.low_res_scheduler.add_noise(small, noise, level)
        scheduler.set_timesteps(self.steps, device=self._lease.device)
        shape = (1, int(self._vae.config.latent_channels), *small.shape[2:])
        start = torch.randn(shape, generator=generator, dtype=small.dtype).to(small.device)
        preview = LatentPreview(self._ctx, self._lease, self._vae)
        rows, columns = self._windows()
        self._total = (len(scheduler.timesteps) + 1) * len(rows) * len(columns)

        def predict(latents: torch.Tensor, time: Any) -> torch.Tensor:
            given = torch.cat([latents, small], dim=1)
            made: torch.Tensor = self._halving(partial(self._predicted, given, time, level))
            return made

        def on_step(_number: int, latents: torch.Tensor) -> torch.Tensor:
            shown = preview.of(latents) if self._ctx.wants_preview else None
            self._ctx.progress(min(self._done, self._total), self._total, shown, stage="denoising")
            return latents

        return denoise(scheduler, Schedule(scheduler.timesteps), start, predict, on_step, generator=generator)

    def _small(self) -> torch.Tensor:
        """(1, 3, h, w) in [-1, 1]: the source, its edges repeated where it is not a multiple."""
        colours = self._source.colours(Box(0, 0, *self._source.size))
        padding = [(0, wanted - side) for wanted, side in zip(self._size[::-1], self._source.size[::-1], strict=True)]
        padded = np.pad(colours, (*padding, (0, 0)), mode="edge").transpose(2, 0, 1)[None]
        pixels = torch.from_numpy(np.ascontiguousarray(padded)).expand(1, 3, -1, -1)
        return (2.0 * pixels - 1.0).to(self._lease.device, self._words.dtype)

    def _predicted(self, given: torch.Tensor, time: Any, level: torch.Tensor) -> torch.Tensor:
        """What the network predicts for all latents, window by window."""
        (rows, columns), made = self._windows(), None
        for row, column in product(rows, columns):
            part = self._part(given[..., row.start : row.stop, column.start : column.stop], time, level)
            if len(rows) * len(columns) == 1:
                made = part
            else:
                made = torch.zeros_like(given[:, : part.shape[1]]) if made is None else made
                weight = np.outer(row.weights(), column.weights())
                made[..., row.start : row.stop, column.start : column.stop] += part * torch.from_numpy(weight).to(part)
            self._done += 1
            self._ctx.progress(min(self._done, self._total), self._total, stage="denoising")
        assert made is not None
        return made

    def _part(self, given: torch.Tensor, time: Any, level: torch.Tensor) -> torch.Tensor:
        """In the operations, and their order, of StableDiffusionUpscalePipeline."""
        count = 2 if self._is_guided else 1
        options = {"encoder_hidden_states": self._words, "class_labels": torch.cat([level] * count)}
        noise = guarded(partial(self._unet, torch.cat([given] * count), time, **options)).sample
        if not self._is_guided:
            return torch.as_tensor(noise)
        away, towards = noise.chunk(2)
        return torch.as_tensor(away + self.guidance * (towards - away))

    # ---- decoding

    def _decoded(self, latents: torch.Tensor) -> Iterator[tuple[Span, Pixels]]:
        for row in self._windows()[0]:
            strip = self._halving(partial(self._strip, latents, row))
            yield row, strip * row.weights(SCALE)[:, None, None]

    @torch.inference_mode()
    def _strip(self, latents: torch.Tensor, row: Span) -> Pixels:
        """(h, w, 3) in [0, 1], of the rows of one window."""
        strip = np.zeros(((row.stop - row.start) * SCALE, self._size[0] * SCALE, 3), np.float32)
        for column in self._windows()[1]:
            part = latents[..., row.start : row.stop, column.start : column.stop]
            made = guarded(partial(self._vae.decode, part / self._vae.config.scaling_factor)).sample
            pixels = (made[0].float() / 2 + 0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy()
            if not np.isfinite(pixels).all():
                raise api.UserError(
                    "The model produced invalid numbers (NaN), so there is no picture; try another seed or a lower "
                    "guidance scale.",
                    code="nan",
                )
            weight = column.weights(SCALE)[None, :, None]
            strip[:, column.start * SCALE : column.stop * SCALE] += pixels * weight
            self._done += 1
            self._ctx.progress(min(self._done, self._total), self._total, stage="tiles")
        return strip

    def _in_shape(self, rows: Iterator[Pixels]) -> Iterator[Pixels]:
        """Without the repeated edges, grey if the source is, and with its transparency."""
        width, height = (side * SCALE for side in self._source.size)
        top = 0
        for each in rows:
            part = each[: max(0, height - top), :width]
            if not len(part):
                return
            part = part.mean(axis=2, keepdims=True) if self._source.is_grey else part
            if self._source.has_alpha:
                part = np.concatenate([part, self._source.enlarged_alpha(top, len(part), SCALE)], axis=2)
            top += len(part)
            yield part

    def _halving(self, work: Callable[[], Any]) -> Any:
        """`work()`, in smaller windows where memory is short. Raises MemoryError when none is small enough."""
        while True:
            begun = self._done
            try:
                return work()
            except MemoryError:
                half = max(self.tile // 2, SMALLEST)
                if half >= self.tile:
                    raise
                before = len(self._windows()[1])
                self.tile, self._done = half, begun
                self._total = self._total * len(self._windows()[1]) // before
                self._ctx.note("Memory was short, so the work went on in tiles of {} pixels.", half)


def _noise_level(asked: int | None, most: int) -> int:
    if asked is None:
        return min(NOISE_LEVEL, most)
    if asked > most:
        raise api.UserError(
            "This model takes a noise level of at most {}, not {}; choose a smaller one.",
            most,
            asked,
            field="noise_level",
        )
    return asked
