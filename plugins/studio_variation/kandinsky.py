"""The decoder of Kandinsky 2.2, and of the starter: see `network.Network`."""

from typing import Any

import torch

from studio import api
from studio.diffusion import zero_embedding
from studio_variation import arithmetic
from studio_variation.decoder_network import Size

STRAY_SALT = 0x5EED  # the noise of an embedding must not be the beginning of the noise of its latents


class KandinskyDecoder:
    def __init__(self, ctx: api.Context, lease: api.Lease) -> None:
        self._lease, self._unet, self.codec = lease, lease["unet"], lease["movq"]
        self._negative = zero_embedding(ctx, lease)  # (1, D), to be guided away from
        self.dtype: torch.dtype = self._unet.dtype
        self.center: torch.Tensor = lease["prior"].clip_mean[0]

    def shape(self, size: Size) -> tuple[int, int, int, int]:
        # Latents come in whole squares of the codec's scale (diffusers' downscale_height_and_width).
        scale = 2 ** (len(self.codec.config.block_out_channels) - 1)
        width, height = (-(-side // scale**2) * scale for side in size)
        return 1, int(self._unet.config.in_channels), height, width

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.codec.encode(pixels)["latents"]
        return made

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.codec.decode(latents, force_not_quantize=True)["sample"]
        return made

    def condition(
        self, embedding: torch.Tensor, *, stray: float = 0.0, seed: int = 0, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        if stray and generator is not None:
            own = torch.Generator("cpu").manual_seed(seed ^ STRAY_SALT)
            noise = torch.randn(embedding.shape, generator=own)
            embedding = arithmetic.stray(embedding, stray, noise, self.center, self._lease["prior"].clip_std[0])
        return embedding.to(self._lease.device, self._unet.dtype)

    def predict(self, latents: torch.Tensor, time: Any, condition: torch.Tensor, guidance: float) -> torch.Tensor:
        """In the operations, and their order, of diffusers' KandinskyV22Pipeline."""
        if guidance <= 1:
            return self._run(latents, time, condition)
        negative = self._negative.to(condition).expand_as(condition)
        both = self._run(torch.cat([latents] * 2), time, torch.cat([negative, condition]))
        noise, variance = both.chunk(2, dim=1)
        away, toward = noise.chunk(2)
        return torch.cat([away + guidance * (toward - away), variance.chunk(2)[1]], dim=1)

    def _run(self, latents: torch.Tensor, time: Any, embeddings: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self._unet(
            sample=latents, timestep=time, encoder_hidden_states=None,
            added_cond_kwargs={"image_embeds": embeddings}, return_dict=False,
        )[0]  # fmt: skip
        return made
