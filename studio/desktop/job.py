"""JobBook: all jobs of this window and what became of them, whatever happens to the engine."""

import enum
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
AT_ENGINE = 2
"""Jobs that are given to the engine at once: the running one, and the next, so that there is no pause between them."""


class JobState(enum.Enum):
    WAITING = "waiting"
    RUNNING = "running"
    UNSAVED = "unsaved"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def ended(self) -> bool:
        return self not in (JobState.WAITING, JobState.RUNNING, JobState.UNSAVED)


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
    state: JobState = JobState.WAITING
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
    quiet: bool = False
    """Whether it makes something for a panel, and not for the stage."""
    written: tuple[str, ...] = PROMPT
    """Names of the parameters that people write words into."""

    @property
    def label(self) -> str:
        """What a person would call it: the words that were written for it; '' when there are none."""
        values = (self.params.get(name) for name in self.written)
        texts = (text for value in values for text in (value if isinstance(value, list) else [value]))
        return " · ".join(" ".join(text[:300].split()) for text in texts if isinstance(text, str) and text.strip())


class JobQueue(QObject):
    """Submits jobs and follows them. Signals carry the Job.

    Most of the jobs that wait are held here, where their order can be changed and where they can be paused.

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
    reordered = Signal()
    """The order of those that wait, or whether they are paused, has changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.paused = self._given_up = False
        self._held: list[Job] = []
        self._earlier: set[str] = set()
        """Jobs of an earlier session that nobody has let go on yet."""
        self._recalled: dict[str, int] = {}
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

    @property
    def held(self) -> list[Job]:
        """Those that the engine has not got yet, the next one first."""
        return [*self._held]

    def attach(self, client: "Client") -> None:
        """Whom the jobs go to; before this nothing can be submitted."""
        self._attached = client

    @property
    def _client(self) -> "Client":
        return self._require_client()

    def _require_client(self) -> "Client":
        if self._attached is None:
            raise UserError("The engine is not being started yet, so nothing was queued; try again in a moment.")
        return self._attached

    def submit(self, task: str, params: dict[str, Any], *, reveal: bool = False, quiet: bool = False) -> Job:
        """Raises UserError for values that cannot be sent."""
        self._require_client()
        messages.check(params)
        job = Job(uuid.uuid4().hex, task, params, reveal, quiet=quiet, written=self._written.get(task, PROMPT))
        messages.encode(messages.Submit(job.id, task, params, reveal=reveal))  # what is no JSON fails here
        self._hold([job])
        return job

    def hold(self, jobs: Sequence[Job]) -> None:
        """Jobs of an earlier session: they wait until `resume`, and new ones pass them."""
        self.paused = True
        self._earlier = {job.id for job in jobs}
        self._hold(jobs)
        self.reordered.emit()

    def _hold(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._jobs[job.id] = job
            self._held.append(job)
            self.added.emit(job)
        self._forget_oldest()
        self._send()

    def _send(self) -> None:
        while self._attached is not None and (job := self._next()):
            if sum(not job.state.ended for job in self) - len(self._held) >= AT_ENGINE:
                return
            self._held.remove(job)
            self._attached.submit(job.task, job.params, job=job.id, reveal=job.reveal)

    def _next(self) -> Job | None:
        """Whose turn it is."""
        if not self.paused:
            return self._held[0] if self._held else None
        return next((job for job in self._held if self._earlier and job.id not in self._earlier), None)

    def pause(self) -> None:
        """The running job goes on, no other begins."""
        self.paused = True
        self._earlier.clear()
        self._recall(0)
        self.reordered.emit()

    def resume(self) -> None:
        self.paused = self._given_up = False
        self._earlier.clear()
        self._send()
        self.reordered.emit()

    def move(self, job: Job, by: int) -> None:
        """Earlier (negative) or later among those that wait."""
        if job in self._held:
            at = self._held.index(job)
            self._held.insert(min(max(at + by, 0), len(self._held) - 1), self._held.pop(at))
            self.reordered.emit()

    def bring_to_front(self, job: Job) -> None:
        """The next one, before that which the engine has been given already."""
        if job in self._held:
            self._held.insert(0, self._held.pop(self._held.index(job)))
            self._recall(1)
            self.reordered.emit()

    def cancel_all(self) -> None:
        """Those that wait, then the running one."""
        for job in reversed(self.pending):
            self.cancel(job)

    def _recall(self, place: int) -> None:
        """Take back what waits at the engine; it comes back as cancelled, and is held in that place then."""
        given = [job for job in self.pending if job.state is JobState.WAITING and job not in self._held]
        for number, job in enumerate(given):
            if job.id not in self._recalled:
                self._recalled[job.id] = place + number
                self._client.cancel(job.id)

    def cancel(self, job: Job) -> None:
        if job in self._held:
            self._held.remove(job)
            self._finish(job, JobState.CANCELLED)
        elif not job.state.ended:
            self._recalled.pop(job.id, None)
            self._client.cancel(job.id)

    def retry(self, job: Job) -> Job:
        """The same order again, as a job of its own. Raises UserError as `submit` does."""
        return self.submit(job.task, job.params, reveal=job.reveal)

    def save_again(self, job: Job, folder: str | None = None) -> None:
        """For an unsaved picture: into the library, or into `folder`."""
        self._set(job, JobState.RUNNING)
        self._client.resave(job.id, folder)

    def discard(self, job: Job) -> None:
        self._set(job, JobState.RUNNING)
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
        if isinstance(event, messages.Ended) and not event.restarting and self._held:
            self._earlier.clear()
            self._given_up = self.paused = True  # each pair of jobs would start, and lose, another engine
            self.reordered.emit()
        elif isinstance(event, messages.Ready) and self._given_up:
            self.resume()
        job = self._jobs.get(getattr(event, "job", ""))
        if job is None or job.state.ended or job in self._held:
            return
        place = self._recalled.pop(job.id, None) if isinstance(event, LAST) else None
        if place is not None and isinstance(event, messages.Cancelled):
            self._held.insert(place, job)
            self._set(job, JobState.WAITING)
            self.reordered.emit()
            self._send()
            return
        if handler := _HANDLERS.get(type(event)):
            handler(self, job, event)

    def _started(self, job: Job, event: messages.Started) -> None:
        self._set(job, JobState.RUNNING)

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
        self._set(job, JobState.UNSAVED)

    def _ended(self, job: Job, event: Event) -> None:
        match event:
            case messages.Finished(seconds=seconds):
                job.seconds = seconds
                state = JobState.DONE
            case messages.Failed():
                job.message, job.field, job.details = event.message, event.field, event.details
                state = JobState.FAILED
            case messages.Interrupted(message=message):
                job.message = message
                state = JobState.INTERRUPTED
            case _:
                state = JobState.CANCELLED
        self._finish(job, state)

    def _finish(self, job: Job, state: JobState) -> None:
        job.eta_s = None
        self._set(job, state)
        self.ended.emit(job)
        self._send()

    def _set(self, job: Job, state: JobState) -> None:
        job.state = state
        self.changed.emit(job)

    def _forget_oldest(self) -> None:
        ended = [job for job in self if job.state.ended]
        for job in ended[: max(0, len(ended) - MOST_KEPT)]:
            self.remove(job)


_HANDLERS: dict[type, Callable[[JobQueue, Job, Any], None]] = {
    messages.Started: JobQueue._started,
    messages.Progress: JobQueue._progress,
    messages.Note: JobQueue._note,
    messages.Revealed: JobQueue._revealed,
    messages.Saved: JobQueue._saved,
    messages.Unsaved: JobQueue._unsaved,
    **dict.fromkeys(LAST, JobQueue._ended),
}
