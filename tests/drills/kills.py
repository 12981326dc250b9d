"""Run by test_kills.py: several processes save into one library at once, and each is killed at some moment.

    kills.py HOME COUNT SEED

Meanwhile the library is swept now and then, as every start does. Prints as JSON the ids that were told as saved, and
what sweeps told of pictures that are gone: none is.
"""

import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

from operations import library, picture

from studio.library import Recipe

AT_ONCE = 4
LONGEST_S = 0.3
SWEPT_EVERY = 25


def saver(home: Path, writer: int) -> None:
    opened, image = library(home), picture(3)
    while True:
        id = opened.save(image, Recipe("drill", {"prompt": "一只猫"}, seed=1)).id
        os.write(writer, f"{id}\n".encode())


def sweeper(home: Path, writer: int) -> None:
    opened = library(home)
    for sentence in opened.sweep():
        if "gone" in sentence:
            os.write(writer, f"! {sentence}\n".encode())
    opened.close()


def fork(work, home: Path) -> tuple[int, int]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 3
        try:
            os.close(reader)
            work(home, writer)
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    return pid, reader


def main(home: Path, count: int, chance: random.Random) -> None:
    library(home).close()
    told: list[str] = []
    alive: dict[int, tuple[int, float]] = {}  # by pipe: the process, and when it is killed
    killed = failed = 0
    while killed < count or alive:
        while killed + len(alive) < count and len(alive) < AT_ONCE:
            sweeps = (killed + len(alive)) % SWEPT_EVERY == 0
            pid, reader = fork(sweeper if sweeps else saver, home)
            alive[reader] = pid, time.monotonic() + (10.0 if sweeps else chance.uniform(0, LONGEST_S))
        ready, _, _ = select.select(alive, [], [], 0.002)
        for reader in ready:
            if data := os.read(reader, 65536):
                told.append(data.decode())
            else:
                pid, _ = alive.pop(reader)
                os.close(reader)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                failed += code > 0
                killed += 1
        for pid, due in alive.values():
            if time.monotonic() > due:
                os.kill(pid, signal.SIGKILL)
    lines = "".join(told).splitlines()
    gone = [line[2:] for line in lines if line.startswith("!")]
    saved = [line for line in lines if not line.startswith("!")]
    sys.stdout.write(json.dumps({"kills": killed, "failed": failed, "saved": saved, "gone": gone}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3])))
