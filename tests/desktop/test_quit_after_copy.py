"""Whoever copies a picture and quits at once sees the program end well."""

import os
import subprocess
import sys
from pathlib import Path

COPY_AND_QUIT = """
import faulthandler
import sys
from pathlib import Path
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from studio import settings
from studio.desktop.app import Studio
from studio.desktop.shell import clipboard
from studio.testing import ScriptedClient

faulthandler.enable()
app = QApplication([])
studio = Studio(app, settings.load(), ScriptedClient)
studio.open()
picture = Path(sys.argv[1])
Image.new("RGB", (300, 200), "red").save(picture)

def copy():
    if studio.session is None or studio.session.library is None:
        return
    wait.stop()
    clipboard.copy(picture, QImage(str(picture)))
    assert QGuiApplication.clipboard().mimeData().hasImage()
    app.quit()

wait = QTimer()
wait.timeout.connect(copy)
wait.start(10)
app.exec()
studio.close()
print("closed", flush=True)
"""


def test_it_ends_well(studio_home: Path, tmp_path: Path) -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "STUDIO_HOME": str(studio_home)}
    command = [sys.executable, "-c", COPY_AND_QUIT, str(tmp_path / "a.png")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "closed\n"), done.stderr[-2000:]
