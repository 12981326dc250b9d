"""The starter's codec, in the place of Kandinsky's MoVQ: principal components of 4x4 patches, nothing to train.

Each component is divided by the fourth root of its variance, so that large ones stay larger but do not drown the
small ones; one global scale then makes the latents' mean variance 1.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from studio_starter.data import Pool, unit
from studio_starter.scale import Scale
from studio_starter.training import Run, write_tensors

CHANNELS, PATCH = 16, 4
FILE = "codec.safetensors"


def fit(pixels: Tensor) -> dict[str, Tensor]:
    """Weights of a strided convolution and its transpose, from pictures (B, 3, H, W) in [-1, 1]."""
    mean = pixels.mean(dim=(0, 2, 3))
    patches = functional.unfold(pixels - mean[:, None, None], PATCH, stride=PATCH).transpose(1, 2).flatten(0, 1)
    variance, basis = torch.linalg.eigh((patches.T @ patches / len(patches)).double())
    variance, basis = variance.flip(0)[:CHANNELS].float(), basis.flip(1)[:, :CHANNELS].T.float()
    size = variance**0.25 * variance.sqrt().mean().sqrt()
    shape = (CHANNELS, 3, PATCH, PATCH)
    encoder = (basis / size[:, None]).reshape(shape)
    return {
        "encoder.weight": encoder.contiguous(),
        "encoder.bias": -(encoder * mean[None, :, None, None]).sum(dim=(1, 2, 3)),
        "decoder.weight": (basis * size[:, None]).reshape(shape).contiguous(),
        "decoder.bias": mean,
    }


def train_codec(work: Path, scale: Scale, run: Run) -> None:
    pixels = Pool(work, scale, run.seed).pixels(range(min(scale.pool, 4000)))
    write_tensors(work / FILE, fit(unit(pixels)))


class Codec:
    """The fitted codec: pictures (B, 3, H, W) in [-1, 1] to latents (B, 16, H/4, W/4), and back."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        self.weights = weights

    @classmethod
    def load(cls, work: Path, device: str = "cpu") -> "Codec":
        return cls({name: tensor.to(device) for name, tensor in load_file(work / FILE).items()})

    def encode(self, pixels: Tensor) -> Tensor:
        return functional.conv2d(pixels, self.weights["encoder.weight"], self.weights["encoder.bias"], stride=PATCH)

    def decode(self, latents: Tensor) -> Tensor:
        weight, bias = self.weights["decoder.weight"], self.weights["decoder.bias"]
        return functional.conv_transpose2d(latents, weight, bias, stride=PATCH)
