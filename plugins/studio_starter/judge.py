"""A classifier of its own that says what a picture shows; it shares no weights with the model that it judges."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio_starter import upscaler
from studio_starter.codec import Codec
from studio_starter.damage import damage
from studio_starter.data import Batch, Pool, unit
from studio_starter.scene import COLORS, OBJECTS, Scene
from studio_starter.training import Plan, Stage, train

ANSWERS: dict[str, tuple[str | None, ...]] = {
    "object": OBJECTS, "color": COLORS, "background": COLORS, "hat": (None, *COLORS),
}  # fmt: skip
WIDTHS = (32, 48, 96, 128)


class Judge(nn.Module):
    """Pictures (B, 3, 64, 64) in [-1, 1] to scores for every question of ANSWERS."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in zip((3, *WIDTHS), WIDTHS, strict=False):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.GroupNorm(8, after), nn.SiLU()]
            layers += [nn.Conv2d(after, after, 3, padding=1), nn.GroupNorm(8, after), nn.SiLU()]
        self.body = nn.Sequential(*layers, nn.AvgPool2d(2), nn.Flatten())
        self.heads = nn.ModuleDict({name: nn.Linear(4 * WIDTHS[-1], len(found)) for name, found in ANSWERS.items()})

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        features = self.body(pixels)
        return {name: head(features) for name, head in self.heads.items()}


def targets(scenes: list[Scene]) -> dict[str, Tensor]:
    return {
        name: torch.tensor([answers.index(getattr(scene, name)) for scene in scenes])
        for name, answers in ANSWERS.items()
    }


@torch.inference_mode()
def judge(module: Judge, pixels: Tensor) -> list[dict[str, str | None]]:
    """The answers for pictures (B, 3, H, W) in [-1, 1] of 64 pixels a side or a multiple."""
    scores = module(functional.interpolate(pixels, size=(64, 64), mode="area"))
    chosen = {name: found.argmax(dim=1).tolist() for name, found in scores.items()}
    return [{name: ANSWERS[name][chosen[name][n]] for name in ANSWERS} for n in range(len(pixels))]


def train_judge(work: Path, plan: Plan, pool: int, device: str = "cpu", minutes: float | None = None) -> None:
    codec, larger = Codec.load(work, device), upscaler.load(work, device)
    torch.manual_seed(plan.seed)
    module = Judge().to(device)
    stage = Stage("judge", work, module, plan)

    def step(batch: Batch) -> Tensor:
        pixels = damage(codec, unit(batch.pixels).to(device), 0.6)
        with torch.autocast(device, torch.bfloat16):
            if batch.numbers.start // plan.batch % 4 == 0:  # a quarter as the upscaler would show it
                with torch.no_grad():
                    pixels = functional.avg_pool2d(larger(pixels / 2 + 0.5).float(), upscaler.SCALE) * 2 - 1
            scores = module(pixels)
        wanted = targets(batch.scenes)
        losses = [functional.cross_entropy(scores[name].float(), wanted[name].to(device)) for name in ANSWERS]
        return torch.stack(losses).sum()

    data = Pool(work, plan.seed, pool).batches(stage.done, plan.pictures, plan.batch)
    train(stage, data, step, minutes)
