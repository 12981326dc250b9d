"""JobQueue: all jobs of a front, and the one place where their order is decided."""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from studio import messages
from studio.errors import UserError
from studio.jobs._client import JobClient
from studio.jobs._events import Emitter, JobEmitters, JobEvents, report
from studio.jobs._job import Job, JobState
from studio.jobs._reaction import Reaction
from studio.jobs._waiting import WaitingJobs
from studio.messages import AT_ENGINE, LAST, Event

MOST_KEPT = 200
"""Jobs that have ended and are still listed."""


class JobQueue:
    """Submits jobs and follows them.

    For each of its devices the engine is given the running job and the next one. All others wait here, where their
    order can be changed and where they can be paused, and a next one can be taken back as long as it has not begun.

    For one thread: whoever owns it calls everything, `follow` too, on one thread, or under a lock.
    """

    def __init__(
        self,
        events: JobEmitters | None = None,
        *,
        attended: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`attended`: somebody is there to start an engine that was given up, so that jobs can wait for it; where
        nobody is, they are interrupted then.
        """
        events = events or JobEvents()
        self.added: Emitter = events.added
        self.changed: Emitter = events.changed
        self.removed: Emitter = events.removed
        self.previewed: Emitter = events.previewed
        self.saved: Emitter = events.saved
        self.revealed: Emitter = events.revealed
        self.noted: Emitter = events.noted
        self.ended: Emitter = events.ended
        self.reordered: Emitter = events.reordered
        self._attended, self._reaction = attended, Reaction(clock)
        self._attached: JobClient | None = None
        self._written: Mapping[str, tuple[str, ...]] = {}
        self._jobs: dict[str, Job] = {}
        self._waiting = WaitingJobs()
        self._given: list[Job] = []
        """At the engine, in the order of sending. One that is asked back waits again at once, and stays here until that
        is answered."""
        self._earlier: set[str] = set()
        """Jobs of an earlier session that nobody has let go on yet."""
        self._paused = self._given_up = self._ready = False
        self._engine = ""
        """As the present one calls itself. Orders say for whom they are meant: one that is under way while an engine
        dies must not overtake, at the next one, those that the dead one gives back."""
        self._meant_for: dict[str, str] = {}
        """Of those that were given, by job."""
        self._most = AT_ENGINE
        """That the engine is given at once."""
        self._gone: messages.Ended | None = None
        """Why there is no engine, until one is asked for."""

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def __len__(self) -> int:
        return len(self._jobs)

    def get(self, id: str) -> Job | None:
        return self._jobs.get(id)

    @property
    def pending(self) -> list[Job]:
        """Those that have not ended: the running one, then the others in their order."""
        return [*(job for job in self._given if job not in self._waiting), *self._waiting]

    @property
    def held(self) -> list[Job]:
        """Those whose order can be changed, the next one first."""
        return [*self._waiting]

    @property
    def paused(self) -> bool:
        """Whether no other job begins until `resume`."""
        return self._paused or self._given_up

    def learn(self, written: Mapping[str, tuple[str, ...]]) -> None:
        """By task, the parameters that people write words into, by which jobs are called."""
        self._written = written
        for job in self:
            job.written = written.get(job.task, job.written)

    def attach(self, client: JobClient) -> None:
        """Whom the jobs go to; before this nothing can be submitted."""
        self._attached = client

    # ---- what is asked of it

    def submit(
        self, task: str, params: dict[str, Any], *, reveal: bool = False, quiet: bool = False, previews: bool = True,
        trace: bool = False, folder: str = "", unlisted: bool = False,
    ) -> Job:  # fmt: skip
        """`folder`: where its pictures go instead of the library.

        Raises UserError for values that cannot be sent (NaN, half surrogates).
        """
        self._client()
        messages.check(params)
        written = self._written.get(task, ())
        job = Job(
            uuid.uuid4().hex, task, params, reveal, previews, trace=trace, quiet=quiet, folder=folder, written=written,
            unlisted=unlisted,
        )  # fmt: skip
        messages.encode(job.order)  # what is no JSON fails here, in its caller's face
        self._add([job])
        return job

    def retry(self, job: Job) -> Job:
        """The same order again, as a job of its own. Raises UserError as `submit` does."""
        return self.submit(job.task, job.params, reveal=job.reveal)

    def hold(self, jobs: Sequence[Job]) -> None:
        """Jobs of an earlier session: they wait until `resume`, and new ones pass them."""
        self._paused = True
        self._earlier = {job.id for job in jobs}
        self._add(jobs)
        self.reordered.emit()

    def pause(self) -> None:
        """The running job goes on, no other begins."""
        self._paused = True
        self._earlier.clear()
        self._take_back(ask=True)
        self.reordered.emit()

    def resume(self) -> None:
        self._paused = self._given_up = False
        self._earlier.clear()
        self._send()
        self.reordered.emit()

    def move(self, job: Job, by: int) -> None:
        """Earlier (negative) or later among those that wait."""
        if job in self._waiting:
            self._waiting.move(job, by)
            self.reordered.emit()

    def bring_to_front(self, job: Job) -> None:
        """The next one, before that which the engine has been given already."""
        if job in self._waiting:
            self._waiting.put(job, front=True)
            self._take_back(behind=job, ask=True)
            self.reordered.emit()

    def cancel(self, job: Job) -> None:
        """A waiting job ends at once, the running one at its next step; nothing happens for one that has ended."""
        if job.state.ended:
            return
        self._waiting.remove_if(lambda other: other is job)
        if job in self._given:
            job.cancelling = True
            self._client().cancel(job.id)
            if not job.state.ended:
                self.changed.emit(job)
        else:
            self._finish(job, messages.JobCancelled(job.id))

    def cancel_current(self) -> None:
        """The running job, else the next one; but not one that has begun only now, see `Reaction`."""
        if not self._reaction.spares():
            for job in self.pending[:1]:
                self.cancel(job)

    def cancel_all(self) -> None:
        """Those that wait, then the running one."""
        for job in reversed(self.pending):
            self.cancel(job)

    def save_again(self, job: Job, folder: str | None = None) -> None:
        """For an unsaved picture: into the library, or into `folder`."""
        self._run_on(job)
        self._client().resave(job.id, folder)

    def discard(self, job: Job) -> None:
        """Give up the unsaved pictures of a job."""
        self._run_on(job)
        self._client().discard(job.id)

    def remove(self, job: Job) -> None:
        """Forget a job that has ended."""
        if job.state.ended and job.id in self._jobs:
            del self._jobs[job.id]
            self.removed.emit(job)

    def clear(self) -> None:
        """Forget the jobs that have ended; their pictures stay in the library."""
        for job in [job for job in self if job.state.ended]:
            self.remove(job)

    # ---- what is heard of the engine

    def follow(self, event: Event) -> None:
        """Take notice of an event; those of no job, or of one that is not ours, are left alone."""
        match event:
            case messages.Ready():
                self._most, self._engine = AT_ENGINE * event.at_once, event.engine
                self._engine_ready()
            case messages.Ended():
                self._engine_ended(event)
            case messages.Interrupted():
                self._ready = False
        job = self._jobs.get(getattr(event, "job", ""))
        if job is None or job not in self._given:
            return
        if isinstance(event, messages.Withdrawn):
            self._withdrawn(job)
            return
        late = job in self._waiting  # it was asked back, and has begun before
        self._waiting.remove_if(lambda other: other is job)
        if isinstance(event, LAST):
            self._finish(job, event)
        else:
            job.apply(event)
            report(self, job, event)
            if late:
                self._send()

    def _engine_ready(self) -> None:
        self._ready, self._gone = True, None
        if self._given_up:
            self._given_up = False
            self.reordered.emit()
        self._send()

    def _engine_ended(self, event: messages.Ended) -> None:
        self._ready = False
        self._gone = None if event.restarting else event
        self._settle_waiting()

    def _withdrawn(self, job: Job) -> None:
        """It has come back without having begun: asked for, or because there is no engine."""
        if job not in self._waiting and not job.cancelling:
            self._ready = self._ready and self._meant_for[job.id] != self._engine
            self._take_back()
        self._forget_given(job)
        if job.cancelling:
            self._finish(job, messages.JobCancelled(job.id))
            return
        self.reordered.emit()
        self._settle_waiting()
        self._send()

    def _settle_waiting(self) -> None:
        """What becomes of those that wait for an engine that was given up."""
        if self._gone is None:
            return
        if self._attended:  # each pair of jobs would start, and lose, another engine
            self._given_up = self._given_up or self._next() is not None
            self.reordered.emit()
            return
        left, message = self.held, self._gone.message
        self._waiting.remove_if(lambda job: True)  # all at once: the end of one must not send another
        for job in left:
            self._finish(job, messages.Interrupted(job.id, message))

    # ---- the order

    def _next(self) -> Job | None:
        """Whose turn it is."""
        if self._given_up or (self._paused and not self._earlier):
            return None
        return self._waiting.first(lambda job: not self._paused or job.id not in self._earlier)

    def _send(self) -> None:
        """Give the engine what it has room for."""
        while (job := self._next()) and job not in self._given:  # one that is asked back decides itself when to go on
            if self._gone:
                self._gone = None
                self._client().start()
                continue  # it may be ready already, and have got this job
            if not self._ready or self._any_comes_back or len(self._given) >= self._most:
                return
            self._waiting.remove_if(lambda other: other is job)
            self._given.append(job)
            self._meant_for[job.id] = self._engine
            self._client().submit(replace(job.order, engine=self._engine))

    @property
    def _any_comes_back(self) -> bool:
        """Whether an earlier engine, or the way to it, has yet to give a job back, whose turn is before all others'."""
        return any(self._meant_for[job.id] != self._engine for job in self._given)

    def _take_back(self, *, behind: Job | None = None, ask: bool = False) -> None:
        """What the engine has been given and has not begun waits again, before all others or right behind one."""
        back = [job for job in self._given if job.state is JobState.WAITING and not job.cancelling]
        back = [job for job in back if job not in self._waiting]
        self._waiting.put_behind(back, behind)
        for job in reversed(back) if ask else ():
            self._client().withdraw(job.id)

    def _add(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            job.written = job.written or self._written.get(job.task, ())
            self._jobs[job.id] = job
            self._waiting.put(job)
            self.added.emit(job)
        self._forget_oldest()
        self._send()

    def _finish(self, job: Job, event: Event) -> None:
        """The last event of a job."""
        self._waiting.remove_if(lambda other: other is job)
        self._forget_given(job)
        if job.state is not JobState.WAITING:
            self._reaction.job_ended()
        job.apply(event)
        self.changed.emit(job)
        self.ended.emit(job)
        self._send()

    def _forget_given(self, job: Job) -> None:
        if job in self._given:
            self._given.remove(job)
            del self._meant_for[job.id]

    def _run_on(self, job: Job) -> None:
        job.state = JobState.RUNNING
        self.changed.emit(job)

    def _client(self) -> JobClient:
        if self._attached is None:
            raise UserError("The engine is not being started yet, so nothing was queued; try again in a moment.")
        return self._attached

    def _forget_oldest(self) -> None:
        ended = [job for job in self if job.state.ended]
        for job in ended[: max(0, len(ended) - MOST_KEPT)]:
            self.remove(job)
