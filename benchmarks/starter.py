"""The starter through the engine against the stock pipelines of diffusers over the same weights, on the processor.

Seconds for a picture once all is loaded, and the most memory that the process had, each side in one of its own:
    python benchmarks/starter.py [--rounds 8]
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from engine import Engine

from studio import messages

PROMPT = "a red mushroom on a blue background"
STARTER = Path(__file__).parents[1] / "resources" / "starter"
DTYPES = ("float32", "bfloat16")


def bare(dtype: str, rounds: int) -> None:
    import torch
    from studio_starter.pipeline import Starter, to_images

    starter = Starter(STARTER, dtype=getattr(torch, dtype))
    times = []
    for seed in range(rounds + 1):
        began = time.perf_counter()
        to_images(starter.draw([PROMPT], [seed]))
        times.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": statistics.median(times[1:]), "peak": peak}))


def through_the_engine(rounds: int) -> tuple[float, int]:
    with Engine() as engine:
        times = [engine.run("text-to-image", {"prompt": PROMPT, "seed": seed})[0] for seed in range(rounds + 1)]
        [process] = {event.pid for _, event in engine.events if isinstance(event, messages.Starting)}
        return statistics.median(times[1:]), _peak(process)


def _peak(process: int) -> int:
    """Bytes; as Linux counts them."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--bare", choices=DTYPES, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.bare:
        bare(chosen.bare, chosen.rounds)
        return
    seconds, peak = through_the_engine(chosen.rounds)
    print(f"engine              {seconds:6.2f} s a picture, at most {peak / 1e6:5.0f} MB")
    for dtype in DTYPES:
        run = [sys.executable, __file__, "--bare", dtype, "--rounds", str(chosen.rounds)]
        found = json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
        print(
            f"diffusers, {dtype:8} {found['seconds']:6.2f} s a picture, at most {found['peak'] / 1e6:5.0f} MB; "
            f"the engine's ratios {seconds / found['seconds']:.2f} and {peak / found['peak']:.2f}"
        )


if __name__ == "__main__":
    main()
