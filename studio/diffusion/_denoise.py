"""The denoising loop, for all that is not run by a pipeline of diffusers: from noise to the latents of a picture."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

LEARNED_VARIANCE = ("learned", "learned_range")


@dataclass(frozen=True)
class Schedule:
    """The times of a loop: a scheduler's own, from number `begin` on."""

    times: torch.Tensor
    begin: int = 0


@torch.inference_mode()
def denoise(
    scheduler: Any,
    schedule: Schedule,
    noise: torch.Tensor,
    predict: Callable[[torch.Tensor, Any], torch.Tensor],
    on_step: Callable[[int, torch.Tensor], torch.Tensor],
    *,
    generator: torch.Generator,
    start: torch.Tensor | None = None,
) -> torch.Tensor:
    """Latents (B, C, h, w), from `noise` of that shape; or from the latents `start` under as much of it as there is at
    the first time.

    `predict(latents, time)` gives what the network says of latents that the scheduler has scaled: C channels, or 2 C
    with a variance, which is dropped for a scheduler that learned none. `on_step(number, latents)` follows each step
    and returns what the next one begins with. A second loop over the same scheduler begins with `set_timesteps`.
    """
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(schedule.begin)
    latents: torch.Tensor
    if start is None:
        latents = noise * scheduler.init_noise_sigma
    else:
        latents = scheduler.add_noise(start, noise, schedule.times[:1])
    draws = {"generator": generator} if "generator" in inspect.signature(scheduler.step).parameters else {}
    learned = getattr(scheduler.config, "variance_type", None) in LEARNED_VARIANCE
    for number, time in enumerate(schedule.times):
        predicted = predict(scheduler.scale_model_input(latents, time), time)
        if not learned:
            predicted = predicted[:, : latents.shape[1]]
        latents = on_step(number, scheduler.step(predicted, time, latents, **draws, return_dict=False)[0])
    return latents
