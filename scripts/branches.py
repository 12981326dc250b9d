"""Branch coverage of the modules that guard pictures, paths and processes: python scripts/branches.py [GROUP]…

Runs the tests of each group of tests/branches.json under coverage and ends with 1 when a module has fewer of its
branches and lines tried than is written down there. With --record higher figures are written down; none is lowered by
itself. What only Windows runs, and what only the type checker reads, is left out (pyproject.toml, coverage).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FIGURES = ROOT / "tests/branches.json"
Group = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--figures", type=Path, default=FIGURES)
    asked = parser.parse_args()
    figures: dict[str, Group] = json.loads(asked.figures.read_text("utf-8"))
    if unknown := [name for name in asked.groups if name not in figures]:
        parser.error(f"there is no group {unknown[0]}; there are {', '.join(figures)}")
    fell = 0
    for name in asked.groups or figures:
        found = measure(figures[name])
        for module, before in figures[name]["modules"].items():
            percent, missing = found.get(module, (0.0, "nothing of it was run"))
            fell += percent < before
            word = "FELL" if percent < before else "rose" if percent > before else ""
            sys.stdout.write(f"{percent:6.2f} %  {module}  {word}  {missing}\n")
            if asked.record:
                figures[name]["modules"][module] = max(before, percent)
    if asked.record:
        asked.figures.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return 1 if fell else 0


def measure(group: Group) -> dict[str, tuple[float, str]]:
    """By module: the share of its lines and branches that the group's tests try, and what they do not."""
    with tempfile.TemporaryDirectory() as place:
        environ = {**os.environ, "COVERAGE_FILE": str(Path(place, "data"))}
        coverage = [sys.executable, "-m", "coverage"]
        run = [*coverage, "run", "--branch", "--include", ",".join(group["modules"]), "-m", "pytest", "-q"]
        tests = [*run, "-p", "no:xdist", "-p", "no:cacheprovider", *group["tests"]]
        if subprocess.run(tests, cwd=ROOT, env=environ).returncode:
            sys.exit("The tests themselves failed.")
        report = Path(place, "report.json")
        subprocess.run([*coverage, "json", "-q", "-o", report], cwd=ROOT, env=environ, check=True)
        files = json.loads(report.read_text("utf-8"))["files"]
    return {name: (_floor(each["summary"]["percent_covered"]), _missing(each)) for name, each in files.items()}


def _floor(percent: float) -> float:
    """To two digits, so that 100 is all of it."""
    return int(percent * 100) / 100


def _missing(file: dict[str, Any]) -> str:
    lines = [str(line) for line in file["missing_lines"]]
    return " ".join([*lines, *(f"{start}->{end}" for start, end in file["missing_branches"])][:20])


if __name__ == "__main__":
    sys.exit(main())
