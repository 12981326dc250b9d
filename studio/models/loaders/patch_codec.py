"""PatchCodec: a linear autoencoder over patches, in the place of Kandinsky's MoVQ.

Encoding is one strided convolution, decoding its transpose; fitted by principal components, it needs no training
and costs nothing at run time. It answers to the calls that the Kandinsky 2.2 pipelines make of a VQModel.
"""

from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from diffusers.models.autoencoders.vae import DecoderOutput
from diffusers.models.autoencoders.vq_model import VQEncoderOutput
from torch import Tensor, nn


class PatchCodec(ModelMixin, ConfigMixin):  # type: ignore[misc]  # diffusers is untyped
    """Pictures (B, 3, H, W) in [-1, 1] to latents (B, latent_channels, H/patch, W/patch), and back.

    patch is 2 ** (len(block_out_channels) - 1), the rule by which the pipelines find the scale of a codec.
    """

    cheap_decode = True
    """Previews may decode in full: it costs next to nothing."""

    @register_to_config  # type: ignore[untyped-decorator]
    def __init__(self, latent_channels: int = 16, block_out_channels: tuple[int, ...] = (1, 1, 1)) -> None:
        super().__init__()
        patch = 2 ** (len(block_out_channels) - 1)
        self.encoder = nn.Conv2d(3, latent_channels, kernel_size=patch, stride=patch)
        self.decoder = nn.ConvTranspose2d(latent_channels, 3, kernel_size=patch, stride=patch)

    def encode(self, x: Tensor, return_dict: bool = True) -> VQEncoderOutput | tuple[Tensor]:
        latents = self.encoder(x)
        return VQEncoderOutput(latents=latents) if return_dict else (latents,)

    def decode(
        self, h: Tensor, force_not_quantize: bool = True, return_dict: bool = True
    ) -> DecoderOutput | tuple[Tensor]:
        sample = self.decoder(h)
        return DecoderOutput(sample=sample) if return_dict else (sample,)
