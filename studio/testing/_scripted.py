"""ScriptedClient: a `studio.client.Client` whose engine is a few lines of the test."""

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from studio import messages
from studio.messages import LAST, Command, Event, Ready, Submit

Script = Callable[[Submit], Iterable[Event]]


class ScriptedClient:
    """Keeps the promises of a Client on the caller's thread.

    With a `script`, each job's events are what it returns, reported at once. Without, a job runs until the test
    reports its events with `emit`. `sent` holds every command, in order, for the test to look at.
    """

    def __init__(
        self, on_event: Callable[[Event], None], *, ready: Ready | None = None, script: Script | None = None
    ) -> None:
        self._on_event = on_event
        self._ready = ready or Ready([], [], [], [])
        self._script = script
        self._ids = itertools.count(1)
        self._queue: list[Submit] = []
        self._running: Submit | None = None
        self.sent: list[Command] = []
        self.started = self.closed = False
        self.restarts = 0
        self.silent_s = 0.0

    def start(self) -> None:
        self.started = True
        self._on_event(messages.Starting(1, "starting"))
        self._on_event(self._ready)
        self._feed()

    def submit(
        self, task: str, params: dict[str, Any], *, job: str | None = None, previews: bool = True, reveal: bool = False
    ) -> str:
        messages.check(params)
        order = Submit(job or f"job-{next(self._ids)}", task, params, previews, reveal)
        if self.closed:
            raise RuntimeError("this client is closed")
        if order.job in self.pending():
            raise ValueError(f"there is a job {order.job!r} already")
        self.sent.append(order)
        self._queue.append(order)
        self._feed()
        return order.job

    def emit(self, event: Event) -> None:
        """Report an event as the engine would; the last one of a job lets the next begin."""
        job = getattr(event, "job", "")
        if isinstance(event, LAST):
            if self._running is None or job != self._running.job:
                raise AssertionError(f"the job {job!r} does not run, so it cannot end")
            self._running = None
        self._on_event(event)
        self._feed()

    def cancel(self, job: str) -> None:
        self.sent.append(messages.Cancel(job))
        waiting = [order for order in self._queue if order.job == job]
        for order in waiting:
            self._queue.remove(order)
            self._on_event(messages.Cancelled(job))
        if self._running and self._running.job == job:
            self.emit(messages.Cancelled(job))

    def resave(self, job: str, folder: str | None = None) -> None:
        self.sent.append(messages.Resave(job, folder))

    def discard(self, job: str) -> None:
        self.sent.append(messages.Discard(job))

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def pending(self) -> list[str]:
        running = [self._running.job] if self._running else []
        return running + [order.job for order in self._queue]

    def restart(self) -> None:
        self.restarts += 1
        self.die("it was restarted")

    def die(self, why: str = "it crashed (SIGSEGV)", *, exit_code: int = -11, suspect: str = "") -> None:
        """Report the death of the engine and the start of the next, as a real client would."""
        self.started = False
        if self._running:
            self.emit(messages.Interrupted(self._running.job, f"The engine stopped while this job ran: {why}."))
        self._on_event(messages.Ended(f"The engine stopped: {why}.", exit_code, True, suspect))
        self.start()

    def close(self, timeout_s: float = 5.0) -> None:
        self.closed = True
        for job in self.pending():
            self.cancel(job)

    def _feed(self) -> None:
        if not self.started or self._running or not self._queue:
            return
        order = self._running = self._queue.pop(0)
        for event in self._script(order) if self._script else ():
            self.emit(event)
