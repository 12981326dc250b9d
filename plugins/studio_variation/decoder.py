"""A decoder with its latents at hand: start from a picture, find a picture's own noise, go back."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps

from studio import api
from studio.diffusion import LatentPreview, Schedule, StepProgress, denoise, encoded, enlarge, scheduler, to_picture
from studio_variation.arithmetic import slerp
from studio_variation.decoder_network import DecoderNetwork, Size

LEAST_KEPT = 0.02  # of a picture's variance (ᾱ), where its inversion ends; beyond, few steps would lose its place


@dataclass(frozen=True)
class Inversion:
    """A picture's own noise (1, C, h, w), and (steps, 1, C, h, w): what each step back to the picture misses."""

    noise: torch.Tensor
    misses: torch.Tensor

    def toward(self, other: "Inversion", share: float) -> "Inversion":
        """The inversion between two: noise by spherical interpolation (Ramesh et al. 2022, section 3.2)."""
        noise = slerp(self.noise.flatten(1), other.noise.flatten(1), share).reshape(self.noise.shape)
        return Inversion(noise, torch.lerp(self.misses, other.misses, share))


class Decoder:
    """Image embeddings to pictures, through the latents (B, C, h, w) of the lease's codec."""

    def __init__(
        self,
        ctx: api.Context,
        lease: api.Lease,
        meter: StepProgress,
        network: DecoderNetwork,
        scheduler: str = "automatic",
    ) -> None:
        """`scheduler`: the name of the one that `denoise` takes."""
        self._ctx, self._lease, self._meter, self._network = ctx, lease, meter, network
        self._scheduler = scheduler
        self._preview = LatentPreview(ctx, lease, network.codec)

    # ---- latents

    def noise(self, size: Size, generator: torch.Generator) -> torch.Tensor:
        """Latents of pure noise for a picture of `size` = (width, height) pixels, as the stock pipelines draw them."""
        shape = self._network.shape(size)
        return torch.randn(shape, generator=generator, dtype=self._network.dtype).to(self._lease.device)

    @torch.inference_mode()
    def encode(self, picture: Image.Image, size: Size) -> torch.Tensor:
        """(1, C, h, w): the picture, cut to the proportions of `size`."""
        fitted = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
        pixels = torch.from_numpy(np.asarray(fitted, dtype=np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
        pixels = pixels.to(self._lease.device, self._network.codec.dtype)
        made = encoded(self._ctx, self._lease, "codec", pixels, lambda: self._network.encode(pixels))
        return made.to(self._network.dtype)

    @torch.inference_mode()
    def picture(self, latents: torch.Tensor, *, small: bool = False) -> Image.Image:
        """The picture of the first latents, through the model's upscaler unless `small`: 1 or 2 steps of the meter."""
        pixels = self._network.decode(latents[:1].to(self._network.codec.dtype))
        self._meter.step("codec")
        made = to_picture((pixels * 0.5 + 0.5).clamp(0, 1)[0].permute(1, 2, 0).cpu().float().numpy())
        if small or "upscaler" not in self._lease:
            return made
        return enlarge(made, self._ctx, self._lease, self._meter)

    # ---- the walk from noise to a picture

    def denoise(
        self, latents: torch.Tensor, condition: torch.Tensor, generator: Any,
        *, steps: int, guidance: float, start: torch.Tensor | None = None, taken: int | None = None,
    ) -> torch.Tensor:  # fmt: skip
        """Latents of a picture, from noise `latents`, by the scheduler that was asked for.

        With `start`, the latents of a picture, only the last `taken` of `steps` steps are taken, from `start` under
        that much noise. Without, this is what diffusers' own pipelines do. One step of the meter for each.
        """
        way = scheduler(self._lease, self._scheduler, steps)
        way.set_timesteps(steps, device=self._lease.device)
        times = way.timesteps
        if start is None or taken is None or taken >= steps:
            start = None
        else:
            times = _last(times, taken, way)

        def predict(given: torch.Tensor, time: Any) -> torch.Tensor:
            return self._network.predict(given, time, condition, guidance)

        def on_step(number: int, latents: torch.Tensor) -> torch.Tensor:
            if number % way.order == 0:  # one of second order calls twice
                self._step_done(latents, "decoder")
            return latents

        plan = Schedule(times, len(way.timesteps) - len(times))
        return denoise(way, plan, latents, predict, on_step, generator=generator, start=start)

    # ---- the deterministic walk, both ways (DDIM, Song et al. 2021, eq. 12 with sigma 0)

    @torch.inference_mode()
    def invert(self, latents: torch.Tensor, condition: torch.Tensor, *, steps: int, guidance: float) -> Inversion:
        """The noise of this very picture: DDIM backwards (Dhariwal and Nichol 2021), and what it misses on the way.

        Few steps do not lead back exactly, and guided ones less; so the difference at each step is kept, to be added
        on the way back (Ju et al. 2024, PnP inversion). Takes 2 x `steps` steps of the meter.
        """
        times = self._times(steps)
        path = [latents]
        for time, after in zip([-1, *times], times, strict=False):
            # The network is asked at the later time: at -1 it knows nothing.
            predicted = self._network.predict(path[-1], self._tensor(after), condition, 1.0)
            path.append(self._moved(predicted, path[-1], at=after, time=time, after=after))
            self._step_done(path[-1], "inversion")
        misses = []
        for number in range(steps, 0, -1):
            back = self._step(path[number], condition, times[number - 1], [-1, *times][number - 1], guidance)
            misses.append(path[number - 1].float() - back.float())
            self._step_done(path[number - 1], "inversion")
        return Inversion(path[-1], torch.stack(misses))

    @torch.inference_mode()
    def regenerate(self, own: Inversion, condition: torch.Tensor, *, guidance: float) -> torch.Tensor:
        """Latents of a picture from its noise, without chance; with the embedding of its inversion, the picture."""
        latents, times = own.noise, self._times(len(own.misses))[::-1]
        for time, after, miss in zip(times, [*times[1:], -1], own.misses, strict=True):
            latents = (self._step(latents, condition, time, after, guidance).float() + miss).to(latents.dtype)
            self._step_done(latents, "decoder")
        return latents

    def _times(self, steps: int) -> list[int]:
        """Rising, evenly spaced, up to where next to nothing is left of a picture."""
        kept = self._lease["scheduler"].alphas_cumprod
        last = max(int((kept > LEAST_KEPT).sum()), steps)
        return [round(last * (number + 1) / steps) - 1 for number in range(steps)]

    def _step(
        self, latents: torch.Tensor, condition: torch.Tensor, time: int, after: int, guidance: float
    ) -> torch.Tensor:
        predicted = self._network.predict(latents, self._tensor(time), condition, guidance)
        return self._moved(predicted, latents, at=time, time=time, after=after)

    def _moved(self, predicted: torch.Tensor, latents: torch.Tensor, *, at: int, time: int, after: int) -> torch.Tensor:
        """Latents at `time`, moved to `after` by what the network predicted for the time `at`."""
        kind = self._lease["scheduler"].config.prediction_type
        x, here, there = latents.float(), self._kept(time), self._kept(after)
        noise = _noise(predicted[:, : latents.shape[1]].float(), x, self._kept(at), kind)
        clean = (x - math.sqrt(1 - here) * noise) / math.sqrt(here)
        moved: torch.Tensor = math.sqrt(there) * clean + math.sqrt(1 - there) * noise
        return moved.to(latents.dtype)

    def _kept(self, time: int) -> float:
        """ᾱ: the share of a picture's variance that is left at a time; all of it at -1."""
        return 1.0 if time < 0 else float(self._lease["scheduler"].alphas_cumprod[time])

    def _tensor(self, time: int) -> torch.Tensor:
        return torch.tensor(time, device=self._lease.device)

    def _step_done(self, latents: torch.Tensor, stage: str) -> None:
        self._meter.step(stage, self._preview.of(latents) if self._ctx.wants_preview else None)


def _noise(predicted: torch.Tensor, latents: torch.Tensor, kept: float, kind: str) -> torch.Tensor:
    """The noise in `latents`, by what the network predicts; `kept` is ᾱ."""
    if kind == "v_prediction":  # Salimans and Ho 2022, appendix D
        return math.sqrt(1 - kept) * latents + math.sqrt(kept) * predicted
    if kind == "sample":
        return (latents - math.sqrt(kept) * predicted) / math.sqrt(1 - kept)
    return predicted


def _last(times: torch.Tensor, count: int, scheduler: Any) -> torch.Tensor:
    """The last `count` of a scheduler's times.

    One of second order calls twice for each but the last. PNDM goes its first step twice, and asks for the second time
    again; begun in the middle it does so, too.
    """
    last = times[len(times) - scheduler.order * count + scheduler.order - 1 :]
    return torch.cat([last[:2], last[1:]]) if type(scheduler).__name__ == "PNDMScheduler" and count > 1 else last
