"""Garbage that holds a widget dies in the window's thread, whichever thread makes garbage."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.desktop.shell.garbage import GarbageCollector
from studio.desktop.shell.worker import Worker


def make_cycle(died_in: list[threading.Thread]) -> None:
    label = QLabel("in a cycle")
    label.itself = label  # type: ignore[attr-defined]  # any attribute of a Python object
    weakref.finalize(label, lambda: died_in.append(threading.current_thread()))


def litter() -> None:
    for _ in range(20_000):
        pair: list[object] = []
        pair.append(pair)


def test_another_thread_collects_nothing(qtbot: QtBot) -> None:
    gc.enable()
    collector = GarbageCollector()
    died_in: list[threading.Thread] = []
    make_cycle(died_in)
    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()
    assert not died_in
    collector.check()
    qtbot.waitUntil(lambda: died_in == [threading.main_thread()])
    collector.close()
    assert gc.isenabled()


def test_what_is_due_is_collected_by_the_clock(qtbot: QtBot) -> None:
    collector = GarbageCollector()
    died_in: list[threading.Thread] = []
    make_cycle(died_in)
    litter()
    qtbot.waitUntil(lambda: bool(died_in), timeout=20_000)
    collector.close()


def test_what_stays_is_left_out_until_the_window_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # conftest.py has put gc.freeze out of work
    died_in: list[threading.Thread] = []
    collector = GarbageCollector()
    make_cycle(died_in)
    try:
        collector.freeze()
        gc.collect()
        assert not died_in
        collector.close()
        gc.collect()
        assert died_in == [threading.main_thread()]
    finally:
        gc.freeze()  # as it was before


def test_work_lets_go_of_its_widget_in_the_windows_thread(qtbot: QtBot) -> None:
    worker = Worker()
    died_in: list[threading.Thread] = []
    begin = threading.Event()

    def ask() -> None:
        label = QLabel("held by the work alone")
        weakref.finalize(label, lambda: died_in.append(threading.current_thread()))
        worker.run(lambda: (begin.wait(10), label.objectName())[1], lambda _: None)

    ask()
    begin.set()
    qtbot.waitUntil(lambda: bool(died_in))
    QCoreApplication.processEvents()
    assert died_in == [threading.main_thread()]
    worker.close()
