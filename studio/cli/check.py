"""The single checks of `studio doctor`: each looks at the real thing, in a process of its own where it could crash."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from studio import files

WELL, POOR, BROKEN = "well", "poor", "broken"
"""POOR: something is missing that not everybody needs. BROKEN: no picture can be made, or no window opened."""

LOW_BYTES, LEAST_BYTES = 5 * 10**9, 5 * 10**8
PROBE_S = 180.0
LIBRARIES = Path(__file__).with_name("libraries.txt")

WEIGHTS = "import torch, diffusers, transformers; print(torch.__version__, diffusers.__version__)"
OPENCV = "import cv2; print(cv2.__version__)"
QT = """
from PySide6 import QtSvg, QtWidgets
from PySide6.QtGui import QFontDatabase
app = QtWidgets.QApplication([])
chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
from PySide6 import __version__
print(__version__)
print(next((name for name in chinese if "CJK" in name), chinese[0]) if chinese else "")
"""


class Check(msgspec.Struct, frozen=True):
    """What was looked at, how it is, what was found, and what to do about it."""

    topic: str
    state: str
    found: str
    advice: str = ""


def python() -> Check:
    found = f"{platform.python_version()} ({sys.executable})"
    return Check("Python", WELL, found)


def weights() -> Check:
    answer, problem = _probe(WEIGHTS)
    if problem:
        return Check("torch", BROKEN, problem, _reinstall())
    torch, diffusers = answer.split()
    return Check("torch", WELL, f"{torch}, with diffusers {diffusers}")


def opencv() -> Check:
    answer, problem = _probe(OPENCV)
    if problem:
        return Check("OpenCV", POOR, problem, _packages(_named(problem)) or _reinstall())
    return Check("OpenCV", WELL, answer.strip())


def qt() -> list[Check]:
    """Qt itself, the libraries that its window needs, a font for Chinese, and a display."""
    answer, problem = _probe(QT, QT_QPA_PLATFORM="offscreen")
    if problem:
        return [Check("Qt", BROKEN, problem, _packages(_named(problem)) or _reinstall())]
    version, font, *_ = [*answer.splitlines(), "", ""]
    checks = [Check("Qt", WELL, f"PySide6 {version}")]
    missing = _missing_libraries()
    if missing:
        checks.append(Check("Qt's window", POOR, f"lacks {', '.join(missing)}", _packages(missing)))
    if not font:
        checks.append(Check("Chinese font", POOR, "none is installed", _apt("fonts-noto-cjk")))
    else:
        checks.append(Check("Chinese font", WELL, font))
    if sys.platform == "linux" and not has_display():
        said = "there is none here, so no window can be opened; the command line needs none"
        checks.append(Check("Display", POOR, said, "Start it in a desktop session, or with `xvfb-run`."))
    return checks


def has_display() -> bool:
    """Whether Qt would find a screen on this Linux machine, or was told to do without one."""
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def home(folder: Path) -> Check:
    """Whether the studio's folder can be written, which everything else depends on."""
    try:
        files.make_private(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = "Make it writable, or choose another folder in the environment variable STUDIO_HOME."
        return Check("Folder", BROKEN, f"{folder} cannot be written ({error.strerror})", advice)
    return Check("Folder", WELL, str(folder))


def disk(folder: Path) -> Check:
    """Room where the pictures are saved."""
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    state = WELL if free > LOW_BYTES else POOR if free > LEAST_BYTES else BROKEN
    advice = "" if state == WELL else "Free some space, or move the library to another disk in the settings."
    return Check("Disk", state, f"{free / 1e9:.1f} GB free in {there}", advice)


def _probe(code: str, **environ: str) -> tuple[str, str]:
    """What the code prints in a Python of its own, and what went wrong, in one line."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_S, env={**os.environ, **environ})
    except subprocess.TimeoutExpired:
        return "", f"did not answer within {PROBE_S:.0f} s"
    if result.returncode == 0:
        return result.stdout, ""
    said = result.stderr.strip().splitlines()
    return "", said[-1] if said else f"ended with code {result.returncode}"


def _missing_libraries() -> list[str]:
    """What the dynamic linker does not find for Qt's platform plugin, which fails only when a window opens."""
    spec = importlib.util.find_spec("PySide6")
    ldd = shutil.which("ldd")
    if ldd is None or spec is None or spec.origin is None:
        return []
    plugin = Path(spec.origin).parent / "Qt/plugins/platforms/libqxcb.so"
    told = subprocess.run([ldd, plugin], capture_output=True, text=True).stdout if plugin.exists() else ""
    return sorted({line.split()[0] for line in told.splitlines() if "not found" in line})


def _named(problem: str) -> list[str]:
    return [library for library in _packages_of() if library in problem]


def _packages_of() -> dict[str, str]:
    rows = (line.split() for line in LIBRARIES.read_text().splitlines() if not line.startswith("#"))
    return {row[0]: row[1] for row in rows}


def _packages(libraries: list[str]) -> str:
    packages = sorted({_packages_of()[library] for library in libraries if library in _packages_of()})
    return _apt(*packages) if packages else ""


def _apt(*packages: str) -> str:
    return f"On Debian or Ubuntu: sudo apt-get install -y {' '.join(packages)}"


def _reinstall() -> str:
    return "Install the studio again: remove .venv and call scripts/run, or `pip install --force-reinstall` it."
