"""Job: one order and all that was heard of it."""

import enum
from dataclasses import dataclass, field
from typing import Any

from studio import descriptions, messages
from studio.form import joined
from studio.messages import Event, Submit


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


@dataclass(eq=False)
class Job:
    """One order, its state and what it has made."""

    id: str
    task: str
    params: dict[str, Any]
    reveal: bool = False
    previews: bool = True
    state: JobState = JobState.WAITING
    stage: str = ""
    done: float = 0.0
    total: float = 0.0
    eta_s: float | None = None
    seconds: float = 0.0
    saved: list[messages.Saved] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    revealed: list[messages.Revealed] = field(default_factory=list)
    trace: bool = False
    spans: list[descriptions.SpanInfo] = field(default_factory=list)
    """What of it took how long, if that was asked for."""
    message: str = ""
    field: str | None = None
    details: str = ""
    end: Event | None = None
    """Its last event; None until it has ended."""
    cancelling: bool = False
    """Whether the engine has been asked to end it; it does so at its next step."""
    quiet: bool = False
    """Whether it makes something for a panel, and not for the stage."""
    unlisted: bool = False
    """Whether nobody is told of it but who asked for it: no list, no progress, no notice has it."""
    folder: str = ""
    """Where its pictures go instead of the library; '' for the library."""
    written: tuple[str, ...] = ()
    """Names of the parameters that people write words into."""

    @property
    def order(self) -> Submit:
        """What the engine is sent."""
        return Submit(self.id, self.task, self.params, self.previews, self.reveal, self.trace, self.folder)

    @property
    def label(self) -> str:
        """What a person would call it: the words that were written for it; '' when there are none."""
        return joined(self.params.get(name) for name in self.written)

    def apply(self, event: Event) -> None:
        """Take over what an event of this job tells."""
        match event:
            case messages.Started():
                self.state = JobState.RUNNING
            case messages.Progress():
                self.stage, self.done, self.total, self.eta_s = event.stage, event.done, event.total, event.eta_s
            case messages.Note():
                self.notes.append(event.text)
            case messages.Revealed():
                self.revealed.append(event)
            case messages.Traced(spans=spans):
                self.spans = spans
            case messages.Saved():
                self.saved.append(event)
            case messages.Unsaved():
                self.state, self.message = JobState.UNSAVED, event.message
            case messages.Finished() | messages.Failed() | messages.JobCancelled() | messages.Interrupted():
                self._finish(event)

    def _finish(
        self, event: messages.Finished | messages.Failed | messages.JobCancelled | messages.Interrupted
    ) -> None:
        self.end, self.eta_s = event, None
        match event:
            case messages.Finished(seconds=seconds):
                self.state, self.seconds = JobState.DONE, seconds
            case messages.Failed():
                self.state = JobState.FAILED
                self.message, self.field, self.details = event.message, event.field, event.details
            case messages.Interrupted(message=message):
                self.state, self.message = JobState.INTERRUPTED, message
            case _:  # messages.JobCancelled
                self.state = JobState.CANCELLED
