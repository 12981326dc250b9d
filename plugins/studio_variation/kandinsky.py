"""The decoder of Kandinsky 2.2, and of the starter: see `decoder_network.DecoderNetwork`."""

from typing import Any

import torch

from studio import api
from studio.diffusion import KandinskyDecoder, zero_embedding
from studio_variation import arithmetic
from studio_variation.decoder_network import Size

STRAY_SALT = 0x5EED  # the noise of an embedding must not be the beginning of the noise of its latents


class KandinskyNetwork:
    def __init__(self, ctx: api.Context, lease: api.Lease) -> None:
        self._lease, self._decoder = lease, KandinskyDecoder(lease)
        self._negative = zero_embedding(ctx, lease)  # (1, D), to be guided away from
        self.codec, self.dtype = self._decoder.codec, self._decoder.dtype
        self.center: torch.Tensor = lease["prior"].clip_mean[0]

    def shape(self, size: Size) -> tuple[int, int, int, int]:
        return self._decoder.shape(size)

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        return self._decoder.encode(pixels)

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return self._decoder.decode(latents)

    def condition(
        self, embedding: torch.Tensor, *, stray: float = 0.0, seed: int = 0, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        if stray and generator is not None:
            own = torch.Generator("cpu").manual_seed(seed ^ STRAY_SALT)
            noise = torch.randn(embedding.shape, generator=own)
            embedding = arithmetic.stray(embedding, stray, noise, self.center, self._lease["prior"].clip_std[0])
        return embedding.to(self._lease.device, self.dtype)

    def predict(self, latents: torch.Tensor, time: Any, condition: torch.Tensor, guidance: float) -> torch.Tensor:
        away = self._negative.to(condition).expand_as(condition) if guidance > 1 else None
        return self._decoder.predict(latents, time, condition, away, guidance)
