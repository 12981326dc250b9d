"""Sender: brings what is asked to the other machine, in order, and again after each lost connection."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import NamedTuple

from studio.client.remote.link import LinkDown, LinkRefused, RequestRefused
from studio.errors import Cancelled


class _Asked(NamedTuple):
    do: Callable[[], None]
    lasts: bool
    wanted: Callable[[], bool]


class Sender:
    """`up`: set while there is a connection; `stopped`: set when nothing is wanted any more."""

    def __init__(self, up: threading.Event, stopped: threading.Event, pauses_s: Sequence[float]) -> None:
        self._up, self._stopped, self._pauses_s = up, stopped, pauses_s
        self._outbox: SimpleQueue[_Asked | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="remote-commands", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, do: Callable[[], None], *, lasts: bool = True, wanted: Callable[[], bool] = lambda: True) -> None:
        """`lasts`: until it is done, as long as it is `wanted`; else it is dropped while there is no connection.

        `do` raises LinkDown, LinkRefused, RequestRefused, Cancelled.
        """
        self._outbox.put(_Asked(do, lasts, wanted))

    def close(self, timeout_s: float) -> None:
        self._outbox.put(None)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (asked := self._outbox.get()) is not None:
            tries = 0
            while asked.wanted() and not self._stopped.is_set() and not self._try(asked):
                tries += 1
                self._stopped.wait(self._pauses_s[min(tries, len(self._pauses_s)) - 1])

    def _try(self, asked: _Asked) -> bool:
        """Whether nothing remains to be done."""
        while asked.lasts and not self._up.wait(0.5):
            if self._stopped.is_set() or not asked.wanted():
                return True
        if not self._up.is_set():
            return True
        with contextlib.suppress(Cancelled, LinkRefused, RequestRefused):  # the reader tells what is wrong
            try:
                asked.do()
            except LinkDown:
                return not asked.lasts
        return True
