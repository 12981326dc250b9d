"""JobBook: all jobs of this window and what became of them, whatever happens to the engine."""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio import messages
from studio.errors import UserError
from studio.form import FormField
from studio.messages import LAST, Event

if TYPE_CHECKING:
    from studio.client import Client

MOST_KEPT = 200
"""Jobs that have ended and are still listed."""


class State(enum.Enum):
    WAITING = "waiting"
    RUNNING = "running"
    UNSAVED = "unsaved"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        return self not in (State.WAITING, State.RUNNING, State.UNSAVED)


PROMPT = ("prompt",)


def words(fields: Iterable[FormField]) -> tuple[str, ...]:
    """The fields that take words for the picture; what it should not show says little about it."""
    taken = [field for field in fields if "prompt" in (field.widget, field.item and field.item.widget)]
    return tuple(field.name for field in taken if field.required or field.name in PROMPT or field.kind == "list")


@dataclass(eq=False)
class Job:
    """One order and all that was heard of it."""

    id: str
    task: str
    params: dict[str, Any]
    reveal: bool = False
    state: State = State.WAITING
    stage: str = ""
    done: float = 0.0
    total: float = 0.0
    eta_s: float | None = None
    seconds: float = 0.0
    saved: list[messages.Saved] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    revealed: list[messages.Revealed] = field(default_factory=list)
    message: str = ""
    field: str | None = None
    details: str = ""
    written: tuple[str, ...] = PROMPT
    """Names of the parameters that people write words into."""

    @property
    def label(self) -> str:
        """What a person would call it: the words that were written for it; '' when there are none."""
        values = (self.params.get(name) for name in self.written)
        texts = (text for value in values for text in (value if isinstance(value, list) else [value]))
        return " · ".join(" ".join(text[:300].split()) for text in texts if isinstance(text, str) and text.strip())


class JobBook(QObject):
    """Submits jobs and follows them. Signals carry the Job.

    Events must come through a Bridge: a job's first one only after `submit` has returned.
    """

    added = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    previewed = Signal(object, bytes)
    saved = Signal(object, object)
    revealed = Signal(object, object)
    noted = Signal(object, str)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attached: Client | None = None
        self._jobs: dict[str, Job] = {}
        self._written: Mapping[str, tuple[str, ...]] = {}

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def __len__(self) -> int:
        return len(self._jobs)

    def learn(self, written: Mapping[str, tuple[str, ...]]) -> None:
        """By task, the parameters that people write words into, by which later jobs are called."""
        self._written = written

    @property
    def pending(self) -> list[Job]:
        return [job for job in self if not job.state.ended]

    def attach(self, client: "Client") -> None:
        """Whom the jobs go to; before this nothing can be submitted."""
        self._attached = client

    @property
    def _client(self) -> "Client":
        if self._attached is None:
            raise UserError("The engine is not being started yet, so nothing was queued; try again in a moment.")
        return self._attached

    def submit(self, task: str, params: dict[str, Any], *, reveal: bool = False) -> Job:
        """Raises UserError for values that cannot be sent."""
        id = self._client.submit(task, params, reveal=reveal)
        job = self._jobs[id] = Job(id, task, params, reveal, written=self._written.get(task, PROMPT))
        self.added.emit(job)
        self._forget_oldest()
        return job

    def cancel(self, job: Job) -> None:
        if not job.state.ended:
            self._client.cancel(job.id)

    def retry(self, job: Job) -> Job:
        """The same order again, as a job of its own. Raises UserError as `submit` does."""
        return self.submit(job.task, job.params, reveal=job.reveal)

    def save_again(self, job: Job, folder: str | None = None) -> None:
        """For an unsaved picture: into the library, or into `folder`."""
        self._set(job, State.RUNNING)
        self._client.resave(job.id, folder)

    def discard(self, job: Job) -> None:
        self._set(job, State.RUNNING)
        self._client.discard(job.id)

    def remove(self, job: Job) -> None:
        if job.state.ended and job.id in self._jobs:
            del self._jobs[job.id]
            self.removed.emit(job)

    def clear(self) -> None:
        """Forget the jobs that have ended; their pictures stay in the library."""
        for job in [job for job in self if job.state.ended]:
            self.remove(job)

    def follow(self, event: Event) -> None:
        """Take notice of an event; those of no job, or of one that is not ours, are left alone."""
        job = self._jobs.get(getattr(event, "job", ""))
        if job is None or job.state.ended:
            return
        if handler := _HANDLERS.get(type(event)):
            handler(self, job, event)

    def _started(self, job: Job, event: messages.Started) -> None:
        self._set(job, State.RUNNING)

    def _progress(self, job: Job, event: messages.Progress) -> None:
        job.stage, job.done, job.total, job.eta_s = event.stage, event.done, event.total, event.eta_s
        self.changed.emit(job)
        if event.preview:
            self.previewed.emit(job, event.preview)

    def _note(self, job: Job, event: messages.Note) -> None:
        job.notes.append(event.text)
        self.noted.emit(job, event.text)

    def _revealed(self, job: Job, event: messages.Revealed) -> None:
        job.revealed.append(event)
        self.revealed.emit(job, event)

    def _saved(self, job: Job, event: messages.Saved) -> None:
        job.saved.append(event)
        self.saved.emit(job, event)

    def _unsaved(self, job: Job, event: messages.Unsaved) -> None:
        job.message = event.message
        self._set(job, State.UNSAVED)

    def _ended(self, job: Job, event: Event) -> None:
        match event:
            case messages.Finished(seconds=seconds):
                job.seconds = seconds
                state = State.DONE
            case messages.Failed():
                job.message, job.field, job.details = event.message, event.field, event.details
                state = State.FAILED
            case messages.Interrupted(message=message):
                job.message = message
                state = State.INTERRUPTED
            case _:
                state = State.CANCELLED
        job.eta_s = None
        self._set(job, state)
        self.ended.emit(job)

    def _set(self, job: Job, state: State) -> None:
        job.state = state
        self.changed.emit(job)

    def _forget_oldest(self) -> None:
        ended = [job for job in self if job.state.ended]
        for job in ended[: max(0, len(ended) - MOST_KEPT)]:
            self.remove(job)


_HANDLERS: dict[type, Callable[[JobBook, Job, Any], None]] = {
    messages.Started: JobBook._started,
    messages.Progress: JobBook._progress,
    messages.Note: JobBook._note,
    messages.Revealed: JobBook._revealed,
    messages.Saved: JobBook._saved,
    messages.Unsaved: JobBook._unsaved,
    **dict.fromkeys(LAST, JobBook._ended),
}
