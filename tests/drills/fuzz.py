"""Mutated inputs against everything that reads bytes from outside: none may crash, hang or take all memory.

    python tests/drills/fuzz.py [--inputs N | --minutes M] [--seed S] [--target NAME]... [--keep FOLDER]

N inputs in all, a million unless told otherwise, in rounds in which each target gets its share; each share runs in a
process of its own, so that even a crash of the process is a find, and memory that is lost is given back. Finds are
printed, and written under FOLDER/TARGET (tests/data/hostile unless told otherwise, where every run of the tests tries
them). With STUDIO_DRILLS_REPORT the numbers go into the report of the drills.
"""

import argparse
import hashlib
import json
import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from fuzzing.harness import CORPUS, Target, attempt, inputs, prepared
from fuzzing.targets import TARGETS

Find = tuple[bytes, str]
TOLD_EVERY_S = 60.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--inputs", type=int, default=1_000_000)
    asked.add_argument("--minutes", type=float)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--target", action="append", choices=[*TARGETS])
    asked.add_argument("--keep", type=Path, default=CORPUS)
    options = asked.parse_args()
    chosen = [TARGETS[name] for name in options.target or TARGETS]
    began, tried, found = time.monotonic(), Counter[str](), Counter[str]()
    seen: set[tuple[str, str]] = set()
    due = began + TOLD_EVERY_S
    with suppress(KeyboardInterrupt):  # what was tried until then is reported
        for target, count, number in _shares(chosen, options.inputs, options.minutes, began):
            for data, told in _in_child(target, count, f"{options.seed} {number}"):
                found[target.name] += 1
                if (target.name, told[:60]) not in seen:
                    seen.add((target.name, told[:60]))
                    print(f"{target.name}: {told}\n    {_kept(options.keep / target.name, data)}", flush=True)
            tried[target.name] += count
            if time.monotonic() > due or target is chosen[-1]:
                due, took = time.monotonic() + TOLD_EVERY_S, time.monotonic() - began
                print(
                    f"{tried.total():,} inputs, {found.total()} finds, {tried.total() / took:,.0f} a second", flush=True
                )
    _report(tried, found)
    return 1 if found else 0


def _shares(
    targets: list[Target], count: int, minutes: float | None, began: float
) -> Iterator[tuple[Target, int, int]]:
    """Which target is next, how many inputs it gets, and the number of the round."""
    number, left = 0, count
    while True:
        for target in targets:
            if time.monotonic() - began > 60 * minutes if minutes else left <= 0:
                return
            share = target.round if minutes else min(target.round, left)
            yield target, share, number
            left -= share
        number += 1


def _in_child(target: Target, count: int, seed: str) -> Iterator[Find]:
    """The finds of one share; one that ends the process is told by it, and the rest of the share is left out."""
    reader, writer = os.pipe()
    with prepared(target) as folder:
        last = folder.parent / "last"
        pid = os.fork()
        if pid == 0:
            _child(target, folder, count, seed, last, writer)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            for line in pipe:
                told, data = json.loads(line)
                yield bytes.fromhex(data), told
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if code:
            yield last.read_bytes() if last.exists() else b"", f"the process ended with {code}"


def _child(target: Target, folder: Path, count: int, seed: str, last: Path, writer: int) -> None:
    code = 9
    try:
        warnings.simplefilter("error")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libtiff prints what it finds
        with os.fdopen(writer, "w") as pipe, last.open("wb", buffering=0) as before:
            for data in inputs(target, folder, count, seed):
                before.truncate(0)
                os.pwrite(before.fileno(), data, 0)
                if told := attempt(target, folder, data):
                    pipe.write(json.dumps([told, data.hex()]) + "\n")
        code = 0
    finally:
        os._exit(code)


def _kept(folder: Path, data: bytes) -> Path:
    file = folder / hashlib.sha256(data).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def _report(tried: Counter[str], found: Counter[str]) -> None:
    with suppress(KeyError), Path(os.environ["STUDIO_DRILLS_REPORT"]).open("a", encoding="utf-8") as file:
        for name, count in [*tried.items(), ("all together", tried.total())]:
            finds = found[name] if name in tried else found.total()
            line = {"drill": "fuzzing", "what": name, "inputs": count, "finds": finds}
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    sys.exit(main())
