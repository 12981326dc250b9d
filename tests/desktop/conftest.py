"""For tests of the window: a studio with a scripted engine, and a watch for whatever a test leaves behind."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from form_host import PlainDesk
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import Rig


@pytest.fixture
def rig(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> Iterator[Rig]:
    made = Rig(qtbot, qapp)
    yield made
    made.studio.close()


@pytest.fixture(autouse=True)
def leaves_nothing_behind(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test that leaks a window, a thread or a running timer fails.

    Garbage is collected here only, in Qt's thread, as studio.desktop.shell.garbage does it for the window; which would
    also thaw what was there before all tests, and that takes half a second to look at. test_garbage.py does without.
    """
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(gc, "unfreeze", lambda: None)
    gc.disable()
    threads = set(threading.enumerate())
    windows = {id(widget) for widget in qapp.topLevelWidgets()}
    clocks = {id(timer) for timer in active_timers()}
    yield
    QApplication.clipboard().clear()  # what is left there when Python ends takes Qt down with it
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        qapp.processEvents()
    gc.collect()
    gc.enable()
    left = [widget for widget in qapp.topLevelWidgets() if id(widget) not in windows]
    assert not left, f"windows left behind: {left}"
    running = [thread for thread in threading.enumerate() if thread not in threads]
    assert not running, f"threads left behind: {running}"
    timers = [timer for timer in active_timers() if id(timer) not in clocks]
    assert not timers, f"timers left behind: {timers} of {[timer.parent() for timer in timers]}"


@pytest.fixture
def host(qapp: QApplication, tmp_path: Path) -> Iterator[PlainDesk]:
    """What a form stands on when there is no window."""
    made = PlainDesk(tmp_path)
    yield made
    made.worker.close()


def active_timers() -> list[QTimer]:
    return [timer for timer in shiboken6.getAllValidWrappers() if isinstance(timer, QTimer) and timer.isActive()]
