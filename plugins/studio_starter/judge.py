"""A classifier of its own that says what a picture shows; it shares no weights with the model that it judges."""

from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio_starter import upscaler
from studio_starter.codec import Codec
from studio_starter.damage import damage
from studio_starter.data import Batch, Pool, unit
from studio_starter.scale import Scale
from studio_starter.training import Run, TrainingStage, train

Answers = dict[str, str | None]
ANSWERS = "answers.json"
"""Beside an exported judge: fact -> what each row of its head stands for."""


class Judge(nn.Module):
    """Pictures (B, 3, side, side) in [-1, 1] to scores for every fact of a world that can be seen."""

    def __init__(self, scale: Scale) -> None:
        super().__init__()
        self.world, self.side, widths = scale.world, scale.side, scale.judge_widths
        layers: list[nn.Module] = []
        for before, after in zip((3, *widths), widths, strict=False):
            layers += [nn.Conv2d(before, after, 3, stride=2, padding=1), nn.GroupNorm(8, after), nn.SiLU()]
            layers += [nn.Conv2d(after, after, 3, padding=1), nn.GroupNorm(8, after), nn.SiLU()]
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(2), nn.Flatten())
        self.heads = nn.ModuleDict(
            {head(name): nn.Linear(4 * widths[-1], len(values)) for name, values in scale.world.facts.items()}
        )

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        features = self.body(pixels)
        return {name: self.heads[head(name)](features) for name in self.world.facts}

    def features(self, pixels: Tensor) -> Tensor:
        """(B, D) of pictures (B, 3, H, W): how it sees them, whatever is asked."""
        found: Tensor = self.body(functional.interpolate(pixels, size=(self.side, self.side), mode="area"))
        return found


def head(name: str) -> str:
    """The name of a fact's head."""
    return name.replace(" ", "_")


@torch.inference_mode()
def judge(module: Judge, pixels: Tensor) -> list[Answers]:
    """The answers for pictures (B, 3, H, W) in [-1, 1] of the world's side or a multiple."""
    scores = module(functional.interpolate(pixels, size=(module.side, module.side), mode="area"))
    chosen = {name: found.argmax(dim=1).tolist() for name, found in scores.items()}
    facts = module.world.facts
    return [{name: facts[name][rows[n]] for name, rows in chosen.items()} for n in range(len(pixels))]


def train_judge(work: Path, scale: Scale, run: Run) -> None:
    codec, larger = Codec.load(work, run.device), upscaler.load(work, scale, run.device)
    torch.manual_seed(run.seed)
    module = Judge(scale).to(run.device)
    stage = TrainingStage("judge", work, module, scale.plans["judge"], run)
    answer = run.compiled(module)
    columns = {name: at for at, name in enumerate(scale.world.facts)}

    def step(batch: Batch) -> Tensor:
        pixels = damage(codec, unit(batch.pixels), 0.6)
        with run.autocast():
            if batch.numbers.start // stage.plan.batch % 4 == 0:  # a quarter as the upscaler would show it
                with torch.no_grad():
                    pixels = functional.avg_pool2d(larger(pixels / 2 + 0.5).float(), larger.factor) * 2 - 1
            scores = answer(pixels)
        losses = [functional.cross_entropy(scores[n].float(), batch.labels[:, at]) for n, at in columns.items()]
        return torch.stack(losses).sum()

    pool = Pool(work, scale, run.seed, device=run.device).reside()
    train(stage, partial(pool.batches, count=stage.plan.batch), step, run)
