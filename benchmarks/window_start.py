"""From process start to the first painted window, against an empty PySide6 window: python benchmarks/window_start.py

Each start is a process of its own; the kinds take turns. Prints the ratios of the medians: of the first paint (the
shell, which says what is starting) and of the whole window (every panel, before the engine is started).
"""

import statistics
import subprocess
import sys
import tempfile
from os import environ

EMPTY = """
import time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.process_time(), flush=True)
        app.quit()
app = QApplication([])
window = Window()
window.resize(1360, 860)
window.show()
app.exec()
"""
START = """
import os, sys, time
from PySide6.QtWidgets import QApplication
from studio import settings
from studio.desktop.app import Studio
app = QApplication([])
studio = Studio(app, settings.load())
def tell(*later):
    print(time.process_time(), flush=True)
    slow = {"torch", "pydantic", "numpy", "PIL"} - set(later)
    assert not slow & set(sys.modules), "something slow was imported"
    os._exit(0)
"""
FIRST = "studio.shell.painted.connect(tell); studio.open(); app.exec()"
WHOLE = """
studio.open()
while studio.window is None or not studio.window.isVisible():
    app.processEvents()
studio.window.repaint()
tell("numpy", "PIL")  # which a thread loads by now, for the first preview
"""


def start(code: str, home: str) -> float:
    """CPU seconds of the process until it has painted: on a busy machine the clock measures its neighbours."""
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        # An installed program has its bytecode; one in a clone writes it at its first start.
        env={"QT_QPA_PLATFORM": "offscreen", **environ, "STUDIO_HOME": home, "PYTHONDONTWRITEBYTECODE": ""},
    )
    return float(run.stdout.split()[-1])


def main(rounds: int = 9) -> None:
    with tempfile.TemporaryDirectory() as home:
        kinds = (EMPTY, START + FIRST, START + WHOLE)
        times = [tuple(start(code, home) for code in kinds) for _ in range(rounds + 1)][1:]
    empty, first, whole = (1000 * statistics.median(column) for column in zip(*times, strict=True))
    print(f"empty window       {empty:5.0f} ms of CPU")
    print(f"first paint        {first:5.0f} ms  ratio {first / empty:.2f}")
    print(f"the whole window   {whole:5.0f} ms  ratio {whole / empty:.2f}")


if __name__ == "__main__":
    main()
