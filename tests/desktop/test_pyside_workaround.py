"""A window that runs for days survives its own signals and paint events."""

import subprocess
import sys

import pytest

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
PAINT = """
import studio.desktop
from PySide6.QtGui import QImage, QPainter
image = QImage(8, 8, QImage.Format.Format_RGB32)
painter = QPainter(image)
for number in range(50_000):
    painter.setOpacity(1)
painter.end()
"""


@pytest.mark.parametrize("script", [EMIT, PAINT])
def test_fifty_thousand_calls_do_not_end_the_process(script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
