"""The starter's x4 upscaler: Real-ESRGAN's "Compact" network, by the key names that spandrel knows it by."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio_starter.codec import Codec
from studio_starter.damage import damage
from studio_starter.data import LARGE, SIDE, Batch, Pool, unit
from studio_starter.training import Plan, Stage, averaged, train

SCALE = LARGE // SIDE
FEATURES, LAYERS = 32, 8
CROP = 32
"""Pixels a side of the small pictures that it learns from."""


class Compact(nn.Module):
    """Pictures (B, 3, H, W) in [0, 1] to (B, 3, 4H, 4W): a residual on the nearest neighbour."""

    def __init__(self, features: int = FEATURES, layers: int = LAYERS) -> None:
        super().__init__()
        body: list[nn.Module] = [nn.Conv2d(3, features, 3, padding=1), nn.PReLU(features)]
        for _ in range(layers):
            body += [nn.Conv2d(features, features, 3, padding=1), nn.PReLU(features)]
        self.body = nn.ModuleList([*body, nn.Conv2d(features, 3 * SCALE**2, 3, padding=1)])

    def forward(self, small: Tensor) -> Tensor:
        found = small
        for layer in self.body:
            found = layer(found)
        return functional.pixel_shuffle(found, SCALE) + functional.interpolate(small, scale_factor=SCALE)


def crop(pictures: Tensor, side: int) -> Tensor:
    """The same random place of a large picture, on the grid of the small one."""
    top, left = (int(torch.randint(0, (SIDE - CROP) + 1, ())) * SCALE for _ in range(2))
    return pictures[:, :, top : top + side, left : left + side]


def edge_loss(found: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error of the differences between neighbours: sharp where the target is sharp."""
    across = (found.diff(dim=-1) - target.diff(dim=-1)).abs().mean()
    return across + (found.diff(dim=-2) - target.diff(dim=-2)).abs().mean()


def train_upscaler(work: Path, plan: Plan, pool: int, device: str = "cpu", minutes: float | None = None) -> None:
    codec = Codec.load(work, device)
    torch.manual_seed(plan.seed)
    module = Compact().to(device)
    stage = Stage("upscaler", work, module, plan)

    def step(batch: Batch) -> Tensor:
        large = crop(unit(batch.pixels).to(device), CROP * SCALE)
        small = damage(codec, functional.avg_pool2d(large, SCALE)) / 2 + 0.5
        with torch.autocast(device, torch.bfloat16):
            found = module(small)
        target = large / 2 + 0.5
        return functional.l1_loss(found.float(), target) + 0.5 * edge_loss(found.float(), target)

    train(stage, Pool(work, plan.seed, pool, LARGE).batches(stage.done, plan.pictures, plan.batch), step, minutes)


def load(work: Path, device: str = "cpu") -> Compact:
    module = Compact()
    module.load_state_dict(averaged(work, "upscaler"))
    return module.requires_grad_(False).eval().to(device)
