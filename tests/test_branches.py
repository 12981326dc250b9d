"""The branches of the modules that guard: which they are, and that a fall of one is noticed."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCRIPT, FIGURES = ROOT / "scripts/branches.py", ROOT / "tests/branches.json"


def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT)


def test_all_that_is_listed_is_there() -> None:
    groups = json.loads(FIGURES.read_text("utf-8"))
    listed = [name for group in groups.values() for name in (*group["tests"], *group["modules"])]
    assert [name for name in listed if not (ROOT / name).exists()] == []
    assert all(0 < figure <= 100 for group in groups.values() for figure in group["modules"].values())


def test_the_messages_between_the_processes_are_tried_in_every_branch() -> None:
    """The quickest of the groups; the others take minutes: python scripts/branches.py"""
    done = run("wire")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100.00 %  studio/messages.py" in done.stdout


def test_a_fall_is_noticed_and_not_written_down(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    few = "tests/test_files.py::test_folders_are_for_their_user_alone"
    figures.write_text(json.dumps({"few": {"tests": [few], "modules": {"studio/files.py": 100.0}}}))
    done = run("--figures", figures, "--record")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "studio/files.py  FELL" in done.stdout
    assert json.loads(figures.read_text())["few"]["modules"] == {"studio/files.py": 100.0}
    assert run("--figures", figures, "none such").returncode == 2
