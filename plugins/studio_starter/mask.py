"""Which part of a picture stays while the decoder learns to repaint the rest."""

import torch
from torch import Tensor

WHOLE = 0.6
"""Share of pictures of which nothing stays: text-to-image and variation."""


def masks(count: int, side: int, device: str = "cpu") -> Tensor:
    """(count, 1, side, side), 1 where the picture stays: all is repainted, or a box or an ellipse of any size, or all
    around one."""
    low, high = torch.rand(2, count, 2, 1, 1, device=device).sort(dim=0).values
    grid = (torch.arange(side, device=device) + 0.5) / side
    x, y = grid[None, None, :], grid[None, :, None]
    box = (x > low[:, 0]) & (x < high[:, 0]) & (y > low[:, 1]) & (y < high[:, 1])
    middle, half = (low + high) / 2, (high - low) / 2 + 1e-3
    oval = ((x - middle[:, 0]) / half[:, 0]) ** 2 + ((y - middle[:, 1]) / half[:, 1]) ** 2 < 1
    chance = torch.rand(3, count, 1, 1, device=device)
    hole = torch.where(chance[0] < 0.5, box, oval)
    hole = torch.where(chance[1] < 0.3, ~hole, hole)
    return (~hole & (chance[2] >= WHOLE)).float()[:, None]
