"""The two commands, with a Python that only takes notes: what they install, when, and what they say."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYTHON = """#!/usr/bin/env bash
# Stands for python3: makes "virtual environments" out of copies of itself, and notes what pip is told.
case "$*" in
"-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*"-m pip install"*)
    echo "pip ${*: -3}" >>"$NOTES"
    [[ ! -e $NOTES.fail ]] || { cat "$NOTES.fail" >&2; exit 1; }
    [[ ! -e $NOTES.kill ]] || kill -9 $PPID
    printf '#!/usr/bin/env bash\\necho "studio $PWD $*"\\n' >.venv/bin/studio
    chmod +x .venv/bin/studio
    ;;
"-m pytest"*) echo "$*" >>"$NOTES" ;;
esac
"""
PIP = "pip constraints.txt -e ."
RECIPE = "pip --no-deps -e plugins/studio_starter"  # after what it needs, which is in no index
Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    clone = tmp_path / "a clone"
    shutil.copytree(ROOT / "scripts", clone / "scripts")
    (clone / "studio/cli").mkdir(parents=True)
    (clone / "studio/cli/libraries.txt").write_text("# none\n")
    (clone / "plugins/studio_starter").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt", "plugins/studio_starter/pyproject.toml"):
        shutil.copy(ROOT / name, clone / name)
    return clone


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder of programs that come first: Python, and an apt-get that only takes notes."""
    tools = tmp_path / "tools"
    tools.mkdir()
    _program(tools / "python3.11", PYTHON)
    _program(tools / "apt-get", '#!/bin/sh\necho "apt $*" >>"$NOTES"\n')
    _program(tools / "fc-list", "#!/bin/sh\necho font\n")
    _program(tools / "Xvfb", "#!/bin/sh\n")
    return tools


@pytest.fixture
def call(tools: Path, tmp_path: Path) -> Call:
    environ = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "NOTES": str(tmp_path / "notes")}

    def call(*command: str | Path, cwd: Path = tmp_path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    return call


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def notes(tmp_path: Path) -> list[str]:
    path = tmp_path / "notes"
    return path.read_text().splitlines() if path.exists() else []


def test_run_installs_once_and_passes_arguments_and_folder(clone: Path, call: Call, tmp_path: Path) -> None:
    first = call(clone / "scripts/run", "run", "a task", "-o", ".")
    assert (first.returncode, first.stdout) == (0, f"studio {tmp_path} run a task -o .\n")
    assert "once" in first.stderr
    second = call(clone / "scripts/run")
    assert (second.stdout, second.stderr) == (f"studio {tmp_path} \n", "")
    assert notes(tmp_path) == [PIP, RECIPE]


def test_the_second_call_starts_no_python(clone: Path, call: Call, tools: Path) -> None:
    call(clone / "scripts/run")
    for python in (tools / "python3.11", clone / ".venv/bin/python"):
        _program(python, "#!/bin/sh\nexit 9\n")
    assert call(clone / "scripts/run").returncode == 0


def test_changed_versions_are_installed(clone: Path, call: Call, tmp_path: Path) -> None:
    call(clone / "scripts/run")
    with (clone / "constraints.txt").open("a") as file:
        file.write("click==99\n")
    call(clone / "scripts/run")
    assert notes(tmp_path) == [PIP, RECIPE, PIP, RECIPE]


def test_whoever_tests_keeps_the_tools(clone: Path, call: Call, tmp_path: Path) -> None:
    call(clone / "scripts/test", "tests/test_x.py")
    call(clone / "scripts/run")
    with (clone / "constraints.txt").open("a") as file:
        file.write("click==99\n")
    call(clone / "scripts/run")
    assert notes(tmp_path) == [f"{PIP}[dev]", RECIPE, "-m pytest tests/test_x.py", f"{PIP}[dev]", RECIPE]


def test_a_failed_installation_says_why_and_is_repeated(clone: Path, call: Call, tmp_path: Path) -> None:
    (tmp_path / "notes.fail").write_text("no such wheel\n")
    failed = call(clone / "scripts/run")
    assert failed.returncode == 2
    assert "no such wheel" in failed.stderr
    assert "Besides" not in failed.stderr
    assert "run this again" in failed.stderr
    (tmp_path / "notes.fail").unlink()
    assert call(clone / "scripts/run").returncode == 0


def test_a_full_disk_says_what_takes_room(clone: Path, call: Call, tmp_path: Path) -> None:
    (tmp_path / "notes.fail").write_text("ERROR: Could not install: [Errno 28] No space left on device\n")
    failed = call(clone / "scripts/run")
    assert failed.returncode == 2
    assert "Besides the 7 GB here" in failed.stderr
    assert "run this again" in failed.stderr


def test_a_killed_installation_starts_anew(clone: Path, call: Call, tmp_path: Path) -> None:
    (tmp_path / "notes.kill").touch()
    assert call(clone / "scripts/run").returncode == -9
    (clone / ".venv/half").touch()
    (tmp_path / "notes.kill").unlink()
    assert "interrupted" in call(clone / "scripts/run").stderr
    assert not (clone / ".venv/half").exists()


def test_a_moved_clone_makes_its_environment_anew(clone: Path, call: Call) -> None:
    call(clone / "scripts/run")
    moved = clone.rename(clone.with_name("moved"))
    again = call(moved / "scripts/run")
    assert again.returncode == 0
    assert "moved" in again.stderr


def test_an_environment_whose_python_is_gone_is_made_anew(clone: Path, call: Call) -> None:
    (clone / ".venv/bin").mkdir(parents=True)
    (clone / ".venv/bin/python").symlink_to("/nowhere/python3")
    again = call(clone / "scripts/run")
    assert again.returncode == 0
    assert "does not work" in again.stderr


def test_root_gets_missing_packages_installed(clone: Path, call: Call, tmp_path: Path) -> None:
    (clone / "studio/cli/libraries.txt").write_text("libc.so.6 libc6\nlibnowhere.so.9 libnowhere9\n")
    done = call("bash", "-c", f'cd "{clone}"; source scripts/environment.sh; is_root() {{ true; }}; prepare ""')
    assert done.returncode == 0
    assert notes(tmp_path)[-1].endswith("libnowhere9")
    assert "libc6" not in notes(tmp_path)[-1]


def test_others_are_told_what_to_install_once_and_go_on(clone: Path, call: Call, tmp_path: Path) -> None:
    (clone / "studio/cli/libraries.txt").write_text("libnowhere.so.9 libnowhere9\n")
    script = f'cd "{clone}"; source scripts/environment.sh; is_root() {{ false; }}; set -e; prepare ""; echo ready'
    first, second = call("bash", "-c", script), call("bash", "-c", script)
    assert first.stdout == second.stdout == "ready\n"
    assert "sudo apt-get install -y --no-install-recommends libnowhere9" in first.stderr
    assert second.stderr == ""
    assert notes(tmp_path) == [PIP, RECIPE]


def test_ci_runs_the_tests() -> None:
    assert "exec scripts/test" in (ROOT / ".ci/run").read_text()
