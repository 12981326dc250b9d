"""Shares: how much the words of each region count at each place of a picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch.nn.functional import interpolate

from studio.api._region import Region
from studio.api._task import Context
from studio.errors import UserError

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Shares:
    """`levels` (1 + R, 1, h, w) in [0, 1], the first of which is the prompt's; at each place they are 1 together."""

    levels: torch.Tensor

    def of(self, predicted: torch.Tensor) -> torch.Tensor:
        """(1 + R, …), each as it multiplies what is predicted: a picture (…, h, w), or a sequence (B, S, C)."""
        made = self.scaled(*predicted.shape[-2:]) if predicted.ndim > 3 else self.paired(predicted.shape[1])
        return made.to(predicted.device)

    def mixed(self, predicted: Sequence[torch.Tensor]) -> torch.Tensor:
        """One for the prompt and one for each region, put together."""
        rows = [share * each.float() for share, each in zip(self.of(predicted[0]), predicted, strict=True)]
        return torch.stack(rows).sum(0).to(predicted[0].dtype)

    def only(self, numbers: Sequence[int]) -> "Shares":
        return Shares(self.levels[list(numbers)])

    @property
    def size(self) -> tuple[int, int]:
        height, width = self.levels.shape[-2:]
        return height, width

    def scaled(self, height: int, width: int) -> torch.Tensor:
        """(1 + R, height, width)."""
        return interpolate(self.levels, size=(height, width), mode="area")[:, 0]

    def halved(self, places: int) -> torch.Tensor:
        """(1 + R, places, 1), for a level of a UNet with so many places; each half as wide as the one above."""
        height, width = self.size
        while height * width > places:
            height, width = math.ceil(height / 2), math.ceil(width / 2)
        return self.scaled(height, width).flatten(1)[:, :, None]

    def paired(self, places: int) -> torch.Tensor:
        """(1 + R, places, 1), for a transformer whose places are squares of four latents, row by row; what lies behind
        the picture's own, such as a picture that is edited, is the prompt's."""
        scaled = self.scaled(*(math.ceil(side / 2) for side in self.size)).flatten(1)
        if scaled.shape[1] > places:
            raise RuntimeError(f"{places} places for a picture of {scaled.shape[1]}")
        behind = torch.zeros(len(scaled), places - scaled.shape[1])
        behind[0] = 1
        return torch.cat([scaled, behind.to(scaled)], dim=1)[:, :, None]


def shares(
    ctx: Context, regions: Sequence[Region], grid: tuple[int, int], *, part: Box | None = None,
    whole: tuple[int, int] | None = None,
) -> Shares:  # fmt: skip
    """On a `grid` = (width, height) of latents. Where regions overlap they share the place; what is left is the
    prompt's.

    `part`: left, top, right, bottom of what is drawn, of a picture of the size `whole`, which a mask of another size is
    brought to. Raises UserError for a region that is empty or has no words.
    """
    stacked = torch.stack([_mask(each, ctx, grid, part, whole) for each in regions])
    parts = stacked / stacked.sum(0).clamp(min=1)
    return Shares(torch.cat([(1 - parts.sum(0))[None].clamp(min=0), parts])[:, None])


def _mask(
    region: Region, ctx: Context, grid: tuple[int, int], part: Box | None, whole: tuple[int, int] | None
) -> torch.Tensor:
    """(h, w) in [0, 1], times the region's weight."""
    if not region.prompt.strip():
        raise UserError("A region has no words; write what is to be seen there, or remove the region.", field="region")
    given = ctx.mask(region.mask)
    if given.getextrema() == (0, 0):
        raise UserError(
            "The region “{}” is empty: nothing of its mask is white. Paint it, or remove it.",
            region.prompt[:60], field="region",
        )  # fmt: skip
    if part is not None and whole is not None:
        fitted = given if given.size == whole else given.resize(whole, Image.Resampling.BILINEAR)
        given = fitted.crop(part)  # black beyond the edges
    made = given.resize(grid, Image.Resampling.BOX)
    levels = torch.frombuffer(bytearray(made.tobytes()), dtype=torch.uint8).reshape(grid[1], grid[0])
    return levels.float() / 255 * region.weight
