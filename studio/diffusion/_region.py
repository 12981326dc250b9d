"""Words for regions: where a UNet attends to words, each place attends to those of its region.

Each layer of attention to words is asked once for every region, and its answers are mixed by the masks. (The other way,
latents that are composed of several, needs a run of the whole UNet for each region, and shows seams.) The half that
guidance leads away from stays as it is, and so does what no region covers.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image
from torch.nn.functional import interpolate

from studio.api._model import Lease
from studio.api._region import Region
from studio.api._task import Context
from studio.errors import UserError

Tensors = list[torch.Tensor]


@dataclass(frozen=True)
class Mixture:
    """How much of each region's words counts where: `shares` (1 + R, 1, h, w), the first of which is the prompt's."""

    shares: torch.Tensor
    states: Tensors
    """Of each region's words, (1, T, D)."""
    guided: bool

    def at(self, places: int) -> torch.Tensor:
        """(1 + R, places, 1), for a level of the UNet with so many places; each half as wide as the one above."""
        height, width = self.shares.shape[-2:]
        while height * width > places:
            height, width = math.ceil(height / 2), math.ceil(width / 2)
        scaled = interpolate(self.shares, size=(height, width), mode="area")
        return scaled.flatten(1)[:, :, None]


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
        shares = self.mixture.at(hidden_states.shape[1]).to(made)
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


def regional(
    ctx: Context, lease: Lease, pipeline: Any, regions: Sequence[Region], size: tuple[int, int], *, guided: bool = True
) -> None:
    """Have a pipeline that `build_pipeline` made read each region's words where its mask is; nothing for no regions.

    `size`: (width, height) of the result; `guided`: whether its guidance is above 1. Raises UserError for a model whose
    network is no UNet that attends to words, and for a region that is empty.
    """
    acting = [each for each in regions if each.weight]
    if not acting:
        return
    if "unet" not in lease or not lease.about.long_prompts:
        raise UserError(
            "The model {} reads no words for regions; remove them, or choose a model of Stable Diffusion 1.5, 2.1 or "
            "XL.",
            repr(lease.title), field="region", code="unsupported_operation",
        )  # fmt: skip
    if guided and lease["unet"].config.time_cond_proj_dim is not None:
        guided = False
    scale = pipeline.vae_scale_factor
    masks = [_mask(each, ctx, (math.ceil(size[0] / scale), math.ceil(size[1] / scale))) for each in acting]
    states = [_states(pipeline, lease, each.prompt) for each in acting]
    mixture = Mixture(_shares(masks).to(lease.device), states, guided)
    key = ("regions", lease.fingerprint, _content(mixture, acting))
    pipeline.unet = lease.patched("unet", key, lambda unet: _put(unet, mixture))


def _put(unet: Any, mixture: Mixture) -> None:
    own = unet.attn_processors
    unet.set_attn_processor(
        {name: RegionalAttention(each, mixture) if ".attn2." in name else each for name, each in own.items()}
    )


def _mask(region: Region, ctx: Context, size: tuple[int, int]) -> torch.Tensor:
    """(h, w) in [0, 1], times the region's weight."""
    given = ctx.mask(region.mask)
    if given.getextrema() == (0, 0):
        raise UserError(
            "The region “{}” is empty: nothing of its mask is white. Paint it, or remove it.",
            region.prompt[:60], field="region",
        )  # fmt: skip
    made = given.resize(size, Image.Resampling.BOX)
    levels = torch.frombuffer(bytearray(made.tobytes()), dtype=torch.uint8).reshape(size[1], size[0])
    return levels.float() / 255 * region.weight


def _shares(masks: Tensors) -> torch.Tensor:
    """Where regions overlap they share the place; what is left is the prompt's."""
    stacked = torch.stack(masks)
    total = stacked.sum(0)
    parts = stacked / total.clamp(min=1)
    return torch.cat([(1 - parts.sum(0))[None].clamp(min=0), parts])[:, None]


def _states(pipeline: Any, lease: Lease, words: str) -> torch.Tensor:
    """(1, T, D), as the pipeline's own prompt is read."""
    with torch.no_grad():
        made, *_ = pipeline.encode_prompt(
            prompt=words, device=lease.device, num_images_per_prompt=1, do_classifier_free_guidance=False
        )
    found: torch.Tensor = made
    return found


def _content(mixture: Mixture, regions: Sequence[Region]) -> str:
    digest = hashlib.sha256(mixture.shares.cpu().numpy().tobytes())
    digest.update(repr(([each.prompt for each in regions], mixture.guided)).encode())
    return digest.hexdigest()
