"""Two windows on one home: the second says what it does not keep, and each sees what the other makes."""

import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import Rig, add

from studio.library import Library

OTHER = """
import sys
from pathlib import Path
from studio.document import session_lock
assert session_lock.claim(Path(sys.argv[1]))
print("there", flush=True)
sys.stdin.read()
"""


def test_a_second_window_says_what_it_does_not_keep(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> None:
    folder = studio_home / "session"
    command = [sys.executable, "-c", OTHER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "there\n"
        rig = Rig(qtbot, qapp)
        try:
            rig.wait(lambda: "already open in another window" in rig.window.notices.text("occupied"))
        finally:
            rig.studio.close()
            first.communicate("")


def test_what_another_program_makes_appears_in_the_strip(rig: Rig) -> None:
    rig.wait(lambda: not rig.session.pictures.total)
    other = Library(rig.session.settings.library_dir)
    record = add(other)
    other.close()
    rig.wait(lambda: rig.session.pictures.row(record.id) >= 0)
