"""The decoder of Kandinsky 2.2 over a lease, step by step: for what its pipelines in diffusers do not do."""

import torch

from studio.api._model import Lease
from studio.diffusion._repaint import whole


class KandinskyDecoder:
    """Its UNet and its codec: image embeddings (B, D) to latents (B, C, h, w), and those to pixels."""

    def __init__(self, lease: Lease) -> None:
        self.unet, self.codec = lease["unet"], lease["movq"]
        self.channels = int(self.codec.config.latent_channels)
        self.cell = 2 ** (len(self.codec.config.block_out_channels) - 1)
        """Pixels a side for one latent."""
        self.dtype: torch.dtype = self.unet.dtype
        self._plain = whole(self.unet, self.channels)

    @property
    def repaints(self) -> bool:
        """Whether its UNet was trained to see the picture and the mask besides."""
        return bool(self.unet.config.in_channels != self.channels)

    def shape(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Of the latents of one picture of `size` = (width, height) pixels."""
        # They come in whole squares of the codec's scale (diffusers' downscale_height_and_width).
        width, height = (-(-side // self.cell**2) * self.cell for side in size)
        return 1, self.channels, height, width

    @torch.inference_mode()
    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, 3, h, w) in [-1, 1] to latents."""
        made: torch.Tensor = self.codec.encode(pixels.to(self.codec.device, self.codec.dtype)).latents
        return made.to(self.dtype)

    @torch.inference_mode()
    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents to (B, 3, h, w), nominally in [-1, 1]."""
        made: torch.Tensor = self.codec.decode(latents.to(self.codec.dtype), force_not_quantize=True).sample
        return made

    def predict(
        self,
        latents: torch.Tensor,
        time: torch.Tensor,
        toward: torch.Tensor,
        away: torch.Tensor | None = None,
        guidance: float = 1.0,
        seen: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """(B, 2 C, h, w): noise and variance, for `toward`, guided away from `away` (both (B, D)) if there is one.

        In the operations, and their order, of diffusers' KandinskyV22Pipeline. `seen`: (B, C + 1, h, w), the latents to
        keep and their mask, for a UNet that repaints.
        """
        unet, given = (self._plain, latents) if seen is None else (self.unet, torch.cat([latents, seen], dim=1))
        if away is None:
            return _run(unet, given, time, toward)
        both = _run(unet, torch.cat([given] * 2), time, torch.cat([away, toward]))
        noise, variance = both.chunk(2, dim=1)
        unwanted, wanted = noise.chunk(2)
        return torch.cat([unwanted + guidance * (wanted - unwanted), variance.chunk(2)[1]], dim=1)


def _run(unet: torch.nn.Module, latents: torch.Tensor, time: torch.Tensor, embeddings: torch.Tensor) -> torch.Tensor:
    made: torch.Tensor = unet(
        sample=latents,
        timestep=time,
        encoder_hidden_states=None,
        added_cond_kwargs={"image_embeds": embeddings},
        return_dict=False,
    )[0]
    return made
