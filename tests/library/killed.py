"""Run by test_library_kill.py: saves pictures in a child that is killed with SIGKILL, over and over.

    killed.py ROOT random COUNT     kills at random moments
    killed.py ROOT calls STRIDE     kills before every STRIDE-th call into C of one save

Prints as JSON the ids that were reported as saved, and the number of kills.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path

from PIL import Image

from studio.library import Library, Recipe

PICTURE = Image.effect_noise((90, 70), 80).convert("RGB")


def child(work) -> tuple[int, int]:
    """Fork, and run `work(report)` there; the child, and the pipe into which it reports."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        code = 3
        try:
            work(lambda text: os.write(writer, f"{text}\n".encode()))
            code = 0
        finally:  # never on into the parent's code
            if code:
                traceback.print_exc()
            os._exit(code)
    os.close(writer)
    return pid, reader


def finish(pid: int, reader: int) -> tuple[bool, list[str]]:
    """Whether the child was killed, and what it had reported by then."""
    with os.fdopen(reader) as file:
        reported = file.read().split()
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a save failed")
    return os.WIFSIGNALED(status), reported


def save_for_ever(root: Path, report) -> None:
    library = Library(root)
    while True:
        report(library.save(PICTURE, Recipe("kill", {"prompt": "一只猫"})).id)


def save_once(root: Path, report, fatal: int) -> None:
    library = Library(root)
    calls = 0

    def count(frame, event, argument) -> None:
        nonlocal calls
        if event == "c_call":
            calls += 1
            if calls == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    record = library.save(PICTURE, Recipe("kill", {"prompt": "一只猫"}))
    sys.setprofile(None)
    report(record.id)


def main(root: Path, how: str, number: int) -> None:
    Library(root).save(PICTURE, Recipe("kill"))  # everything is imported before the first fork
    saved, kills = [], 0
    if how == "random":
        for _ in range(number):
            pid, reader = child(lambda report: save_for_ever(root, report))
            time.sleep(random.uniform(0, 0.08))
            os.kill(pid, signal.SIGKILL)
            kills += 1
            saved += finish(pid, reader)[1]
    else:
        killed, fatal = True, 0
        while killed:
            fatal += number
            pid, reader = child(lambda report, fatal=fatal: save_once(root, report, fatal))
            killed, reported = finish(pid, reader)
            kills += killed
            saved += reported
    sys.stdout.write(json.dumps({"saved": saved, "kills": kills}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
