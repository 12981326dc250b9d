"""ScriptedClient: a `studio.client.Client` whose engine is a few lines of the test."""

from collections.abc import Callable, Iterable

from studio import messages
from studio.messages import AT_ENGINE, LAST, Command, Event, Ready, Submit

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
        self._queue: list[Submit] = []
        self._running: list[Submit] = []
        self.sent: list[Command] = []
        self.started = self.closed = False
        self.restarts = 0
        self.deaf = False
        """Whether the running job, as a careless plugin's, goes on when it is cancelled."""
        self.silent_s = 0.0

    def start(self) -> None:
        self.started = True
        self._on_event(messages.Starting(1, "starting"))
        self._on_event(self._ready)
        self._feed()

    def submit(self, order: Submit) -> None:
        if self.closed:
            raise RuntimeError("this client is closed")
        if order.job in self.pending():
            raise ValueError(f"there is a job {order.job!r} already")
        self.sent.append(order)
        if not self.started:
            self._on_event(messages.Withdrawn(order.job))
            return
        if len(self.pending()) >= (most := AT_ENGINE * self._ready.at_once):
            raise ValueError(f"the engine has its {most} jobs already")
        self._queue.append(order)
        self._feed()

    def emit(self, event: Event) -> None:
        """Report an event as the engine would; the last one of a job lets the next begin."""
        job = getattr(event, "job", "")
        if isinstance(event, LAST):
            if job not in self._begun():
                raise AssertionError(f"the job {job!r} does not run, so it cannot end")
            self._running = [order for order in self._running if order.job != job]
        self._on_event(event)
        self._feed()

    def cancel(self, job: str) -> None:
        self.sent.append(messages.Cancel(job))
        waiting = [order for order in self._queue if order.job == job]
        for order in waiting:
            self._queue.remove(order)
            self._on_event(messages.JobCancelled(job))
        if job in self._begun() and not self.deaf:
            self.emit(messages.JobCancelled(job))

    def withdraw(self, job: str) -> None:
        self.sent.append(messages.Withdraw(job))
        for order in [order for order in self._queue if order.job == job]:
            self._queue.remove(order)
            self._on_event(messages.Withdrawn(job))

    def resave(self, job: str, folder: str | None = None) -> None:
        self.sent.append(messages.Resave(job, folder))

    def discard(self, job: str) -> None:
        self.sent.append(messages.Discard(job))

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def pending(self) -> list[str]:
        """The jobs at the engine: those that run, then the next ones."""
        return self._begun() + [order.job for order in self._queue]

    def restart(self) -> None:
        self.restarts += 1
        self.die("it was restarted")

    def die(self, why: str = "it crashed (SIGSEGV)", *, exit_code: int = -11, suspect: str = "") -> None:
        """Report the death of the engine and the start of the next, as a real client would."""
        self.started = False
        waiting, self._queue = self._queue, []
        for order in waiting:
            self._on_event(messages.Withdrawn(order.job))
        for job in self._begun():
            self.emit(messages.Interrupted(job, f"The engine stopped while this job ran: {why}."))
        self._on_event(messages.Ended(f"The engine stopped: {why}.", exit_code, True, suspect))
        self.start()

    def close(self, timeout_s: float = 5.0) -> None:
        self.closed = True
        for job in self.pending():
            self.cancel(job)

    def _begun(self) -> list[str]:
        return [order.job for order in self._running]

    def _feed(self) -> None:
        while self.started and self._queue and len(self._running) < self._ready.at_once:
            order = self._queue.pop(0)
            self._running.append(order)
            for event in self._script(order) if self._script else ():
                self.emit(event)
