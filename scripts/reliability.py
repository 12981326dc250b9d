"""Runs the drills and writes docs/reliability.md from what they found: python scripts/reliability.py [--full] [RUN …]

With RUN, files that earlier runs have left (STUDIO_DRILLS_REPORT), nothing is run; several are put together.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs/reliability.md"
INTRODUCTION = """\
# Reliability

What the studio was put through, and what came of it. This page is written by `scripts/reliability.py` from the runs of
the drills in `tests/drills`; nothing in it is written by hand. What is promised, and what is not, says
[SECURITY.md](../SECURITY.md).

- **Anomaly loop**: each call to the system (open, write, fsync, rename, link, unlink) that an operation makes on its
  files fails once with ENOSPC, with EIO and with EINTR, and once the process is killed there. Afterwards nothing is
  torn, nothing that was told as done is lost, and the next start heals.
- **strace**: the same faults from outside, as an independent check of the first.
- **Kills**: SIGKILL at random moments, of several savers of one library at once, of engines, command lines and windows.
- **Fuzzing**: mutated inputs against all that reads bytes from outside, in bounded time and memory. Each is read, or
  refused by a sentence. The finds of the past are tried by every run of the tests.
- **Hostile environment**: descriptors, disks, homes, clocks, locales, limits and signals that programs do not expect;
  each command ends with a result or a sentence.
"""
AGAIN = """\
To run them: `python -m pytest tests/drills` tries a part of the points, and 250 kills, in a few minutes; with
`STUDIO_DRILLS=full` before it every point, and a thousand processes are killed; with `STUDIO_DRILLS=night` ten
thousand processes are.
`python tests/drills/fuzz.py --inputs 1000000` fuzzes; see its `--help`.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="try every point, not a part of them")
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN")
    arguments = parser.parse_args()
    code = 0
    with tempfile.TemporaryDirectory() as folder:
        runs = arguments.runs
        if not runs:
            runs = [Path(folder, "run.jsonl")]
            environ = {**os.environ, "STUDIO_DRILLS_REPORT": str(runs[0])}
            environ |= {"STUDIO_DRILLS": "full"} if arguments.full else {}
            command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "tests/drills"]
            code = subprocess.run(command, cwd=ROOT, env=environ).returncode
        lines = [json.loads(line) for run in runs for line in run.read_text("utf-8").splitlines()]
    TARGET.write_text(page(lines), "utf-8")
    return code


def page(lines: Iterable[dict[str, Any]]) -> str:
    """The document: a table for each drill, a row for each of its parts."""
    latest = {(line.pop("drill"), line.pop("what")): line for line in map(dict, lines)}
    drills: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for (drill, what), numbers in latest.items():
        drills[drill][what] = numbers
    where = f"Python {platform.python_version()} on {platform.system()}"
    tables = [_table(drill, rows) for drill, rows in drills.items()]
    return "\n".join([INTRODUCTION, *tables, f"Run with {where}.", AGAIN])


def _table(drill: str, rows: dict[str, dict[str, Any]]) -> str:
    columns = [*dict.fromkeys(name for numbers in rows.values() for name in numbers if name != "full")]
    title = drill[0].upper() + drill[1:]
    lines = [f"## {title}", "", f"| | {' | '.join(columns)} | tried |", "|---" * (len(columns) + 2) + "|"]
    for what, numbers in rows.items():
        cells = [str(numbers.get(column, "")) for column in columns]
        share = {True: "all", False: "a part", None: "–"}[numbers.get("full")]
        lines.append(f"| {what} | {' | '.join(cells)} | {share} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
