"""JobEvents: what a queue reports of its jobs to whoever is connected."""

from collections.abc import Callable
from typing import Any, Protocol

from studio import messages
from studio.jobs._job import Job
from studio.messages import Event


class Emitter(Protocol):
    """Calls whoever is connected, one after the other. Qt's signals are such."""

    def connect(self, callback: Callable[..., Any], /) -> Any: ...
    def emit(self, *values: Any) -> None: ...


class JobEmitters(Protocol):
    """What a queue emits. All carry the Job first, but for `reordered`."""

    @property
    def added(self) -> Emitter: ...
    @property
    def changed(self) -> Emitter: ...
    @property
    def removed(self) -> Emitter: ...
    @property
    def previewed(self) -> Emitter:
        """With a small JPEG."""

    @property
    def saved(self) -> Emitter:
        """With `messages.Saved`."""

    @property
    def revealed(self) -> Emitter:
        """With `messages.Revealed`."""

    @property
    def noted(self) -> Emitter:
        """With the note's text."""

    @property
    def ended(self) -> Emitter: ...
    @property
    def reordered(self) -> Emitter:
        """The order of those that wait, or whether they are paused, has changed; it carries nothing."""


class Callbacks:
    """An `Emitter` without Qt."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[..., Any]] = []

    def connect(self, callback: Callable[..., Any], /) -> None:
        self._callbacks.append(callback)

    def emit(self, *values: Any) -> None:
        for callback in [*self._callbacks]:
            callback(*values)


class JobEvents:
    """`JobEmitters` without Qt."""

    def __init__(self) -> None:
        self.added = Callbacks()
        self.changed = Callbacks()
        self.removed = Callbacks()
        self.previewed = Callbacks()
        self.saved = Callbacks()
        self.revealed = Callbacks()
        self.noted = Callbacks()
        self.ended = Callbacks()
        self.reordered = Callbacks()


def report(to: JobEmitters, job: Job, event: Event) -> None:
    """Emit what an event has told of a job that goes on."""
    match event:
        case messages.Started() | messages.Unsaved():
            to.changed.emit(job)
        case messages.Progress(preview=preview):
            to.changed.emit(job)
            if preview:
                to.previewed.emit(job, preview)
        case messages.Note(text=text):
            to.noted.emit(job, text)
        case messages.Revealed():
            to.revealed.emit(job, event)
        case messages.Saved():
            to.saved.emit(job, event)
