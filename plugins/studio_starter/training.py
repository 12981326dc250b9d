"""One training loop for all stages: seeded, resumable to the same result, with progress, ETA and atomic checkpoints."""

import errno
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch.nn.attention import SDPBackend, sdpa_kernel

from studio.diffusion import knows_bfloat16

CHECKPOINT_EVERY_S = 60
REPORT_EVERY_S = 15
WARM_STEPS = 8
FITTING = 0.03
"""Share of a stage's time in which its speed is measured."""


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
    share: float = 0.0
    """Of the time of all stages together, where a run has to fit into one."""

    def rate_at(self, done: int) -> float:
        share = done / max(1, self.pictures)
        return self.rate * min(1.0, share / 0.02 + 0.01) * max(0.02, 1 - 0.98 * share)


@dataclass(frozen=True)
class Run:
    """Where and for how long to train."""

    device: str = "cpu"
    seed: int = 1
    pictures: int | None = None
    """Instead of the plan's."""
    minutes: float | None = None
    """Stop after this time, with a checkpoint, wherever the plan is."""
    within: float | None = None
    """Minutes that a whole stage may take: the speed of its first steps tells how many pictures it plans."""
    compile: bool = False
    """Compile networks first: minutes once, then nearly twice the speed on a CPU; that asks for a C++ compiler."""

    def compiled(self, module: torch.nn.Module) -> Callable[..., Any]:
        """The module as training calls it."""
        made: Callable[..., Any] = torch.compile(module) if self.compile else module
        return made

    def autocast(self) -> Any:
        return autocast(self.device)


def compiler() -> str | None:
    """The C++ compiler that torch would call."""
    return shutil.which(os.environ.get("CXX") or {"win32": "cl", "darwin": "clang++"}.get(sys.platform, "g++"))


def autocast(device: str) -> Any:
    """bfloat16, where the device computes with it."""
    return torch.autocast(device.split(":")[0], torch.bfloat16, enabled=knows_bfloat16(device))


def attention(device: str) -> Any:
    """The kernel of attention that learns fastest: on CPUs the fused one takes half of CLIP's time on its way back
    (benchmarks/training.py)."""
    return sdpa_kernel(SDPBackend.MATH) if device == "cpu" else nullcontext()


class TrainingStage:
    """What is trained, with its optimiser, its average and its place in the data."""

    def __init__(self, name: str, work: Path, module: torch.nn.Module, plan: Plan, run: Run) -> None:
        self.name = name
        self.module = module
        self.plan = replace(plan, seed=run.seed, pictures=run.pictures or plan.pictures)
        self.done = 0
        self.fitted = run.within is None
        """Whether the plan's length is settled."""
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
        about = {"done": self.done, "pictures": self.plan.pictures, "fitted": self.fitted,
                 "finished": self.finished}  # fmt: skip
        write_tensors(self.file, tensors, {"about": json.dumps(about)})

    def _restore(self) -> None:
        with safe_open(self.file, framework="pt") as stored:
            about = json.loads(stored.metadata()["about"])
            self.done = about["done"]
            if not self.fitted and about.get("fitted"):
                self.plan.pictures, self.fitted = about["pictures"], True
            names = set(stored.keys())
            own = self.module.state_dict()
            if {f"module/{name}" for name in own} != {name for name in names if name.startswith("module/")} or any(
                list(own[name].shape) != stored.get_slice(f"module/{name}").get_shape() for name in own
            ):
                raise TrainingError(
                    f"{self.file} is of a model of another scale; it was left as it is. "
                    "Give another folder with --work."
                )
            self.module.load_state_dict({name: stored.get_tensor(f"module/{name}") for name in own})
            for name in self._average:
                self._average[name].copy_(stored.get_tensor(f"average/{name}"))
            for name, parameter in self._parameters.items():
                if f"optimizer/exp_avg/{name}" in names:
                    # In the parameter's own memory format: the fused optimiser pairs numbers by their place in memory.
                    self._optimizer.state[parameter] = {
                        # The fused optimiser counts its steps where the parameters are.
                        "step": stored.get_tensor(f"optimizer/step/{name}").to(parameter.device),
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


def train(
    stage: TrainingStage, batches: Callable[[int, Callable[[], int]], Iterable[Any]],
    step: Callable[[Any], torch.Tensor], run: Run,
) -> None:  # fmt: skip
    """Run `step` over batches until the plan, or the time, is at its end; checkpoints on the way."""
    clock = _Clock(stage, run)
    with attention(run.device):
        for batch in batches(stage.done, lambda: stage.plan.pictures):
            torch.manual_seed(stage.plan.seed * 1_000_003 + stage.done)
            loss = step(batch)
            stage.learn(loss, stage.plan.batch)
            if clock.tick(loss.detach()):
                break
    stage.save()
    clock.report()


class _Clock:
    """When to report, to save and to stop; and how many pictures fit into the time, where that is asked."""

    def __init__(self, stage: TrainingStage, run: Run) -> None:
        self._stage, self._run = stage, run
        self._started = self._saved = self._said = time.monotonic()
        self._first = stage.done
        self._warm: tuple[float, int] | None = None
        self._mean: torch.Tensor | None = None

    def tick(self, loss: torch.Tensor) -> bool:
        """After each step; whether time is up. It does not wait for a GPU, but at reports."""
        self._mean = loss.clone() if self._mean is None else self._mean.lerp(loss, 0.01)
        now = time.monotonic()
        if not self._stage.fitted:
            self._fit()
        if now - self._said > REPORT_EVERY_S:
            self._said = now
            self.report()
        if now - self._saved > CHECKPOINT_EVERY_S:
            self._saved = now
            self._stage.save()
        return self._run.minutes is not None and now - self._started > self._run.minutes * 60

    def _fit(self) -> None:
        """The first steps are slow (memory is laid out, kernels are chosen): they only warm up."""
        stage, within_s = self._stage, (self._run.within or 0) * 60
        if self._mean is not None:
            float(self._mean)  # waits for the GPU
        now = time.monotonic()
        if self._warm is None:
            if stage.done - self._first >= WARM_STEPS * stage.plan.batch:
                self._warm = now, stage.done
        elif now - self._warm[0] > within_s * FITTING:
            speed = (stage.done - self._warm[1]) / (now - self._warm[0])
            left_s = max(0.0, within_s - (now - self._started))
            stage.plan.pictures, stage.fitted = stage.done + int(speed * left_s), True
            self.report()

    def report(self) -> None:
        if self._mean is not None:
            speed = (self._stage.done - self._first) / max(1e-6, time.monotonic() - self._started)
            _report(self._stage, speed, float(self._mean))


def _report(stage: TrainingStage, speed: float, loss: float) -> None:
    left = (stage.plan.pictures - stage.done) / max(speed, 1e-6) / 60
    print(  # noqa: T201 - the recipe's own progress
        f"{stage.name}: {stage.done:,} of {stage.plan.pictures:,} pictures, {speed:.0f}/s, loss {loss:.4f}, "
        f"{left:.0f} min left",
        file=sys.stderr,
        flush=True,
    )


def finished(work: Path, stage: str) -> bool:
    """Whether a stage's checkpoint is at the end of the plan that it was made with."""
    file = work / f"{stage}.safetensors"
    if not file.exists():
        return (work / stage).exists()  # the tokenizer is a folder
    with safe_open(file, framework="pt") as stored:
        about = json.loads((stored.metadata() or {}).get("about", "{}"))
    return "finished" not in about or bool(about["finished"])


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
