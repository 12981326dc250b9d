"""The decoder of Stable Diffusion 2.1 unCLIP: see `decoder_network.DecoderNetwork`.

It is told how much noise its image embedding has, so that straying is the very thing that it was trained for.
"""

from typing import Any

import torch
from diffusers.models.embeddings import get_timestep_embedding

from studio import api
from studio.diffusion import build_pipeline
from studio_variation.decoder_network import Size


class StableUnclipNetwork:
    def __init__(self, ctx: api.Context, lease: api.Lease) -> None:
        self._lease, self._unet, self.codec = lease, lease["unet"], lease["vae"]
        self._normalizer, self._noising = lease["image_normalizer"], lease["image_noising_scheduler"]
        self.dtype: torch.dtype = self._unet.dtype
        self.center: torch.Tensor = self._normalizer.mean.detach()[0]
        # Its pictures are varied without words, but it was trained with some: the empty ones are its "none".
        with torch.no_grad():
            self._words, _ = build_pipeline(ctx, lease, "variation").encode_prompt(
                prompt="", device=lease.device, num_images_per_prompt=1, do_classifier_free_guidance=False
            )

    def shape(self, size: Size) -> tuple[int, int, int, int]:
        scale = 2 ** (len(self.codec.config.block_out_channels) - 1)
        return 1, int(self._unet.config.in_channels), size[1] // scale, size[0] // scale

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.codec.encode(pixels).latent_dist.mode() * self.codec.config.scaling_factor
        return made

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.codec.decode(latents / self.codec.config.scaling_factor, return_dict=False)[0]
        return made

    def condition(
        self, embedding: torch.Tensor, *, stray: float = 0.0, seed: int = 0, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        """(1, 2 D): the embedding under noise of that level, and the level, as StableUnCLIPImg2ImgPipeline makes it."""
        embedding = embedding.to(self._lease.device, self._normalizer.mean.dtype)
        level = torch.tensor([self._level(stray)], device=embedding.device)
        if generator is not None:
            noise = torch.randn(embedding.shape, generator=generator, dtype=embedding.dtype).to(embedding.device)
            scaled = self._noising.add_noise(self._normalizer.scale(embedding), timesteps=level, noise=noise)
            embedding = self._normalizer.unscale(scaled)
        told = get_timestep_embedding(level, embedding.shape[-1], flip_sin_to_cos=True, downscale_freq_shift=0)
        return torch.cat([embedding, told.to(embedding.dtype)], dim=1)

    def _level(self, stray: float) -> int:
        """The time of the noising scheduler at which noise has that share, sqrt(1 - ᾱ); 0 is the least there is."""
        share = (1 - self._noising.alphas_cumprod).sqrt()
        return int((share - stray).abs().argmin()) if stray else 0

    def predict(self, latents: torch.Tensor, time: Any, condition: torch.Tensor, guidance: float) -> torch.Tensor:
        """In the operations, and their order, of diffusers' StableUnCLIPImg2ImgPipeline."""
        if guidance <= 1:
            return self._run(latents, time, condition)
        both = torch.cat([torch.zeros_like(condition), condition])
        away, toward = self._run(torch.cat([latents] * 2), time, both).chunk(2)
        return away + guidance * (toward - away)

    def _run(self, latents: torch.Tensor, time: Any, condition: torch.Tensor) -> torch.Tensor:
        words = self._words.expand(len(latents), -1, -1)
        made: torch.Tensor = self._unet(
            latents, time, encoder_hidden_states=words, class_labels=condition, return_dict=False
        )[0]
        return made
