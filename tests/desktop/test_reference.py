"""A window that runs for days survives its own signals."""

import subprocess
import sys

EMIT = """
import studio.desktop
from PySide6.QtCore import QObject, Signal
class Source(QObject):
    told = Signal(object)
source = Source()
source.told.connect(lambda value: None)
for number in range(50_000):
    source.told.emit(number)
"""


def test_fifty_thousand_signals_do_not_end_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", EMIT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
