"""Run by test_anomaly_loop.py under the shim: one operation, with each of its calls to the system failing in each way.

    anomaly.py OPERATION FOLDER STRIDE

Prints as JSON how many points were tried, and what did not hold. Every point is a forked child of this process, which
has one thread, on a fresh copy of the home.
"""

import ctypes
import errno
import json
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path

from operations import FAILED, OPERATIONS, Operation

KINDS = ("open", "write", "fsync", "rename", "link", "unlink")
FAULTS = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "EINTR": errno.EINTR, "kill": -1}
BUG = 3
shim = ctypes.CDLL(os.environ["LD_PRELOAD"])


def fork(work) -> tuple[int, str]:
    """The status of a child that did the work, and what it wrote."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = BUG
        try:
            code = work(lambda text: os.write(writer, text.encode()))
        except BaseException:  # noqa: BLE001 - whatever it is, the drill wants to know
            os.write(writer, traceback.format_exc().encode())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def act(operation: Operation, home: Path, kind: int, number: int, fault: int):
    def work(tell) -> int:
        shim.shim_arm(os.fsencode(home), kind, number, fault)
        try:
            done = operation.act(home)
        except operation.may_raise:
            done = FAILED
        counts = [shim.shim_calls(each) for each in range(len(KINDS))]
        shim.shim_disarm()
        tell(json.dumps([done, counts]))
        return 0

    return fork(work)


def judged(operation: Operation, home: Path, done) -> list[str]:
    def work(tell) -> int:
        tell("\n".join(operation.judge(home, done)))
        return 0

    code, said = fork(work)
    return said.splitlines() if code == 0 else [f"the next start fails: {said.strip().splitlines()[-1]}"]


def main(name: str, folder: Path, stride: int) -> None:
    operation, template, home = OPERATIONS[name], folder / "template", folder / "home"
    template.mkdir(parents=True)
    operation.prepare(template)
    kills, wrong = 0, []

    def fresh() -> None:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(template, home)

    fresh()
    code, said = act(operation, home, 0, 0, 0)
    assert code == 0, said
    done, counts = json.loads(said)
    assert done != FAILED, "it fails without any fault"
    wrong += [f"without a fault: {each}" for each in judged(operation, home, done)]
    every = [
        (kind, index, fault) for kind, count in enumerate(counts) for index in range(1, count + 1) for fault in FAULTS
    ]
    for kind, index, fault in every[::stride]:
        fresh()
        code, said = act(operation, home, kind, index, FAULTS[fault])
        what = f"{name}: {fault} at {KINDS[kind]} number {index} of {counts[kind]}"
        done = FAILED
        if code == -signal.SIGKILL and fault == "kill":
            kills += 1
        elif code == 0:
            done = json.loads(said)[0]
        else:
            wrong.append(f"{what}: a bug: {said.strip().splitlines()[-1]}")
        wrong += [f"{what}: {each}" for each in judged(operation, home, done)]
    calls = dict(zip(KINDS, counts, strict=True))
    sys.stdout.write(json.dumps({"points": len(every[::stride]), "kills": kills, "calls": calls, "wrong": wrong}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
