"""The starter's upscalers: Real-ESRGAN's "Compact" network, by the key names that spandrel knows it by.

The model's own one mends what its decoder does wrong on the way. The two that people use on their own pictures (x2, x4)
undo Pillow's bicubic reduction, learnt from renders and from dead leaves (Achddou et al. 2021), whose statistics are
those of photographs.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio_starter.codec import Codec
from studio_starter.damage import damage
from studio_starter.data import Batch, Pool, unit
from studio_starter.leaves import dead_leaves
from studio_starter.scale import PICTURE, Scale
from studio_starter.training import Run, Stage, averaged, train

FEATURES = 32
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


def crop(pictures: Tensor, side: int, grid: int) -> Tensor:
    """The same random place of all pictures, on the grid of the small ones."""
    top, left = (int(torch.randint(0, (pictures.shape[-1] - side) // grid + 1, ())) * grid for _ in range(2))
    return pictures[:, :, top : top + side, left : left + side]


def edge_loss(found: Tensor, target: Tensor) -> Tensor:
    """Mean absolute error of the differences between neighbours: sharp where the target is sharp."""
    across = (found.diff(dim=-1) - target.diff(dim=-1)).abs().mean()
    return across + (found.diff(dim=-2) - target.diff(dim=-2)).abs().mean()


def train_upscaler(work: Path, scale: Scale, run: Run) -> None:
    """The model's own."""
    codec = Codec.load(work, run.device)
    torch.manual_seed(run.seed)
    module = Compact(scale.factor, scale.upscaler_layers).to(run.device)
    stage = Stage("upscaler", work, module, scale.plans["upscaler"], run)

    def step(batch: Batch) -> Tensor:
        large = crop(unit(batch.pixels), CROP * scale.factor, 4 * scale.factor)
        small = damage(codec, functional.avg_pool2d(large, scale.factor)) / 2 + 0.5
        with run.autocast():
            found = module(small)
        target = large / 2 + 0.5
        return functional.l1_loss(found.float(), target) + 0.5 * edge_loss(found.float(), target)

    pool = Pool(work, scale, run.seed, count=scale.large_pool, size=PICTURE, device=run.device)
    train(stage, partial(pool.batches, count=stage.plan.batch), step, run)


def train_enlarger(factor: int, work: Path, scale: Scale, run: Run) -> None:
    """One for people's own pictures."""
    torch.manual_seed(run.seed)
    module = Compact(factor, scale.enlarger_layers, scale.enlarger_features).to(run.device)
    stage = Stage(f"enlarger-x{factor}", work, module, scale.plans[f"enlarger-x{factor}"], run)
    leaves = dead_leaves(work, run.seed, scale.large_pool)

    def step(pictures: Tensor) -> Tensor:
        target = crop(pictures.float() / 255, CROP * factor, factor)
        small = reduce(target, factor)
        with run.autocast():
            found = module(small)
        # The sum and the network's last layer need more than bfloat16's eight bits: the residual alone is rounded.
        return functional.l1_loss(found.float(), target)

    def batches(start: int, stop: object) -> Iterator[Tensor]:
        for batch in pool.batches(start, stop, stage.plan.batch):  # type: ignore[arg-type]
            places = batch.places % len(leaves)
            found = torch.from_numpy(leaves[places.cpu().numpy()]).to(run.device)
            half = len(found) // 2  # dead leaves and renders in equal parts
            yield turn(torch.cat([found[:half], batch.pixels[half:]]))

    pool = Pool(work, scale, run.seed, count=scale.large_pool, size=PICTURE, device=run.device)
    train(stage, batches, step, run)


def turn(pictures: Tensor) -> Tensor:
    """Turned and mirrored in one of the eight ways."""
    way = int(torch.randint(0, 8, ()))
    turned = torch.rot90(pictures, way % 4, dims=(-2, -1))
    return turned.flip(-1) if way > 3 else turned


def reduce(large: Tensor, factor: int) -> Tensor:
    """As Pillow's bicubic filter reduces 8-bit pictures, (B, 3, H, W) in [0, 1]; a test holds it to that."""
    size = (large.shape[-2] // factor, large.shape[-1] // factor)
    # Pillow's cubic has a = -0.5, and so has torch's antialiased one.
    small = functional.interpolate(large, size=size, mode="bicubic", antialias=True, align_corners=False)
    return (small.clamp(0, 1) * 255).round() / 255


def load(work: Path, scale: Scale, device: str = "cpu") -> Compact:
    module = Compact(scale.factor, scale.upscaler_layers)
    module.load_state_dict(averaged(work, "upscaler"))
    return module.requires_grad_(False).eval().to(device)
