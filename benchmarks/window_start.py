"""From process start to the first painted window, against an empty PySide6 window: python benchmarks/window_start.py

Each start is a process of its own; the two alternate. Prints the ratio of the medians.
"""

import statistics
import subprocess
import sys
import tempfile
from os import environ

EMPTY = """
import sys, time
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
OURS = """
import sys, time
from PySide6.QtWidgets import QApplication
from studio import settings
from studio.desktop.app import Studio
app = QApplication([])
studio = Studio(app, settings.load())
shell = studio.open()
def painted():
    print(time.process_time(), flush=True)
    if sys.argv[1:] == ["whole"] and studio.window is None:
        from PySide6.QtCore import QTimer
        return QTimer.singleShot(0, wait)
    assert not {"torch", "pydantic", "numpy", "PIL"} & set(sys.modules), "something slow was imported"
    shell.painted.disconnect()
    app.quit()
shell.painted.connect(painted)
app.exec()
import os; os._exit(0)
"""


def start(code: str, home: str) -> float:
    """CPU seconds of the process until it has painted: on a busy machine the clock measures its neighbours."""
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"QT_QPA_PLATFORM": "offscreen", **environ, "STUDIO_HOME": home},
    )
    return float(run.stdout.split()[-1])


def main(rounds: int = 9) -> None:
    with tempfile.TemporaryDirectory() as home:
        pairs = [(start(EMPTY, home), start(OURS, home)) for _ in range(rounds + 1)][1:]
    empty, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"first paint: empty {empty * 1000:.0f} ms, studio {ours * 1000:.0f} ms of CPU: ratio {ours / empty:.2f}")


if __name__ == "__main__":
    main()
