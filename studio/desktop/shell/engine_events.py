"""Bridge: brings an engine's events from the client's thread into the window's, as one Qt signal."""

import threading
import time
from collections import deque

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.messages import Event, Heartbeat, Progress

AT_ONCE_S = 0.008
"""After half a frame of handling events the window gets to draw and to answer its user again."""


class EngineEvents(QObject):
    """A callable for any thread; `received` is emitted in the thread that the bridge lives in, in order.

    Of what only the latest counts (a job's progress, the heartbeat) the latest alone is kept while the window is busy.
    """

    received = Signal(object)
    _arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._events: deque[Event] = deque()
        self._arrived.connect(self._hand_on, Qt.ConnectionType.QueuedConnection)

    def __call__(self, event: Event) -> None:
        with self._lock:
            first = not self._events
            last = self._events[-1] if self._events else None
            if isinstance(last, Progress) and isinstance(event, Progress) and last.job == event.job:
                self._events[-1] = _merged(last, event)
            elif isinstance(last, Heartbeat) and isinstance(event, Heartbeat):
                self._events[-1] = event
            else:
                self._events.append(event)
        if first:
            self._arrived.emit()

    @Slot()
    def _hand_on(self) -> None:
        end = time.perf_counter() + AT_ONCE_S
        while (event := self._next()) is not None:
            self.received.emit(event)
            if time.perf_counter() > end:
                self._arrived.emit()  # whether or not there is more: it is looked for again
                return

    def _next(self) -> Event | None:
        with self._lock:
            return self._events.popleft() if self._events else None


def _merged(old: Progress, new: Progress) -> Progress:
    """The new progress, with the old one's preview if it brings none of its own."""
    if new.preview or not old.preview:
        return new
    return Progress(new.job, new.done, new.total, new.stage, new.eta_s, old.preview)
