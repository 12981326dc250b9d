"""One engine, kept for one command: jobs go in one after the other, and come out when they have ended."""

import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self

from studio import messages
from studio.cli.display import Display
from studio.client import Client
from studio.jobs import Job, JobQueue
from studio.library.storage_error import KEPT
from studio.messages import Event

INTERRUPT = object()


class Connect(Protocol):
    """Makes the client that hands its events to `on_event`."""

    def __call__(self, on_event: Callable[[Event], None]) -> Client: ...


class Killed(BaseException):
    """The user pressed Ctrl-C a second time."""


class EngineSession:
    """Runs jobs and follows them; Ctrl-C cancels the running one, a second Ctrl-C ends the engine."""

    def __init__(self, connect: Connect, display: Display, *, debug: bool = False, catch_ctrl_c: bool = True) -> None:
        self._inbox: SimpleQueue[Any] = SimpleQueue()  # its put() is safe in a signal handler
        self._client = connect(self._on_event)
        self._display = display
        self._debug, self._catch_ctrl_c = debug, catch_ctrl_c
        self._queue = JobQueue(attended=False)
        self._queue.attach(self._client)
        self._rescue: Sequence[Path] = ()
        self._tried: Counter[int] = Counter()
        self._former: Any = None
        self.interrupted = False

    def __enter__(self) -> Self:
        if self._catch_ctrl_c:
            self._former = signal.signal(signal.SIGINT, lambda number, frame: self._inbox.put(INTERRUPT))
        self._client.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._display.clear()
        self._client.close(timeout_s=0.0 if kind else 5.0)
        if self._catch_ctrl_c:
            signal.signal(signal.SIGINT, self._former)

    def run(
        self,
        task: str,
        params: dict[str, Any],
        *,
        rescue: Sequence[Path] = (),
        reveal: bool = False,
        trace: bool = False,
    ) -> Job:  # fmt: skip
        """Run one job to its end. `rescue`: folders for what cannot be saved in the library, tried one by one."""
        self._rescue, self._tried = rescue, Counter()
        self._queue.clear()  # the former ones have been reported
        job = self._queue.submit(task, params, previews=False, reveal=reveal, trace=trace)
        while not job.state.ended:
            event = self._inbox.get()
            if event is INTERRUPT:
                self._interrupt()
            else:
                self._take(event)
        self._display.clear()
        return job

    def _on_event(self, event: Event) -> None:
        # A client without a process reports on our own thread, in the middle of `submit`, and may wait for an answer.
        if threading.current_thread() is threading.main_thread():
            self._take(event)
        else:
            self._inbox.put(event)

    def _take(self, event: Event) -> None:
        self._queue.follow(event)
        match event:
            case messages.Starting(doing=doing):
                self._display.stage(doing)
            case messages.Silent(seconds=seconds) if seconds:
                self._display.line(f"The engine has not been heard for {seconds:.0f} s; Ctrl-C twice ends it.")
            case messages.Log(text=text) if self._debug:
                self._display.line(f"| {text}")
            case messages.Ended(message=message, restarting=True):
                self._display.line(message)
            case messages.Progress():
                self._display.progress(event.stage, event.done, event.total, event.eta_s)
            case messages.Note(text=text):
                self._display.line(text)
            case messages.Unsaved():
                self._save_elsewhere(event)

    def _save_elsewhere(self, event: messages.Unsaved) -> None:
        """A picture waits in the engine: save it in another folder; only when there is none left is it given up."""
        job = self._queue.get(event.job)
        assert job is not None, "only jobs of this queue are at the engine"
        reason = event.message.removesuffix(KEPT).strip()
        left = self._rescue[self._tried[event.index] :]
        self._tried[event.index] += 1
        if left:
            self._display.line(f"{reason} It is saved in {left[0]} instead.")
            self._queue.save_again(job, str(left[0]))
            return
        self._display.line(reason)
        folder = self._display.ask_folder("Another folder to save it in (nothing gives it up)")
        if folder is None:
            self._queue.discard(job)
        else:
            self._queue.save_again(job, str(folder))

    def _interrupt(self) -> None:
        if self.interrupted:
            raise Killed
        self.interrupted = True
        self._display.line("Cancelling; Ctrl-C again ends the engine at once.")
        self._queue.cancel_all()
