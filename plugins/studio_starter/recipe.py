"""The stages in their order, each with what it needs; one call trains one."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from studio_starter import clip, codec, decoder, enlarger, judge, prior, tokenizer, upscaler
from studio_starter.scale import Scale
from studio_starter.training import Run, TrainingError, compiler, finished

TRAINED: dict[str, Callable[[Path, Scale, Run], None]] = {
    "codec": codec.train_codec, "clip": clip.train_clip, "decoder": decoder.train_decoder, "prior": prior.train_prior,
    "upscaler": upscaler.train_upscaler, "judge": judge.train_judge,
    "upscaler-x2": partial(enlarger.train_enlarger, 2), "upscaler-x4": partial(enlarger.train_enlarger, 4),
}  # fmt: skip
STAGES = ("tokenizer", *TRAINED)
NEEDS = {
    "clip": ("tokenizer",), "decoder": ("codec", "clip"), "prior": ("clip",), "upscaler": ("codec", "decoder"),
    "judge": ("codec", "upscaler"),
}  # fmt: skip


def stages_of(scale: Scale) -> list[str]:
    """Those that a scale plans."""
    return [stage for stage in STAGES if stage in scale.plans or stage in ("tokenizer", "codec")]


def train_stage(stage: str, work: Path, scale: Scale, run: Run | None = None) -> None:
    """Train one stage, from its checkpoint where there is one. Raises TrainingError, in one sentence."""
    run = run or Run()
    if stage not in stages_of(scale):
        raise TrainingError(f"The {scale.world.name} starter has no stage {stage}; nothing was trained.")
    for need in NEEDS.get(stage, ()):
        if not (work / need).exists() and not (work / f"{need}.safetensors").exists():
            raise TrainingError(f"{stage} builds on {need}; run this first: studio starter train {need}.")
    if run.compile and run.device == "cpu" and compiler() is None:
        raise TrainingError(
            "There is no C++ compiler, so nothing was trained; install one (Debian: g++), or leave --compile out."
        )
    work.mkdir(parents=True, exist_ok=True)
    if stage == "tokenizer":
        tokenizer.learn(scale.world, run.seed).save_pretrained(work / "tokenizer")
    else:
        TRAINED[stage](work, scale, run)


def train_all(work: Path, scale: Scale, run: Run) -> bool:
    """Every stage that is not finished yet, each within its share of the time; False when time is up before the end.

    The shares are of `run.within`; the codec, the tokenizer and the drawing of the pool come on top of them.
    """
    started = time.monotonic()
    for stage in stages_of(scale):
        if finished(work, stage):
            continue
        left = None if run.minutes is None else run.minutes - (time.monotonic() - started) / 60
        if left is not None and left <= 0:
            return False
        share = scale.plans[stage].share if stage in scale.plans else 0.0
        within = run.within * share if run.within is not None and share else None
        print(f"{stage} …", file=sys.stderr, flush=True)  # noqa: T201 - the recipe's own progress
        train_stage(stage, work, scale, replace(run, minutes=left, within=within))
    return all(finished(work, stage) for stage in stages_of(scale))
