"""How long OpenMP's threads spin: seconds of a job, and the window's longest stalls beside it, under three loads.

python benchmarks/spin_count.py [--spins 1000 300000 own] [--jobs 3] [--no-window]

Beside nothing, one busy process and two. The spin count is what the engine gets as GOMP_SPINCOUNT; `own` is the
engine without one, which gives way to others by itself (studio/engine/spin_limit.py). The counts take turns within each
load, and the first job of each engine is left out. The stalls are those of window_stall.py.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from engine import Engine

LOADS = (0, 1, 2)
JOB = {"prompt": "a red mushroom on a blue background", "seed": 1}
STALLS = [sys.executable, str(Path(__file__).with_name("window_stall.py")), "--child", "studio"]
VARIABLE, OWN = "GOMP_SPINCOUNT", "own"


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that want a core each."""
    loop = [sys.executable, "-c", "while True: pass"]
    processes = [subprocess.Popen(loop) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def environ(spin: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != VARIABLE}
    return kept if spin == OWN else kept | {VARIABLE: spin}


def job_seconds(spin: str, jobs: int) -> float:
    with Engine(environ=environ(spin)) as engine:
        times = [engine.run("text-to-image", JOB)[0] for _ in range(jobs + 1)]
    return statistics.median(times[1:])


def stall_ms(spin: str) -> float:
    """The 99th percentile of the time between two ticks of the window's event loop."""
    done = subprocess.run(STALLS, capture_output=True, text=True, check=True, env=environ(spin))
    stalls = sorted(json.loads(done.stdout.splitlines()[-1])["stalls"])
    return float(stalls[int(len(stalls) * 0.99)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spins", nargs="+", default=["1000", "300000", OWN])
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--no-window", action="store_true")
    asked = parser.parse_args()
    print("| busy processes | spin count | s a job | of the first | window's p99, ms |\n|---|---|---|---|---|")
    for load in LOADS:
        with busy(load):
            first = 0.0
            for spin in asked.spins:
                seconds = job_seconds(spin, asked.jobs)
                first = first or seconds
                stall = "–" if asked.no_window else f"{stall_ms(spin):.1f}"
                print(f"| {load} | {spin} | {seconds:.2f} | {seconds / first:.2f} | {stall} |", flush=True)


if __name__ == "__main__":
    main()
