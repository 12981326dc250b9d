"""Renders as the decoder would have drawn them: what its own upscaler learns to mend.

A render is noised half-way and denoised again (SDEdit, Meng et al. 2022). What is where stays, so that the render is
what the upscaler should make of it; edges, flat areas and the grid of patches become the decoder's.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from studio_starter import clip, decoder
from studio_starter.codec import CHANNELS, Codec
from studio_starter.data import Pool, drawn, unit
from studio_starter.scale import Scale
from studio_starter.training import Run, averaged

STEPS = 10
STRENGTHS = 0.1, 0.2, 0.4, 0.6
"""Shares of the steps that are drawn anew."""
CHUNK = {"cpu": 48, "cuda": 512}


class Redraw:
    """A trained decoder, the CLIP that it listens to and the codec."""

    def __init__(self, work: Path, scale: Scale, run: Run) -> None:
        self._scale, self._run = scale, run
        self._codec, self._eyes = Codec.load(work, run.device), clip.load(work, scale, run.device)
        self._unet = decoder.build(scale).to(run.device).to(memory_format=torch.channels_last)
        self._unet.load_state_dict(averaged(work, "decoder"))
        self._unet.requires_grad_(False).eval()

    @torch.inference_mode()
    def __call__(self, small: Tensor, strength: float, seed: int) -> Tensor:
        """Pictures (B, 3, side, side) in [-1, 1], again."""
        scheduler = decoder.scheduler()
        scheduler.set_timesteps(STEPS, device=small.device)
        begin = STEPS - max(1, round(strength * STEPS))
        scheduler.set_begin_index(begin)
        nothing = clip.embed(self._eyes, torch.zeros_like(small[:1])).expand(len(small), -1)
        about = torch.cat([nothing, clip.embed(self._eyes, small)])
        latents = self._codec.encode(small)
        random = torch.Generator().manual_seed(seed)
        noise = torch.randn(latents.shape, generator=random).to(latents.device)
        latents = scheduler.add_noise(latents, noise, scheduler.timesteps[begin : begin + 1].expand(len(small)))
        for time in scheduler.timesteps[begin:]:
            without, given = self._predicted(torch.cat([latents, latents]), time, about).chunk(2)
            guided = without + decoder.GUIDANCE * (given - without)
            latents = scheduler.step(guided, time, latents, generator=random).prev_sample
        return self._codec.decode(latents).clamp(-1, 1)

    def _predicted(self, latents: Tensor, time: Tensor, about: Tensor) -> Tensor:
        if self._scale.repaints:  # nothing is kept
            kept = torch.zeros_like(latents[:, : 1 + CHANNELS])
            latents = torch.cat([latents, kept], dim=1)
        with self._run.autocast():
            found: Any = self._unet(
                latents.contiguous(memory_format=torch.channels_last), time, encoder_hidden_states=None,
                added_cond_kwargs={"image_embeds": about},
            )  # fmt: skip
        result: Tensor = found.sample[:, :CHANNELS].float()
        return result


def redrawn(work: Path, scale: Scale, run: Run, pool: Pool) -> np.ndarray:
    """(pool, 3, side, side) uint8: every picture of the pool by its number, drawn once into the work folder."""
    file = work / f"redrawn-{scale.side}-{run.seed}-{pool.count}.npy"
    if not file.exists():
        make = partial(_redrawn, Redraw(work, scale, run), pool, scale.factor)
        drawn(
            file, (pool.count, 3, scale.side, scale.side), np.uint8, make, CHUNK[run.device.split(":")[0]], alone=True
        )
    found: np.ndarray = np.load(file, mmap_mode="r")
    return found


def _redrawn(redraw: Redraw, pool: Pool, factor: int, numbers: range) -> np.ndarray:
    small = functional.avg_pool2d(unit(pool.pixels(numbers)), factor)
    seed = numbers.start
    worn = redraw(small, STRENGTHS[seed // max(1, len(numbers)) % len(STRENGTHS)], seed)
    pixels: np.ndarray = ((worn / 2 + 0.5) * 255).round().byte().cpu().numpy()
    return pixels


def taken(array: np.ndarray, numbers: range, device: str) -> Tensor:
    """(B, 3, side, side) in [-1, 1], as the pool's pictures of those numbers."""
    return unit(torch.from_numpy(array[np.asarray(numbers) % len(array)]).to(device))
