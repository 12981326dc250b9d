"""Without a display, the window is one sentence."""

import os
import subprocess
import sys
from pathlib import Path


def test_no_display_is_one_sentence_and_exit_code_2(studio_home: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env["QT_QPA_PLATFORM"] = "xcb"
    run = subprocess.run([sys.executable, "-m", "studio"], env=env, capture_output=True, text=True, timeout=60)
    assert run.returncode == 2
    assert "no display was found" in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
