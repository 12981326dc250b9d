"""One training loop for all stages: seeded, resumable to the same result, with progress, ETA and atomic checkpoints."""

import errno
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file

CHECKPOINT_EVERY_S = 120
REPORT_EVERY_S = 15


class TrainingError(Exception):
    """One sentence for whoever runs the recipe."""


@dataclass
class Plan:
    """How long and how fast one stage learns."""

    pictures: int
    batch: int = 64
    rate: float = 1e-3
    """The learning rate at its height; it rises over the first 2 % and falls linearly to 2 % of itself."""
    decay: float = 0.01
    ema: float = 0.0
    """Of the averaged weights; 0 for none."""
    seed: int = 1

    def rate_at(self, done: int) -> float:
        share = done / max(1, self.pictures)
        return self.rate * min(1.0, share / 0.02 + 0.01) * max(0.02, 1 - 0.98 * share)


class Stage:
    """What is trained, with its optimiser, its average and its place in the data."""

    def __init__(self, name: str, work: Path, module: torch.nn.Module, plan: Plan) -> None:
        self.name = name
        self.module = module
        self.plan = plan
        self.done = 0
        self.file = work / f"{name}.safetensors"
        self._parameters = {name: p for name, p in module.named_parameters() if p.requires_grad}
        self._optimizer = torch.optim.AdamW(
            self._parameters.values(), lr=plan.rate, betas=(0.9, 0.99), weight_decay=plan.decay, fused=True
        )
        self._average = {name: p.detach().clone() for name, p in self._parameters.items()} if plan.ema else {}
        if self.file.exists():
            self._restore()

    @property
    def finished(self) -> bool:
        return self.done + self.plan.batch > self.plan.pictures

    def learn(self, loss: torch.Tensor, pictures: int) -> None:
        """One step of the optimiser for a loss over so many pictures."""
        for group in self._optimizer.param_groups:
            group["lr"] = self.plan.rate_at(self.done)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._parameters.values(), 1.0)
        self._optimizer.step()
        self.done += pictures
        if self._average:
            # A short memory at first, so that the average does not keep the random start.
            keep = min(self.plan.ema, (1 + self.done / self.plan.batch) / (10 + self.done / self.plan.batch))
            torch._foreach_lerp_(
                list(self._average.values()), [p.detach() for p in self._parameters.values()], 1 - keep
            )

    def weights(self) -> dict[str, torch.Tensor]:
        """The averaged weights where there are any, with the buffers."""
        return {**{name: tensor.detach().clone() for name, tensor in self.module.state_dict().items()}, **self._average}

    def save(self) -> None:
        """A checkpoint that is there whole or not at all; the last good one stays when the disk is full."""
        tensors = {f"module/{name}": tensor for name, tensor in self.module.state_dict().items()}
        tensors |= {f"average/{name}": tensor for name, tensor in self._average.items()}
        for name, parameter in self._parameters.items():
            state = self._optimizer.state.get(parameter, {})
            tensors |= {f"optimizer/{key}/{name}": value for key, value in state.items()}
        about = {"done": self.done, "pictures": self.plan.pictures}
        write_tensors(self.file, tensors, {"about": json.dumps(about)})

    def _restore(self) -> None:
        with safe_open(self.file, framework="pt") as stored:
            self.done = json.loads(stored.metadata()["about"])["done"]
            names = set(stored.keys())
            self.module.load_state_dict(
                {name: stored.get_tensor(f"module/{name}") for name in self.module.state_dict()}
            )
            for name in self._average:
                self._average[name].copy_(stored.get_tensor(f"average/{name}"))
            for name, parameter in self._parameters.items():
                if f"optimizer/exp_avg/{name}" in names:
                    # In the parameter's own memory format: the fused optimiser pairs numbers by their place in memory.
                    self._optimizer.state[parameter] = {
                        "step": stored.get_tensor(f"optimizer/step/{name}"),
                        **{
                            key: torch.empty_like(parameter).copy_(stored.get_tensor(f"optimizer/{key}/{name}"))
                            for key in ("exp_avg", "exp_avg_sq")
                        },
                    }


def write_tensors(file: Path, tensors: dict[str, torch.Tensor], about: dict[str, str] | None = None) -> None:
    """A safetensors file, written under another name first."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, temporary, about)
        temporary.replace(file)
    except (OSError, RuntimeError) as error:  # safetensors reports a full disk as either
        temporary.unlink(missing_ok=True)
        full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
        why = "the disk is full" if full else str(error)
        raise TrainingError(
            f"{file} could not be written ({why}); the last good checkpoint is kept. Make room and start again."
        ) from None


def train(stage: Stage, data: Iterable[Any], step: Callable[[Any], torch.Tensor], minutes: float | None = None) -> None:
    """Run `step` over batches until the plan, or the time, is at its end; checkpoints on the way."""
    started = saved = said = time.monotonic()
    first, mean = stage.done, 0.0
    for number, batch in enumerate(data):
        torch.manual_seed(stage.plan.seed * 1_000_003 + stage.done)
        loss = step(batch)
        stage.learn(loss, stage.plan.batch)
        value = float(loss.detach())
        mean = value if number == 0 else mean * 0.99 + value * 0.01
        now = time.monotonic()
        if now - said > REPORT_EVERY_S:
            said = now
            _report(stage, (stage.done - first) / (now - started), mean)
        if now - saved > CHECKPOINT_EVERY_S:
            saved = now
            stage.save()
        if minutes is not None and now - started > minutes * 60:
            break
    stage.save()
    _report(stage, (stage.done - first) / max(1e-6, time.monotonic() - started), mean)


def _report(stage: Stage, speed: float, loss: float) -> None:
    left = (stage.plan.pictures - stage.done) / max(speed, 1e-6) / 60
    print(  # noqa: T201 - the recipe's own progress
        f"{stage.name}: {stage.done:,} of {stage.plan.pictures:,} pictures, {speed:.0f}/s, loss {loss:.4f}, "
        f"{left:.0f} min left",
        file=sys.stderr,
        flush=True,
    )


def averaged(work: Path, name: str) -> dict[str, torch.Tensor]:
    """A stage's weights as they are to be used: averaged where it keeps an average."""
    file = work / f"{name}.safetensors"
    if not file.exists():
        raise TrainingError(f"{file} is not there; train that stage first: studio starter train {name}.")
    with safe_open(file, framework="pt") as stored:
        keys = list(stored.keys())
        found = {key.removeprefix("module/"): stored.get_tensor(key) for key in keys if key.startswith("module/")}
        found |= {key.removeprefix("average/"): stored.get_tensor(key) for key in keys if key.startswith("average/")}
    return found
