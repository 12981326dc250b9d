"""Memory of the window's process, against an empty PySide6 window: python benchmarks/window_memory.py

Each measurement is a process of its own, the kinds in turn; what counts is memory that no other process shares (USS).
The studio is measured without pictures, once its whole window has settled and its engine runs beside it, and again with
100 jobs in the queue.
"""

import statistics
import subprocess
import sys
import tempfile
from os import environ

COMMON = """
import time
import psutil
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
def settle(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.01)
def tell():
    print(psutil.Process().memory_full_info().uss, flush=True)
"""
EMPTY = """
window = QMainWindow()
window.resize(1360, 860)
window.show()
settle(1)
tell()
"""
STUDIO = """
from studio import settings
from studio.desktop.app import Studio
studio = Studio(app, settings.load())
studio.open()
while studio.session is None or not studio.session.ready or studio.window.task_panel.task is None:
    settle(0.1)
settle(2)
tell()
book = studio.session.jobs
book.pause()
for number in range(100):
    book.submit("text-to-image", {"prompt": "a red mushroom on a blue background", "seed": number})
settle(2)
tell()
studio.close()
"""


def measured(code: str) -> list[int]:
    """Bytes, at each `tell` of a process with a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        run = subprocess.run(
            [sys.executable, "-c", COMMON + code],
            capture_output=True,
            text=True,
            check=True,
            env={"QT_QPA_PLATFORM": "offscreen", **environ, "STUDIO_HOME": home},
        )
    return [int(line) for line in run.stdout.split()]


def main(rounds: int = 5) -> None:
    found = [(measured(EMPTY), measured(STUDIO)) for _ in range(rounds)]
    empty = statistics.median(plain[0] for plain, _ in found)
    window, queued = (statistics.median(studio[number] for _, studio in found) for number in (0, 1))
    print(f"empty window           {empty / 1e6:6.1f} MB")
    print(f"the studio             {window / 1e6:6.1f} MB  ratio {window / empty:.2f}, at most 1.8 is wanted")
    print(f"with 100 queued jobs   {queued / 1e6:6.1f} MB  ratio {queued / empty:.2f}")


if __name__ == "__main__":
    main()
