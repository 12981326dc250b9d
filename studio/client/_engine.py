"""EngineClient: passes jobs to an engine process, and settles them when it dies."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from studio import log_file, messages
from studio.client._child import Child
from studio.client._supervisor import SILENCE_S, Supervisor
from studio.messages import LAST, Command, Event, Submit
from studio.text import Text

# -P: a file called torch.py in the folder where the user happens to be must not shadow torch.
ENGINE = (sys.executable, "-P", "-m", "studio.engine")
ENGINE_LOG = "engine.log"
"""What engines, and the plugins in them, print; among the logs of the home."""


class EngineClient:
    """A `Client` with an engine process of its own.

    One thread, the client's, keeps all state and calls `on_event`; everything else is handed to it as a callable.
    """

    def __init__(
        self,
        on_event: Callable[[Event], None],
        *,
        argv: Sequence[str] | None = None,
        environ: Mapping[str, str] | None = None,
        silence_s: float = SILENCE_S,
        log: Path | None = None,
    ) -> None:
        """`log`: a file to keep in what the engine prints."""
        self._on_event = on_event
        self._environ, self._log = environ, log
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="engine-client", daemon=True)
        self._supervisor = Supervisor(argv or ENGINE, self._spawn, on_event, silence_s)
        self._orders: list[Submit] = []
        """What is at the engine."""
        self._engine = ""
        """What the present engine calls itself."""
        self._begun: set[str] = set()
        """Of these, the jobs that cannot be given back any more."""
        self._closing = self._stopping = False

    # ---- for any thread

    def start(self) -> None:
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._inbox.put(self._supervisor.start)

    def submit(self, order: Submit) -> None:
        if self._closing:
            raise RuntimeError("this client is closed")
        self._inbox.put(partial(self._forward, order))

    def cancel(self, job: str) -> None:
        self._inbox.put(partial(self._send_for, job, messages.Cancel(job)))

    def withdraw(self, job: str) -> None:
        self._inbox.put(partial(self._send_for, job, messages.Withdraw(job)))

    def resave(self, job: str, folder: str | None = None) -> None:
        self._inbox.put(partial(self._send_for, job, messages.Resave(job, folder)))

    def discard(self, job: str) -> None:
        self._inbox.put(partial(self._send_for, job, messages.Discard(job)))

    def send(self, command: Command) -> None:
        self._inbox.put(partial(self._send, command))

    @property
    def silent_s(self) -> float:
        return self._supervisor.silent_s

    def restart(self) -> None:
        self._supervisor.kill()  # the present one, before another can have been started
        self._inbox.put(self._supervisor.restart)

    def close(self, timeout_s: float = 5.0) -> None:
        self._closing = True
        if not self._thread.is_alive():
            return
        self._inbox.put(self._shut_down)
        if self._thread is threading.current_thread():
            return
        self._thread.join(timeout_s)
        for end, wait_s in ((Child.terminate, min(timeout_s, 1.0)), (Child.kill, None)):
            if self._thread.is_alive() and (child := self._supervisor.child):
                end(child)
            self._thread.join(wait_s)

    # ---- the client's thread

    def _serve(self) -> None:
        try:
            self._supervisor.start()
            while self._supervisor.child or not self._stopping:
                try:
                    action = self._inbox.get(timeout=self._supervisor.wait_s)
                except Empty:
                    action = self._supervisor.look_around
                action()
            while not self._inbox.empty():  # jobs that came too late are answered all the same
                self._inbox.get()()
        finally:  # also when on_event raised: an engine without its client would run on
            if self._supervisor.child:
                self._supervisor.child.kill()

    def _spawn(self, argv: Sequence[str]) -> Child:
        return Child(
            argv,
            self._environ,
            lambda child, event: self._inbox.put(partial(self._take, child, event)),
            lambda child, code: self._inbox.put(partial(self._bury, child, code)),
        )

    def _forward(self, order: Submit) -> None:
        if self._stopping:
            self._on_event(messages.JobCancelled(order.job))
        elif self._supervisor.ready and order.engine in ("", self._engine):
            self._orders.append(order)
            self._send(order)
        else:
            self._on_event(messages.Withdrawn(order.job))

    def _send(self, command: Command) -> None:
        if self._supervisor.child and self._supervisor.ready:
            self._supervisor.child.send(command)

    def _send_for(self, job: str, command: Command) -> None:
        if any(order.job == job for order in self._orders):
            self._send(command)

    def _take(self, child: Child, event: Event) -> None:
        if child is not self._supervisor.child:
            return
        self._supervisor.hear(event)
        if isinstance(event, messages.Ready):
            self._engine = event.engine
        if isinstance(event, messages.Log):
            event = messages.Log(event.text, next(iter(self._begun)) if len(self._begun) == 1 else "")
            self._keep(event.text)
        elif (job := getattr(event, "job", None)) is not None and not self._follow(job, event):
            return
        self._on_event(event)

    def _keep(self, text: str) -> None:
        if self._log:
            with contextlib.suppress(OSError):  # a full disk: the work goes on without a log
                log_file.append(self._log, f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")

    def _follow(self, job: str, event: Event) -> bool:
        """Whether the job is at the engine: nothing may follow the last event of one that has ended."""
        if not any(order.job == job for order in self._orders):
            return False
        if isinstance(event, messages.Begun):
            self._begun.add(job)
        elif isinstance(event, (*LAST, messages.Withdrawn)):
            self._orders = [order for order in self._orders if order.job != job]
            if job in self._begun:
                self._begun.remove(job)
                self._supervisor.job_ended()
        return True

    def _bury(self, child: Child, code: int) -> None:
        """The engine has ended. What had not begun is given back, and what had is not run again by itself."""
        if child is not self._supervisor.child:
            return
        running = [order for order in self._orders if order.job in self._begun]
        waiting = [order for order in self._orders if order not in running]
        self._orders, self._begun = [], set()
        for order in waiting:
            self._on_event(messages.Withdrawn(order.job))
        why = self._supervisor.why(code)
        for order in running:
            told = Text("The engine stopped while this job ran: {}. What it had saved is kept.", why)
            self._on_event(messages.Interrupted(order.job, told))
        self._supervisor.bury(code, [order.task for order in running], closing=self._closing)

    def _shut_down(self) -> None:
        self._stopping = True
        for order in [order for order in self._orders if order.job not in self._begun]:
            self._on_event(messages.JobCancelled(order.job))
            self._orders.remove(order)
        self._supervisor.stop()
