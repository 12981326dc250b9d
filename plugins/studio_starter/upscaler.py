"""The model's own upscaler, which mends what its decoder does wrong on the way; and the network of all upscalers:
Real-ESRGAN's "Compact", by the key names that spandrel knows it by."""

from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio_starter.codec import Codec
from studio_starter.damage import damage
from studio_starter.data import Batch, Pool, unit
from studio_starter.redraw import redrawn, taken
from studio_starter.scale import PICTURE, Scale
from studio_starter.training import Run, TrainingStage, averaged, train

FEATURES = 32
REDRAWN = 0.8
"""Share of pictures that the decoder has drawn anew; the others are damaged in ways of our own."""
CROP = 32
"""Pixels a side of the small pictures that it learns from."""


class Compact(nn.Module):
    """Pictures (B, 3, H, W) in [0, 1] to (B, 3, sH, sW): a residual on the nearest neighbour."""

    def __init__(self, factor: int, layers: int, features: int = FEATURES) -> None:
        super().__init__()
        self.factor = factor
        body: list[nn.Module] = [nn.Conv2d(3, features, 3, padding=1), nn.PReLU(features)]
        for _ in range(layers):
            body += [nn.Conv2d(features, features, 3, padding=1), nn.PReLU(features)]
        self.body = nn.ModuleList([*body, nn.Conv2d(features, 3 * factor**2, 3, padding=1)])

    def forward(self, small: Tensor) -> Tensor:
        found = small
        for layer in self.body:
            found = layer(found)
        return functional.pixel_shuffle(found, self.factor) + functional.interpolate(small, scale_factor=self.factor)


def crops(large: Tensor, small: Tensor, side: int, grid: int) -> tuple[Tensor, Tensor]:
    """The same random place of all pictures, `side` pixels of the small ones, on a grid of theirs."""
    factor = large.shape[-1] // small.shape[-1]
    top, left = (int(torch.randint(0, (small.shape[-1] - side) // grid + 1, ())) * grid for _ in range(2))
    cut = small[:, :, top : top + side, left : left + side]
    top, left, side = top * factor, left * factor, side * factor
    return large[:, :, top : top + side, left : left + side], cut


def edge_loss(found: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error of the differences between neighbours: sharp where the target is sharp."""
    across = (found.diff(dim=-1) - target.diff(dim=-1)).abs().mean()
    return across + (found.diff(dim=-2) - target.diff(dim=-2)).abs().mean()


def train_upscaler(work: Path, scale: Scale, run: Run) -> None:
    codec = Codec.load(work, run.device)
    torch.manual_seed(run.seed)
    module = Compact(scale.factor, scale.upscaler_layers).to(run.device)
    stage = TrainingStage("upscaler", work, module, scale.plans["upscaler"], run)
    enlarge = run.compiled(module)
    pool = Pool(work, scale, run.seed, count=scale.redrawn, size=PICTURE, device=run.device)
    again = redrawn(work, scale, run, pool)

    def step(batch: Batch) -> Tensor:
        large, worn = crops(unit(batch.pixels), taken(again, batch.numbers, run.device), CROP, 4)
        damaged = damage(codec, functional.avg_pool2d(large, scale.factor))
        is_redrawn = torch.rand(len(large), 1, 1, 1, device=run.device) < REDRAWN
        small = torch.where(is_redrawn, worn, damaged) / 2 + 0.5
        with run.autocast():
            found = enlarge(small)
        target = large / 2 + 0.5
        return functional.l1_loss(found.float(), target) + 0.5 * edge_loss(found.float(), target)

    train(stage, partial(pool.batches, count=stage.plan.batch), step, run)


def load(work: Path, scale: Scale, device: str = "cpu") -> Compact:
    module = Compact(scale.factor, scale.upscaler_layers)
    module.load_state_dict(averaged(work, "upscaler"))
    return module.requires_grad_(False).eval().to(device)
