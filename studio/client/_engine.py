"""EngineClient: keeps an engine process alive and the queue of its jobs."""

import functools
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Any

from studio import messages
from studio.client._child import Child
from studio.client._crashes import CrashHistory, reason
from studio.messages import LAST, Command, Event, Submit

# -P: a file called torch.py in the folder where the user happens to be must not shadow torch.
ENGINE = (sys.executable, "-P", "-m", "studio.engine")
SAFE_MODE = "--safe-mode"
MISMATCH = "The engine is of another version than this program: the studio was updated while it ran. Restart it."
SILENCE_S = 10.0
"""Without a sign of life for so long, an engine counts as hanging. Imports of native libraries take a few seconds."""


class EngineClient:
    """A `Client` with an engine process of its own.

    One thread, the client's, starts the engine, keeps all state and calls `on_event`; everything else is handed to it
    as a callable. The queue alone is shared, under the lock. The engine gets one job at a time, so that its death
    touches one job only.
    """

    def __init__(
        self,
        on_event: Callable[[Event], None],
        *,
        argv: Sequence[str] | None = None,
        environ: Mapping[str, str] | None = None,
        silence_s: float = SILENCE_S,
    ) -> None:
        self._on_event = on_event
        self._argv = tuple(argv or ENGINE)
        self._environ = environ
        self._silence_s = silence_s
        self._inbox: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="engine-client", daemon=True)
        self._lock = threading.Lock()
        self._queue: deque[Submit] = deque()
        self._running: Submit | None = None  # under the lock too, for `pending`
        self._closing = False
        self._stopping = False
        self._child: Child | None = None
        self._replaced: Child | None = None
        self._ready = False
        self._start_at: float | None = None
        self._heard_at = time.monotonic()
        self._told_silence = False
        self._deaths = CrashHistory()
        self._mismatched = False
        self._loading = ""
        self._plugins: dict[str, str] = {}  # third-party plugin by task

    # ---- for any thread

    def start(self) -> None:
        self._thread.start()

    def submit(
        self, task: str, params: dict[str, Any], *, job: str | None = None, previews: bool = True, reveal: bool = False
    ) -> str:
        messages.check(params)
        order = Submit(job or uuid.uuid4().hex, task, params, previews, reveal)
        messages.encode(order)  # a value that is no JSON fails here, in its caller's face
        with self._lock:
            if self._closing:
                raise RuntimeError("this client is closed")
            if order.job in self._jobs():
                raise ValueError(f"there is a job {order.job!r} already")
            self._queue.append(order)
        self._inbox.put(self._arrive)
        return order.job

    def cancel(self, job: str) -> None:
        with self._lock:
            waiting = next((order for order in self._queue if order.job == job), None)
            if waiting:
                self._queue.remove(waiting)
        event = messages.Cancelled(job)
        self._inbox.put(
            functools.partial(self._on_event, event)
            if waiting
            else functools.partial(self._send_for, job, messages.Cancel(job))
        )

    def resave(self, job: str, folder: str | None = None) -> None:
        self._inbox.put(functools.partial(self._send_for, job, messages.Resave(job, folder)))

    def discard(self, job: str) -> None:
        self._inbox.put(functools.partial(self._send_for, job, messages.Discard(job)))

    def send(self, command: Command) -> None:
        self._inbox.put(functools.partial(self._send, command))

    def pending(self) -> list[str]:
        with self._lock:
            return self._jobs()

    @property
    def silent_s(self) -> float:
        return time.monotonic() - self._heard_at if self._child else 0.0

    def restart(self) -> None:
        self._inbox.put(self._restart)
        if child := self._child:
            self._replaced = child
            child.kill()

    def close(self, timeout_s: float = 5.0) -> None:
        with self._lock:
            closed, self._closing = self._closing, True
        if not self._thread.is_alive():
            if not closed:
                self._cancel_queue()
            return
        self._inbox.put(self._shut_down)
        if self._thread is threading.current_thread():
            return
        self._thread.join(timeout_s)
        for end, wait_s in ((Child.terminate, min(timeout_s, 1.0)), (Child.kill, None)):
            if self._thread.is_alive() and (child := self._child):
                end(child)
            self._thread.join(wait_s)

    def _jobs(self) -> list[str]:
        running = [self._running.job] if self._running else []
        return running + [order.job for order in self._queue]

    # ---- the client's thread

    def _serve(self) -> None:
        try:
            self._begin()
            while self._child or not self._stopping:
                try:
                    action = self._inbox.get(timeout=self._wait_s())
                except Empty:
                    action = self._look_around
                action()
            while not self._inbox.empty():  # the ends of jobs that were cancelled meanwhile
                self._inbox.get()()
        finally:  # also when on_event raised: an engine without its client would run on
            if self._child:
                self._child.kill()

    def _wait_s(self) -> float:
        if self._start_at is not None:
            return max(0.0, self._start_at - time.monotonic())
        return min(1.0, self._silence_s / 2)

    def _look_around(self) -> None:
        if self._start_at is not None and time.monotonic() >= self._start_at:
            self._begin()
        if self.silent_s > self._silence_s and not self._told_silence:
            self._told_silence = True
            self._on_event(messages.Silent(self.silent_s))

    def _begin(self) -> None:
        """Start an engine."""
        self._start_at = None
        self._ready = self._told_silence = False
        self._mismatched, self._loading = False, ""
        self._heard_at = time.monotonic()
        argv = (*self._argv, SAFE_MODE) if self._deaths.safe_mode else self._argv
        try:
            self._child = Child(
                argv,
                self._environ,
                lambda child, event: self._inbox.put(functools.partial(self._take, child, event)),
                lambda child, code: self._inbox.put(functools.partial(self._bury, child, code)),
            )
        except OSError as error:
            self._give_up(f"The engine cannot be started: {error}.", None)

    def _arrive(self) -> None:
        """There is a new job."""
        if self._queue and self._child is None and self._start_at is None and not self._closing:
            self._deaths.clear()  # it was given up, and somebody asks anew
            self._begin()
        self._feed()

    def _feed(self) -> None:
        """Give the engine its next job, if it is free."""
        if not self._ready:
            return
        with self._lock:
            if self._running or not self._queue or self._closing:
                return
            self._running = self._queue.popleft()
            order = self._running
        self._send(order)

    def _send(self, command: Command) -> None:
        if self._child and self._ready:
            self._child.send(command)

    def _send_for(self, job: str, command: Command) -> None:
        if self._running and self._running.job == job:
            self._send(command)

    def _take(self, child: Child, event: Event) -> None:
        if child is not self._child:
            return
        self._heard_at = time.monotonic()
        if self._told_silence:
            self._told_silence = False
            self._on_event(messages.Silent(0))
        running = self._running.job if self._running else ""
        if isinstance(event, messages.Log):
            event = messages.Log(event.text, running)
        if getattr(event, "job", running) != running:
            return  # of a job that has ended: nothing may follow its last event
        self._follow(child, event)
        self._on_event(event)
        self._feed()

    def _follow(self, child: Child, event: Event) -> None:
        """Keep what is known of the engine up to date."""
        if isinstance(event, messages.Starting):
            self._loading = event.plugin
            if event.protocol != messages.PROTOCOL:
                self._mismatched = True
                child.kill()
        elif isinstance(event, messages.Ready):
            self._ready, self._loading = True, ""
            self._plugins = {task.id: task.plugin for task in event.tasks if not task.builtin}
        elif isinstance(event, LAST):
            self._deaths.clear()
            with self._lock:
                self._running = None

    def _bury(self, child: Child, code: int) -> None:
        """The engine has ended: settle its job, and start another if that makes sense."""
        if child is not self._child:
            return
        self._child, was_ready, self._ready = None, self._ready, False
        replaced = child is self._replaced
        why = "it was restarted" if replaced else reason(code)
        suspect = self._plugins.get(self._running.task, "") if self._running else self._loading
        self._interrupt(f"The engine stopped while this job ran: {why}. What it had saved is kept.")
        if self._closing:
            return
        if replaced:
            self._on_event(messages.Ended("The engine is restarted; the queue is kept.", code, restarting=True))
            self._begin()
            return
        self._deaths.add(suspect)
        if self._mismatched:
            self._give_up(MISMATCH, code)
        elif code == messages.CANNOT_START and not was_ready:
            self._give_up(" ".join(child.last_lines()) or "The engine cannot be started.", code)
        elif self._deaths.hopeless:
            self._give_up(f"The engine stopped again and again: {why}. Look at the log, then restart it.", code)
        else:
            self._start_at = time.monotonic() + self._deaths.pause_s
            self._on_event(self._ended(why, code))

    def _ended(self, why: str, code: int) -> messages.Ended:
        message = f"The engine stopped: {why}. It is started again; the queue is kept."
        if self._deaths.safe_mode:
            blame = f"; {self._deaths.suspect!r} was at work each time" if self._deaths.suspect else ""
            message = (
                f"The engine stopped several times in a row ({why}){blame}. It is started again in safe mode, "
                "without plugins of third parties; the queue is kept."
            )
        return messages.Ended(message, code, True, self._deaths.suspect, self._deaths.safe_mode)

    def _give_up(self, message: str, code: int | None) -> None:
        """No engine, until somebody asks for one: no job may wait for it in vain."""
        self._on_event(messages.Ended(message, code, False, self._deaths.suspect))
        for order in self._emptied():
            self._on_event(messages.Interrupted(order.job, message))

    def _interrupt(self, message: str) -> None:
        with self._lock:
            order, self._running = self._running, None
        if order:
            self._on_event(messages.Interrupted(order.job, message))

    def _restart(self) -> None:
        self._deaths.clear()
        if self._child is None:
            self._begin()

    def _shut_down(self) -> None:
        self._stopping, self._start_at = True, None
        self._cancel_queue()
        if self._child:
            self._child.send(messages.Shutdown())

    def _cancel_queue(self) -> None:
        for order in self._emptied():
            self._on_event(messages.Cancelled(order.job))

    def _emptied(self) -> list[Submit]:
        with self._lock:
            waiting = [*self._queue]
            self._queue.clear()
        return waiting
