"""What a brush paints lies under the pointer: on screens of fractional scale, at every corner, zoom and rotation."""

import os
import subprocess
import sys
from pathlib import Path

SCALES = ("1", "1.25", "1.5", "1.75")
SCRIPT = Path(__file__).with_name("brush_on_screen.py")


def test_the_brush_paints_under_the_pointer_at_every_scale() -> None:
    """Within one pixel of the picture and of the screen."""
    runs = {}
    for scale in SCALES:
        env = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
        runs[scale] = subprocess.Popen([sys.executable, SCRIPT], stdout=subprocess.PIPE, text=True, env=env)
    for scale, run in runs.items():
        out, _ = run.communicate(timeout=60)
        ratio, worst = map(float, out.split())
        assert run.returncode == 0
        assert ratio == float(scale)
        assert worst <= 1 / ratio, scale
