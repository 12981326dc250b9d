"""The linear patch codec as a diffusers model, so that this recipe runs an export without the studio.

Equal to the one that the studio loads such an export with.
"""

from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from diffusers.models.autoencoders.vae import DecoderOutput
from diffusers.models.autoencoders.vq_model import VQEncoderOutput
from torch import Tensor, nn


class PatchCodec(ModelMixin, ConfigMixin):  # type: ignore[misc]  # diffusers is untyped
    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, latent_channels: int = 16, block_out_channels: tuple[int, ...] = (1, 1, 1)) -> None:
        super().__init__()
        patch = 2 ** (len(block_out_channels) - 1)
        self.encoder = nn.Conv2d(3, latent_channels, kernel_size=patch, stride=patch)
        self.decoder = nn.ConvTranspose2d(latent_channels, 3, kernel_size=patch, stride=patch)

    def encode(self, x: Tensor, return_dict: bool = True) -> VQEncoderOutput:
        return VQEncoderOutput(latents=self.encoder(x))

    def decode(self, h: Tensor, force_not_quantize: bool = True, return_dict: bool = True) -> DecoderOutput:
        return DecoderOutput(sample=self.decoder(h))
