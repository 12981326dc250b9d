"""The decoder of Kandinsky 2.2 with its latents at hand: start from a picture, find a picture's own noise, go back."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageOps

from studio import api
from studio.api.diffusion import Meter, Preview, enlarge, to_picture
from studio_variation.space import slerp

Size = tuple[int, int]
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
    """(B, D) image embeddings to pictures, through latents (B, C, h, w) of the lease's codec."""

    def __init__(self, ctx: api.Context, lease: api.Lease, meter: Meter, negative: torch.Tensor) -> None:
        """`negative`: (1, D), the image embedding to be guided away from."""
        self._ctx, self._lease, self._meter, self._negative = ctx, lease, meter, negative
        self._unet, self._codec = lease["unet"], lease["movq"]
        self._scale = 2 ** (len(self._codec.config.block_out_channels) - 1)
        self._preview = Preview(ctx, lease, self._codec)

    # ---- latents

    def noise(self, size: Size, generator: torch.Generator) -> torch.Tensor:
        """Latents of pure noise for a picture of `size` = (width, height) pixels, as the stock pipeline draws them."""
        # Latents come in whole squares of the codec's scale (diffusers' downscale_height_and_width).
        width, height = (-(-side // self._scale**2) * self._scale for side in size)
        shape = (1, self._unet.config.in_channels, height, width)
        return torch.randn(shape, generator=generator, dtype=self._unet.dtype).to(self._lease.device)

    @torch.inference_mode()
    def encode(self, picture: Image.Image, size: Size) -> torch.Tensor:
        """(1, C, h, w): the picture, cut to the proportions of `size`."""
        fitted = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
        pixels = torch.from_numpy(np.asarray(fitted, dtype=np.float32) / 127.5 - 1).permute(2, 0, 1)[None]
        made: torch.Tensor = self._codec.encode(pixels.to(self._lease.device, self._codec.dtype))["latents"]
        return made.to(self._unet.dtype)

    @torch.inference_mode()
    def picture(self, latents: torch.Tensor, *, small: bool = False) -> Image.Image:
        """The picture of the first latents, through the model's upscaler unless `small`: 1 or 2 steps of the meter."""
        pixels = self._codec.decode(latents[:1], force_not_quantize=True)["sample"]
        self._meter.step("codec")
        made = to_picture((pixels * 0.5 + 0.5).clamp(0, 1)[0].permute(1, 2, 0).cpu().float().numpy())
        if small or "upscaler" not in self._lease:
            return made
        return enlarge(made, self._ctx, self._lease, self._meter)

    # ---- the walk from noise to a picture

    @torch.inference_mode()
    def denoise(
        self, latents: torch.Tensor, embeddings: torch.Tensor, generator: Any,
        *, steps: int, guidance: float, start: torch.Tensor | None = None, taken: int | None = None,
    ) -> torch.Tensor:  # fmt: skip
        """Latents of a picture, from noise `latents`, by the model's own scheduler.

        With `start`, the latents of a picture, only the last `taken` of `steps` steps are taken, from `start` under
        that much noise. Without, this is what diffusers' KandinskyV22Pipeline does. One step of the meter for each.
        """
        scheduler = self._lease["scheduler"]
        scheduler.set_timesteps(steps, device=self._lease.device)
        times = scheduler.timesteps
        if start is None or taken is None or taken >= len(times):
            latents = latents * scheduler.init_noise_sigma
        else:
            times = times[len(times) - taken :]
            latents = scheduler.add_noise(start, latents, times[:1])
        for time in times:
            predicted = self._predict(latents, time, embeddings, guidance)
            if getattr(scheduler.config, "variance_type", None) not in ("learned", "learned_range"):
                predicted = predicted[:, : latents.shape[1]]
            latents = scheduler.step(predicted, time, latents, generator=generator)[0]
            self._told(latents, "decoder")
        return latents

    # ---- the deterministic walk, both ways (DDIM, Song et al. 2021, eq. 12 with sigma 0)

    @torch.inference_mode()
    def invert(self, latents: torch.Tensor, embeddings: torch.Tensor, *, steps: int, guidance: float) -> Inversion:
        """The noise of this very picture: DDIM backwards (Dhariwal and Nichol 2021), and what it misses on the way.

        Few steps do not lead back exactly, and guided ones less; so the difference at each step is kept, to be added
        on the way back (Ju et al. 2024, PnP inversion). Takes 2 x `steps` steps of the meter.
        """
        times = self._times(steps)
        path = [latents]
        for time, after in zip([-1, *times], times, strict=False):
            # The network is asked at the later time: at -1 it knows nothing.
            predicted = self._predict(path[-1], self._tensor(after), embeddings, 1.0)
            path.append(self._moved(predicted, path[-1], at=after, time=time, after=after))
            self._told(path[-1], "inversion")
        misses = []
        for number in range(steps, 0, -1):
            back = self._step(path[number], embeddings, times[number - 1], [-1, *times][number - 1], guidance)
            misses.append(path[number - 1].float() - back.float())
            self._told(path[number - 1], "inversion")
        return Inversion(path[-1], torch.stack(misses))

    @torch.inference_mode()
    def regenerate(self, own: Inversion, embeddings: torch.Tensor, *, guidance: float) -> torch.Tensor:
        """Latents of a picture from its noise, without chance; with the embedding of its inversion, the picture."""
        latents, times = own.noise, self._times(len(own.misses))[::-1]
        for time, after, miss in zip(times, [*times[1:], -1], own.misses, strict=True):
            latents = (self._step(latents, embeddings, time, after, guidance).float() + miss).to(latents.dtype)
            self._told(latents, "decoder")
        return latents

    def _times(self, steps: int) -> list[int]:
        """Rising, evenly spaced, up to where next to nothing is left of a picture."""
        kept = self._lease["scheduler"].alphas_cumprod
        last = max(int((kept > LEAST_KEPT).sum()), steps)
        return [round(last * (number + 1) / steps) - 1 for number in range(steps)]

    def _step(
        self, latents: torch.Tensor, embeddings: torch.Tensor, time: int, after: int, guidance: float
    ) -> torch.Tensor:
        predicted = self._predict(latents, self._tensor(time), embeddings, guidance)
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

    # ---- the network

    def _predict(self, latents: torch.Tensor, time: Any, embeddings: torch.Tensor, guidance: float) -> torch.Tensor:
        """(B, 2C, h, w), guided: in the operations, and their order, of diffusers' KandinskyV22Pipeline."""
        embeddings = embeddings.to(self._lease.device, self._unet.dtype)
        if guidance <= 1:
            return self._run(latents, time, embeddings)
        negative = self._negative.to(embeddings).expand_as(embeddings)
        both = self._run(torch.cat([latents] * 2), time, torch.cat([negative, embeddings]))
        noise, variance = both.chunk(2, dim=1)
        away, toward = noise.chunk(2)
        return torch.cat([away + guidance * (toward - away), variance.chunk(2)[1]], dim=1)

    def _run(self, latents: torch.Tensor, time: Any, embeddings: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self._unet(
            sample=latents, timestep=time, encoder_hidden_states=None,
            added_cond_kwargs={"image_embeds": embeddings}, return_dict=False,
        )[0]  # fmt: skip
        return made

    def _told(self, latents: torch.Tensor, stage: str) -> None:
        self._meter.step(stage, self._preview.of(latents) if self._ctx.wants_preview else None)


def _noise(predicted: torch.Tensor, latents: torch.Tensor, kept: float, kind: str) -> torch.Tensor:
    """The noise in `latents`, by what the network predicts; `kept` is ᾱ."""
    if kind == "v_prediction":  # Salimans and Ho 2022, appendix D
        return math.sqrt(1 - kept) * latents + math.sqrt(kept) * predicted
    if kind == "sample":
        return (latents - math.sqrt(kept) * predicted) / math.sqrt(1 - kept)
    return predicted
