"""What the walks between noise and a picture need of a model family."""

from typing import Any, Protocol

import torch

Size = tuple[int, int]
KANDINSKY, STABLE = "kandinsky22", "sd21-unclip"
FAMILIES = (KANDINSKY, STABLE)
REDUX = "flux-redux"
"""Which reads a picture in a way of its own, and only varies it: see redux.py."""


class DecoderNetwork(Protocol):
    """A decoder of image embeddings (B, D), with the codec between its latents (B, C, h, w) and pixels."""

    codec: Any
    dtype: torch.dtype
    """Of the latents."""
    center: torch.Tensor
    """(D,): the average image embedding, as the model learned it."""

    def shape(self, size: Size) -> tuple[int, int, int, int]:
        """Of the latents of one picture of `size` = (width, height) pixels."""

    def encode(self, pixels: torch.Tensor) -> torch.Tensor:
        """(1, 3, h, w) in [-1, 1] to latents."""

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents to (B, 3, h, w), nominally in [-1, 1]."""

    def condition(
        self, embedding: torch.Tensor, *, stray: float = 0.0, seed: int = 0, generator: torch.Generator | None = None
    ) -> torch.Tensor:
        """What `predict` is told of an embedding (1, D) that strays by `stray`, 0 … 1; see `space.stray`.

        Without a generator nothing is drawn: the embedding as it is.
        """

    def predict(self, latents: torch.Tensor, time: Any, condition: torch.Tensor, guidance: float) -> torch.Tensor:
        """What a scheduler takes for one step: C channels, or 2 C with a learned variance, for one that knows it."""
