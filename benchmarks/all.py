"""Every benchmark of docs/performance.md, one after the other, and the table that stands there.

python benchmarks/all.py [--write] [--only NAME …] [--log FILE]

About a quarter of an hour on two quiet cores; the first run makes two models of real size (7 GB) besides. What each
prints goes to the log. With --write the table in docs/performance.md is replaced; a benchmark that fails keeps its old
row, and the others go on.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
HEADING = "### Everything else"
COLUMNS = "| What | Command | Goal | Measured |\n|---|---|---|---|"
QUIET = 0.5
"""The load at which figures begin to say little."""
Tell = Callable[[str], str]


def found(pattern: str, template: str = "{}") -> Tell:
    """A cell of what a pattern finds in what was printed."""

    def tell(printed: str) -> str:
        match = re.search(pattern, printed)
        if match is None:
            raise ValueError(f"no {pattern!r}")
        return template.format(*match.groups())

    return tell


def cells(printed: str) -> list[list[str]]:
    """The rows of the tables that were printed, without their headings."""
    lines = [line.strip("| \n").split(" | ") for line in printed.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line] for line in lines]


def swapped(room: str) -> Tell:
    return lambda printed: next(row[5] for row in cells(printed) if row[0] == room)


def spread(column: int, *, again: bool) -> Tell:
    """From the least to the most of a column of ratios: of jobs whose size was measured before, or of the others."""

    def tell(printed: str) -> str:
        rows = [row for row in cells(printed)[1:] if (row[1] != "1") is again]
        ratios = [float(row[column]) for row in rows if row[column] != "–"]
        return f"{min(ratios):.2f} … {max(ratios):.2f}" if ratios else "nothing was foretold"

    return tell


def resident(printed: str) -> str:
    """What all tools hold at the end, of what the first one held."""
    rows = re.findall(r"([\d.]+) +([\d.]+) +[\d.]+$", printed, re.MULTILINE)
    return f"{float(rows[-1][1]) / float(rows[0][1]):.2f}"


def beside(load: int) -> Tell:
    """The engine's own way against 1,000 spins: seconds, and the window's p99."""

    def tell(printed: str) -> str:
        rows = {row[1]: row for row in cells(printed) if row[0] == str(load)}
        own, fixed = rows["own"], rows["1000"]
        stalls = "" if own[4] == "–" else f"; p99 {own[4]} ms, against {fixed[4]}"
        return f"{own[2]} s, against {fixed[2]} ({float(own[2]) / float(fixed[2]):.2f}){stalls}"

    return tell


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    what: str
    script: str
    goal: str
    tell: Tell
    options: tuple[str, ...] = ()

    @property
    def command(self) -> str:
        return " ".join(("python", f"benchmarks/{self.script}.py", *self.options))

    def line(self, measured: str) -> str:
        return f"| {self.what} | `{self.command}` | {self.goal} | {measured} |"


PAINT = ("--steps", "4")
SPIN = ("--spins", "1000", "own", "--jobs", "3")
ROWS = (
    Row("engine against bare diffusers, SD 1.5 at 256 pixels: seconds", "text_to_image", "≤ 1.03",
        found(r"ratio ([\d.]+)"), PAINT),
    Row("the same: largest difference of a pixel", "text_to_image", "0", found(r"largest difference (\d+)"), PAINT),
    Row("the starter through the engine, of bare diffusers in float32: seconds, peak of memory", "starter",
        "≤ 1.10, ≤ 1.03", found(
            r"(?s)float32.*?ratios ([\d.]+) and ([\d.]+).*bfloat16.*ratios ([\d.]+) and ([\d.]+)",
            "{}, {}; of bfloat16 {}, {}",
        )),
    Row("A, B, A with room for one: loading the second A, of the first", "memory_swap", "≤ 0.5", swapped("one")),
    Row("the same with room for both", "memory_swap", "≤ 0.02", swapped("both")),
    Row("200 jobs, 4 models, 4 tools, budget of 0.6 of all weights: most ever used, of the budget", "tight_budget",
        "≤ 1", found(r"of the budget \| ([\d.]+)")),
    Row("the same: resident at the end, of after the first round", "tight_budget", "≤ 1.05",
        found(r"first round \| ([\d.]+)")),
    Row("the same: pictures other than their solo run", "tight_budget", "0", found(r"solo run \| (\d+)")),
    Row("four tools on one base: resident bytes, of the first one's", "tool_bytes", "≤ 1.10", resident),
    Row("what was foretold of a job's seconds after one of its size, of what it took", "cost_curve", "0.85 … 1.15",
        spread(4, again=True)),
    Row("the same: bytes", "cost_curve", "0.85 … 1.15", spread(7, again=True)),
    Row("foretold from other sizes: seconds", "cost_curve", "–", spread(4, again=False)),
    Row("foretold from other sizes: bytes", "cost_curve", "–", spread(7, again=False)),
    Row("a picture of the starter alone: the engine's own spinning against 1,000 spins", "spin_count", "< 1",
        beside(0), SPIN),
    Row("the same beside one busy process", "spin_count", "≤ 1", beside(1), SPIN),
    Row("the same beside two", "spin_count", "≤ 1", beside(2), SPIN),
    Row("a step of SD 1.5's UNet in what is chosen here, of the best of float32, channels-last, bfloat16, compiled",
        "defaults", "≤ 1.05", found(r"chosen (\w+): ([\d.]+) of the best", "{} {}")),
    Row("what a job costs beside its work", "fixed_cost", "–", found(r"fixed cost ([\d.]+ ms)"), ("--rounds", "12")),
    Row("which goes first: seconds spent on loading, of least recently used, mean of all", "eviction",
        "≤ 1.05 of the best rule",
        lambda printed: "{2}; by gap {5}, cost x reuse / bytes {6}, future {7}".format(*cells(printed)[-1])),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="replace the table in docs/performance.md")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these, such as starter")
    parser.add_argument("--log", type=Path, default=Path("benchmarks.log"))
    asked = parser.parse_args()
    if os.getloadavg()[0] > QUIET:
        sys.stderr.write(f"The load is {os.getloadavg()[0]:.1f}: figures of a busy machine say little.\n")
    rows = [row for row in ROWS if row.script in asked.only or not asked.only]
    printed = {command: run(command, asked.log) for command in dict.fromkeys(row.command for row in rows)}
    before = PAGE.read_text()
    lines = [told(row, printed.get(row.command), before) for row in ROWS]
    where = (machine(), "") if any(printed.values()) else ()
    table = "\n".join((*where, COLUMNS, *lines))
    sys.stdout.write(table + "\n")
    if asked.write:
        head, _, _ = before.partition(HEADING)
        PAGE.write_text(f"{head}{HEADING}\n\n{table}\n")


def run(command: str, log: Path) -> str | None:
    """What it prints; None when it fails."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {command}\n")
    began = time.monotonic()
    done = subprocess.run([sys.executable, *command.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    with log.open("a") as file:
        file.write(f"\n$ {command}  ({time.monotonic() - began:.0f} s)\n{done.stdout}{done.stderr[-4000:]}")
    if done.returncode:
        sys.stderr.write(f"    it failed ({done.returncode}); see {log}\n")
    return None if done.returncode else done.stdout


def told(row: Row, printed: str | None, page: str) -> str:
    """The line of the table, or what stood there when there is nothing new."""
    if printed is not None:
        try:
            return row.line(row.tell(printed))
        except (ValueError, LookupError, StopIteration) as error:
            sys.stderr.write(f"{row.what}: what was printed cannot be read ({error})\n")
    kept = re.search(re.escape(row.line("").removesuffix(" |")) + r"(.*) \|\n", page)
    return row.line(kept[1].strip() if kept else "not measured yet")


def machine() -> str:
    """Where and when."""
    names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text()) if sys.platform == "linux" else []
    cpu = names[0] if names else platform.processor()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({cpu}), at {commit.stdout.strip() or 'no commit'}."


if __name__ == "__main__":
    main()
