"""One engine, kept for one command: jobs go in one after the other, outcomes come out."""

import signal
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

import msgspec

from studio import messages
from studio.cli.display import Display
from studio.client import Client
from studio.messages import LAST, Event

INTERRUPT = object()


class Connect(Protocol):
    """Makes the client that hands its events to `on_event`."""

    def __call__(self, on_event: Callable[[Event], None]) -> Client: ...


class Outcome(msgspec.Struct):
    """All that is known of a job when it has ended."""

    task: str
    job: str
    saved: list[messages.Saved] = []
    notes: list[str] = []
    revealed: list[messages.Revealed] = []
    end: messages.Finished | messages.Failed | messages.Cancelled | messages.Interrupted | None = None


class Killed(BaseException):
    """The user pressed Ctrl-C a second time."""


class Session:
    """Runs jobs and follows them; Ctrl-C cancels the running one, a second Ctrl-C ends the engine."""

    def __init__(self, connect: Connect, display: Display, *, debug: bool = False) -> None:
        self._inbox: SimpleQueue[Any] = SimpleQueue()  # its put() is safe in a signal handler
        self._client = connect(self._inbox.put)
        self._display = display
        self._debug = debug
        self._former: Any = None
        self.interrupted = False

    def __enter__(self) -> Self:
        self._former = signal.signal(signal.SIGINT, self._on_interrupt)
        self._client.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._display.clear()
        self._client.close(timeout_s=0.0 if kind else 5.0)
        signal.signal(signal.SIGINT, self._former)

    def run(self, task: str, params: dict[str, Any], *, rescue: Path | None = None, reveal: bool = False) -> Outcome:
        """Run one job to its end. `rescue`: where to save what cannot be saved in the library."""
        job = self._client.submit(task, params, previews=False, reveal=reveal)
        outcome = Outcome(task, job)
        rescued: set[int] = set()
        while outcome.end is None:
            event = self._inbox.get()
            if event is INTERRUPT:
                self._interrupt(job)
            elif isinstance(event, messages.Unsaved) and event.job == job:
                self._rescue(event, rescue, rescued)
            else:
                self._take(event, outcome)
        self._display.clear()
        return outcome

    def _take(self, event: Event, outcome: Outcome) -> None:
        match event:
            case messages.Starting(doing=doing):
                self._display.stage(doing)
            case messages.Log(text=text) if self._debug:
                self._display.line(f"| {text}")
            case messages.Ended(message=message, restarting=True):
                self._display.line(message)
            case _ if getattr(event, "job", None) != outcome.job:
                pass
            case messages.Progress():
                self._display.progress(event.stage, event.done, event.total, event.eta_s)
            case messages.Note(text=text):
                outcome.notes.append(text)
                self._display.line(text)
            case messages.Revealed():
                outcome.revealed.append(event)
            case messages.Saved():
                outcome.saved.append(event)
            case _ if isinstance(event, LAST):
                outcome.end = event

    def _rescue(self, event: messages.Unsaved, folder: Path | None, rescued: set[int]) -> None:
        """A picture waits in the engine: save it in the user's folder, or give it up, once and for all."""
        self._display.line(event.message)
        if folder is None or event.index in rescued:
            self._client.discard(event.job)
        else:
            rescued.add(event.index)
            self._display.line(f"Saving it in {folder} instead.")
            self._client.resave(event.job, str(folder))

    def _interrupt(self, job: str) -> None:
        if self.interrupted:
            raise Killed
        self.interrupted = True
        self._display.line("Cancelling; Ctrl-C again ends the engine at once.")
        self._client.cancel(job)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        self._inbox.put(INTERRUPT)
