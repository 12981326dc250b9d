"""What could make a step faster on this processor, each alone: python benchmarks/defaults.py [--side 256] [--rounds 3]

A step of Stable Diffusion 1.5's UNet (real size, random weights, guidance: a batch of two) in float32 as diffusers
loads it, with its weights channels-last, in bfloat16, in both, and with its blocks compiled. They take turns; seconds
are medians, and compiling is told apart. The last line is what the studio would choose here.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from real_size import stable_diffusion

from studio.models.precision import Precision

WORDS = (2, 77, 768)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "studio-benchmark-models")
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    folder = stable_diffusion(asked.work / "sd15") / "unet"
    ways = {"float32": plain, "channels-last": channels_last, "bfloat16": bfloat16, "both": both, "compiled": compiled}
    steps = {name: step(make(folder), asked.side) for name, make in ways.items()}
    first = {name: seconds(run) for name, run in steps.items()}
    rounds = [{name: seconds(run) for name, run in steps.items()} for _ in range(asked.rounds)]
    times = {name: statistics.median(each[name] for each in rounds) for name in ways}
    print("| way | s a step | of float32 | s of the first |\n|---|---|---|---|")
    for name, taken in times.items():
        print(f"| {name} | {taken:.2f} | {taken / times['float32']:.2f} | {first[name]:.1f} |")
    with tempfile.TemporaryDirectory() as cache:
        chosen = "bfloat16" if Precision(Path(cache, "precision.json")).bfloat16_pays() else "float32"
    best = min(times, key=lambda name: times[name])
    print(f"chosen {chosen}: {times[chosen] / times[best]:.2f} of the best, which is {best}")


def plain(folder: Path) -> torch.nn.Module:
    return UNet2DConditionModel.from_pretrained(folder).eval()


def channels_last(folder: Path) -> torch.nn.Module:
    return plain(folder).to(memory_format=torch.channels_last)


def bfloat16(folder: Path) -> torch.nn.Module:
    return UNet2DConditionModel.from_pretrained(folder, dtype=torch.bfloat16).eval()


def both(folder: Path) -> torch.nn.Module:
    return bfloat16(folder).to(memory_format=torch.channels_last)


def compiled(folder: Path) -> torch.nn.Module:
    module = plain(folder)
    module.compile_repeated_blocks()
    return module


def step(module: torch.nn.Module, side: int) -> Callable[[], None]:
    dtype = next(module.parameters()).dtype
    latents, words = torch.randn(2, 4, side // 8, side // 8, dtype=dtype), torch.randn(WORDS, dtype=dtype)

    def run() -> None:
        with torch.inference_mode():
            module(latents, 500, encoder_hidden_states=words)

    return run


def seconds(run: Callable[[], None]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


if __name__ == "__main__":
    if sys.platform == "linux":
        os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", tempfile.mkdtemp())
    main()
