"""Events from the client's thread: in order, in the window's thread, and never so many at once that it stands still."""

import itertools
import threading
import time

from PySide6.QtCore import QThread, QTimer
from pytestqt.qtbot import QtBot

from studio.desktop.shell.engine_events import EngineEvents
from studio.messages import Event, Heartbeat, Note, Progress


def test_a_flood_leaves_the_window_time_to_answer(qtbot: QtBot) -> None:
    bridge, got, turns = EngineEvents(), [], []
    clock = QTimer()
    clock.timeout.connect(lambda: turns.append(len(got)))
    clock.start(0)

    def take(event: Event) -> None:
        assert QThread.currentThread() is bridge.thread()
        got.append(event)
        time.sleep(0.001)

    bridge.received.connect(take)
    sent = [Note("job", str(number)) for number in range(300)]
    sender = threading.Thread(target=lambda: [bridge(event) for event in sent])
    sender.start()
    sender.join()
    qtbot.waitUntil(lambda: len(got) == len(sent))
    clock.stop()
    assert got == sent
    assert max(after - before for before, after in itertools.pairwise(turns)) < 30


def test_of_what_only_the_latest_counts_the_latest_alone_waits(qtbot: QtBot) -> None:
    bridge, got = EngineEvents(), []
    bridge.received.connect(got.append)
    for number in range(100):
        bridge(Progress("job", number, 100, preview=b"seen" if number == 50 else b""))
    for number in range(100):
        bridge(Heartbeat(number))
    bridge(Progress("other", 1, 2))
    qtbot.waitUntil(lambda: len(got) == 3)
    assert got == [Progress("job", 99, 100, preview=b"seen"), Heartbeat(99), Progress("other", 1, 2)]


def test_what_comes_while_an_event_is_handled_follows_it(qtbot: QtBot) -> None:
    bridge, got = EngineEvents(), []

    def take(event: Event) -> None:
        got.append(event)
        if len(got) < 5:
            bridge(Note("job", str(len(got))))

    bridge.received.connect(take)
    bridge(Note("job", "0"))
    qtbot.waitUntil(lambda: len(got) == 5)
    assert [event.text for event in got] == ["0", "1", "2", "3", "4"]
