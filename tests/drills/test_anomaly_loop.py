"""The anomaly loop: each call to the system that an operation makes fails once, in each way; nothing is torn or lost.

As SQLite's own tests do it, over a shim below everything (shim.c); and the same by strace, as an independent check.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from operations import OPERATIONS

HERE = Path(__file__).parent
STRIDE = 5
"""Of the points one in so many, where not all are wanted. No multiple of the number of faults, so that all occur."""
SYSCALLS = ("openat", "write", "pwrite64", "fsync", "fdatasync", "rename", "unlink")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_call_may_fail(operation: str, shim: Path, tmp_path: Path, full: bool, report) -> None:
    command = [sys.executable, HERE / "anomaly.py", operation, tmp_path / "drill", str(1 if full else STRIDE)]
    run = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LD_PRELOAD": str(shim)})
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    report("anomaly loop", operation, points=found["points"], kills=found["kills"], wrong=len(found["wrong"]))
    assert found["wrong"] == []
    assert found["points"] > 3
    assert found["kills"] > 0


def test_the_shim_is_below_sqlite_and_python(shim: Path, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, HERE / "anomaly.py", "save", tmp_path / "drill", "1000"],
        capture_output=True, text=True, env={**os.environ, "LD_PRELOAD": str(shim)},
    )  # fmt: skip
    calls = json.loads(run.stdout)["calls"]
    assert calls["write"] > 10, "the index's pages"
    assert calls["rename"] == 1, "the picture's file"
    assert calls["fsync"] > 3


def may_trace() -> bool:
    """Containers often forbid it."""
    strace = shutil.which("strace")
    return strace is not None and not subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True).returncode


@pytest.mark.skipif(not may_trace(), reason="needs strace (apt install strace), and leave to trace processes")
@pytest.mark.parametrize("operation", ["save", "trash", "settings"])
def test_the_same_by_strace(operation: str, tmp_path: Path, full: bool, report) -> None:
    template, home, log = tmp_path / "template", tmp_path / "home", tmp_path / "log"
    template.mkdir()
    OPERATIONS[operation].prepare(template)
    points, wrong = 0, []

    def run(*options: str) -> tuple[int, object]:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(template, home)
        code = "import sys, json; from pathlib import Path; from operations import OPERATIONS, FAILED\n" \
            "each = OPERATIONS[sys.argv[1]]\n" \
            "try: done = each.act(Path(sys.argv[2]))\n" \
            "except each.may_raise: done = FAILED\n" \
            "print(json.dumps(done))"  # fmt: skip
        command = ["strace", "-y", "-o", log, *options, sys.executable, "-c", code, operation, home]
        environ = {**os.environ, "PYTHONHASHSEED": "0"}
        done = subprocess.run(command, capture_output=True, text=True, cwd=HERE, env=environ)
        if done.returncode == 0:
            return 0, json.loads(done.stdout)
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, "failed"

    run("-e", f"trace={','.join(SYSCALLS)}")
    calls = [line for line in log.read_text(errors="replace").splitlines() if re.match(r"\w+\(", line)]
    for syscall in SYSCALLS:
        mine = [line for line in calls if line.startswith(f"{syscall}(")]
        places = [number for number, line in enumerate(mine, 1) if str(home) in line]
        for number in places if full else places[-1:]:
            for fault in ("error=EIO", "error=ENOSPC", "signal=SIGKILL") if full else ("error=EIO", "signal=SIGKILL"):
                _, done = run("-e", f"trace={syscall}", "-e", f"inject={syscall}:{fault}:when={number}")
                points += 1
                found = [*OPERATIONS[operation].judge(home, done)]
                wrong += [f"{fault} at {syscall} number {number}: {each}" for each in found]
    report("strace", operation, points=points, wrong=len(wrong))
    assert wrong == []
    assert points >= 4
