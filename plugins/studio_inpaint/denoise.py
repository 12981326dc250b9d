"""Denoising a part of a picture: at each step what is to stay comes back, noised to where the rest is.

Latent blending (Avrahami et al. 2023, "Blended Latent Diffusion", section 4.1) with a soft mask. It needs nothing of
the model but what text to image needs; a model trained for inpainting sees the picture and the mask besides.
"""

from collections.abc import Callable
from typing import Any, Protocol

import torch

from studio.diffusion import Schedule, denoise
from studio_inpaint.scene import CropScene


class Painter(Protocol):
    """A model family, set up for one prompt."""

    scheduler: Any
    channels: int
    """Of the latents."""
    blends: bool
    """Whether the known latents are put back at each step."""

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        """(1, 3, h, w) in [-1, 1] to latents."""

    def look(self, scene: CropScene, known: torch.Tensor) -> None:
        """Take in the picture around the mask, where the model was trained to see it."""

    def begin(self, total: int) -> None:
        """A loop of so many calls of `predict` comes."""

    def predict(self, latents: torch.Tensor, time: Any) -> torch.Tensor:
        """What the scheduler takes for one step, of latents that it has scaled."""


def schedule(painter: Painter, steps: int, strength: float, device: str) -> Schedule:
    """The last `strength` of all steps, at least one."""
    painter.scheduler.set_timesteps(steps, device=device)
    times = painter.scheduler.timesteps
    begin = len(times) - min(len(times), max(1, round(len(times) * strength)))
    begin -= begin % getattr(painter.scheduler, "order", 1)  # a solver of second order takes its steps by twos
    return Schedule(times[begin:], begin)


@torch.inference_mode()
def denoise_crop(
    painter: Painter, scene: CropScene, plan: Schedule, noise: torch.Tensor, generator: torch.Generator,
    on_step: Callable[[torch.Tensor], None], *, from_filling: bool,
) -> torch.Tensor:  # fmt: skip
    """Latents of the edited crop. `from_filling`: begin with the filling instead of what is under the mask."""
    known = painter.encode(scene.clean)
    keep = 1 - scene.repaint.to(noise.device, noise.dtype)
    painter.look(scene, known)
    painter.begin(len(plan.times))

    def put_back(number: int, latents: torch.Tensor) -> torch.Tensor:
        if painter.blends:
            later = plan.times[number + 1 : number + 2]
            stays = painter.scheduler.add_noise(known, noise, later) if len(later) else known
            # In the order in memory that pipelines have, on which the last bits of a network's sums depend.
            latents = (keep * stays + (1 - keep) * latents).contiguous()
        on_step(latents)
        return latents

    start = None
    if plan.begin:
        start = known if from_filling else painter.encode(scene.under)
    return denoise(painter.scheduler, plan, noise, painter.predict, put_back, generator=generator, start=start)
