"""FrontJobs: the jobs of one window or command line that uses the server's engine instead of one of its own.

It speaks the messages that cross any engine's pipe, and its jobs stand in the one queue with all others.
"""

from abc import ABC, abstractmethod

from msgspec.structs import replace

from studio import messages
from studio.errors import UserError
from studio.jobs import Job, JobState
from studio.messages import LAST, Command, Event
from studio.server.job_service import JobService


class FrontJobs(ABC):
    """One front. Jobs have the front's ids on its side and the queue's on this one."""

    def __init__(self, name: str, jobs: JobService) -> None:
        self._name, self._jobs = name, jobs
        self._mine: dict[str, Job] = {}
        self._ids: dict[str, str] = {}
        self._asked_back: set[str] = set()

    def greet(self) -> None:
        """Listen from now on."""
        self._jobs.attach(self)
        if ready := self._jobs.last_ready:
            self.emit(ready)

    @abstractmethod
    def emit(self, event: Event) -> None:
        """To the front."""

    @abstractmethod
    def stop(self) -> None:
        """The server ends."""

    def close(self) -> None:
        """It is gone: what it has asked for ends."""
        self._jobs.detach(self)
        for job in [*self._mine.values()]:
            self._jobs.queue.cancel(job)

    # ---- what it asks

    def take(self, command: Command) -> None:
        match command:
            case messages.Submit():
                self._submit(command)
            case messages.Cancel(job=id) | messages.Withdraw(job=id) if job := self._mine.get(id):
                self._end(id, job, ask_back=isinstance(command, messages.Withdraw))
            case messages.Resave(job=id, folder=folder) if job := self._mine.get(id):
                self._jobs.queue.save_again(job, folder)
            case messages.Discard(job=id) if job := self._mine.get(id):
                self._jobs.queue.discard(job)
            case messages.Plan() | messages.Operate():
                self._jobs.send(replace(command, request=f"{self._name}:{command.request}"))
            case messages.Refresh() | messages.Unload() | messages.Pin() | messages.ReportMemory():
                self._jobs.send(command)

    def _submit(self, order: messages.Submit) -> None:
        ready = self._jobs.last_ready
        if not self._jobs.ready or ready is None or order.engine not in ("", ready.engine):
            self.emit(messages.Withdrawn(order.job))
            return
        try:
            job = self._jobs.queue.submit(
                order.task, order.params, previews=order.previews, reveal=order.reveal, trace=order.trace,
                folder=order.folder,
            )  # fmt: skip
        except UserError as error:
            self.emit(messages.Failed(order.job, error.message, error.code, error.field, user=True))
            return
        self._mine[order.job], self._ids[job.id] = job, order.job
        if job.end:  # the queue was quicker
            self.job_ended(job)

    def _end(self, id: str, job: Job, *, ask_back: bool) -> None:
        if ask_back and job.state is not JobState.WAITING:
            return  # it goes on, without an answer
        if ask_back:
            self._asked_back.add(id)
        self._jobs.queue.cancel(job)

    # ---- what it hears

    def owns(self, job: Job) -> bool:
        """Whether it decides what becomes of the job's unsaved pictures."""
        return job.id in self._ids

    def hear(self, event: Event) -> None:
        """An event of the engine: of no job, or of one of its own; how a job ends is told by `job_ended`."""
        job = getattr(event, "job", "")
        if isinstance(event, messages.Planned | messages.Operated):
            name, _, request = event.request.partition(":")
            if name == self._name:
                self.emit(replace(event, request=request))
        elif job in self._ids and not isinstance(event, (*LAST, messages.Withdrawn)):
            self.emit(replace(event, job=self._ids[job]))
        elif not job:
            self.emit(event)

    def job_ended(self, job: Job) -> None:
        if (id := self._ids.pop(job.id, None)) is None or job.end is None:
            return
        del self._mine[id]
        never_began = isinstance(job.end, messages.JobCancelled) and job.total == 0 and not job.saved
        if id in self._asked_back and never_began:
            self.emit(messages.Withdrawn(id))
        else:
            self.emit(replace(job.end, job=id))
        self._asked_back.discard(id)
