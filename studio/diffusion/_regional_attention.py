"""Words for regions by attention: where a UNet attends to words, each place attends to those of its region.

Each layer of attention to words is asked once for every region, and its answers are mixed by the masks. The half that
guidance leads away from stays as it is, and so does what no region covers.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import torch

from studio.api._model import Lease
from studio.diffusion._shares import Shares

Tensors = list[torch.Tensor]


@dataclass(frozen=True)
class Mixture:
    """How much of each region's words counts where."""

    shares: Shares
    states: Tensors
    """Of each region's words, (1, T, D)."""
    guided: bool

    @property
    def content(self) -> str:
        digest = hashlib.sha256(f"{self.shares.size} {self.guided}".encode())
        for tensor in (self.shares.levels, *self.states):
            digest.update(tensor.float().cpu().numpy().tobytes())
        return digest.hexdigest()


class RegionalAttention:
    """Stands around a layer's own processor, which it asks once for the prompt and once for each region."""

    def __init__(self, inner: Any, mixture: Mixture) -> None:
        self.inner, self.mixture = inner, mixture

    def __call__(
        self, attn: Any, hidden_states: torch.Tensor, encoder_hidden_states: Any = None, attention_mask: Any = None,
        temb: Any = None, **more: Any,
    ) -> torch.Tensor:  # fmt: skip
        def ask(states: torch.Tensor, words: Any) -> torch.Tensor:
            made: torch.Tensor = self.inner(
                attn, states, encoder_hidden_states=words, attention_mask=attention_mask, temb=temb, **more
            )
            return made

        made = ask(hidden_states, encoder_hidden_states)
        if encoder_hidden_states is None:
            return made
        count = len(hidden_states) // 2 if self.mixture.guided else len(hidden_states)
        shares = self.mixture.shares.halved(hidden_states.shape[1]).to(made)
        toward = shares[0] * made[-count:]
        for share, words in zip(shares[1:], self.mixture.states, strict=True):
            toward = toward + share * ask(hidden_states[-count:], _told(encoder_hidden_states, words, count))
        return torch.cat([made[:-count], toward])


def _told(given: Any, words: torch.Tensor, count: int) -> Any:
    """The region's words in the place of the prompt's; what an IP-Adapter puts beside them stays."""
    if isinstance(given, tuple):
        text, pictures = given
        return words.to(text).expand(count, -1, -1), [each[-count:] for each in pictures]
    return words.to(given).expand(count, -1, -1)


def attending(lease: Lease, mixture: Mixture) -> Any:
    """A variant of the lease's UNet that attends so."""

    def put(unet: Any) -> None:
        own = unet.attn_processors
        unet.set_attn_processor(
            {name: RegionalAttention(each, mixture) if ".attn2." in name else each for name, each in own.items()}
        )

    return lease.patched("unet", ("regions", lease.fingerprint, mixture.content), put)
