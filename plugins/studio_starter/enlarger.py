"""The upscalers for people's own pictures (x2, x4): they undo Pillow's bicubic reduction.

They learn from renders of all worlds and from dead leaves, whose statistics are those of photographs.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from studio_starter.data import draw, drawn
from studio_starter.leaves import leaf_picture
from studio_starter.scale import PICTURE, Scale
from studio_starter.training import Run, TrainingStage, train
from studio_starter.upscaler import Compact
from studio_starter.world import WORLDS

CROP = 32
"""Pixels a side of the small pictures that they learn from."""
CHUNK = 16
"""Pictures that one process draws at a time."""


def train_enlarger(factor: int, work: Path, scale: Scale, run: Run) -> None:
    torch.manual_seed(run.seed)
    name = f"upscaler-x{factor}"
    module = Compact(factor, scale.enlarger_layers, scale.enlarger_features)
    module = module.to(run.device).to(memory_format=torch.channels_last)
    stage = TrainingStage(name, work, module, scale.plans[name], run)
    enlarge = run.compiled(module)
    pool = pictures(work, run.seed, scale.large_pool)

    def step(target: Tensor) -> Tensor:
        target = turn(target.to(run.device).float() / 255)
        small = reduce(target, factor).contiguous(memory_format=torch.channels_last)
        # On processors float32 is faster, for so few channels. bfloat16 rounds the residual alone, not the sum.
        with nullcontext() if run.device == "cpu" else run.autocast():
            found = enlarge(small)
        return functional.l1_loss(found.float(), target)

    train(stage, partial(_batches, pool, count=stage.plan.batch, side=CROP * factor, seed=run.seed), step, run)


def pictures(work: Path, seed: int, count: int) -> np.ndarray:
    """(count, 3, 256, 256) uint8, drawn once into the work folder."""
    file = work / f"scenery-{seed}-{count}.npy"
    if not file.exists():
        drawn(file, (count, 3, PICTURE, PICTURE), np.uint8, partial(_drawn, seed), CHUNK)
    found: np.ndarray = np.load(file, mmap_mode="r")
    return found


def _drawn(seed: int, numbers: range) -> np.ndarray:
    return np.stack([_picture(seed * 1_000_003 + number) for number in numbers])


def _picture(number: int) -> np.ndarray:
    """Dead leaves and renders in turn, renders of each world in turn; none of what is held out."""
    if number % 2 == 0:
        return leaf_picture(number)
    worlds = list(WORLDS.values())
    world = worlds[number // 2 % len(worlds)]
    return draw(world, world.sample_from(random.Random(f"scenery/{number}"), False), PICTURE)


def _batches(
    pool: np.ndarray, start: int, stop: Callable[[], int], *, count: int, side: int, seed: int
) -> Iterator[Tensor]:
    """(count, 3, side, side) uint8, picture n of a seed always the same one, cut at the same place."""
    while start + count <= stop():
        rng = np.random.default_rng((seed, start))
        places = rng.integers(0, len(pool), count)
        corners = rng.integers(0, PICTURE - side + 1, (count, 2))
        cut = [pool[place, :, top : top + side, left : left + side]
               for place, (top, left) in zip(places, corners, strict=True)]  # fmt: skip
        yield torch.from_numpy(np.stack(cut))
        start += count


def turn(found: Tensor) -> Tensor:
    """Turned and mirrored in one of the eight ways."""
    way = int(torch.randint(0, 8, ()))
    turned = torch.rot90(found, way % 4, dims=(-2, -1))
    return turned.flip(-1) if way > 3 else turned


def reduce(large: Tensor, factor: int) -> Tensor:
    """As Pillow's bicubic filter reduces 8-bit pictures, (B, 3, H, W) in [0, 1]; a test holds it to that."""
    height, width = large.shape[-2:]
    # Pillow's cubic has a = -0.5, and so has torch's. Pillow reduces the rows first, and rounds in between.
    for size in ((height, width // factor), (height // factor, width // factor)):
        large = functional.interpolate(large, size=size, mode="bicubic", antialias=True, align_corners=False)
        large = (large.clamp(0, 1) * 255).round() / 255
    return large
