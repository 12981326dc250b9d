"""EngineHost: an engine process for many callers, each of whom hears of its own job alone."""

import os
import threading
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from studio import log_file, messages
from studio.client import ENGINE_LOG, EngineClient
from studio.errors import UserError
from studio.jobs import Job, JobQueue
from studio.messages import LAST, Event, Submit
from studio.settings import Settings

START_S = 300.0
"""For importing plugins from a slow disk."""

Hear = Callable[[Event], None]


class EngineHost:
    """For any thread. When the engine dies, the running job is interrupted, the others wait for the next engine."""

    def __init__(
        self, chosen: Settings, *, argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ
    ) -> None:
        """`chosen`: as `make_home` returns them."""
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._queue = JobQueue(attended=False)
        self._hearers: dict[str, tuple[str, Hear]] = {}
        """By the queue's id, the caller's id and who hears."""
        self._plans: dict[str, Callable[[messages.Planned], None]] = {}
        self._ready: messages.Ready | None = None
        self._problem = ""
        self._client = EngineClient(
            self._follow,
            argv=argv,
            environ={**environ, "STUDIO_HOME": str(chosen.home)},
            log=chosen.home / log_file.FOLDER / ENGINE_LOG,
        )
        self._queue.attach(self._client)
        self._queue.ended.connect(self._ended)
        self._client.start()

    def ready(self, timeout_s: float = START_S) -> messages.Ready:
        """What the engine offers, when it has started. Raises UserError when it does not."""
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._problem, timeout_s)
            if self._ready is None:
                raise UserError("{}", self._problem or "The engine has not started in time.", code="engine_stopped")
            return self._ready

    def run(self, order: Submit, hear: Hear) -> None:
        """Run a job; `hear` is called on a thread of the engine's, last with one of `messages.LAST`.

        Raises UserError for values that cannot be sent.
        """
        with self._lock:
            # Nothing of it can be heard before the lock is free.
            job = self._queue.submit(
                order.task, order.params, previews=order.previews, reveal=order.reveal, trace=order.trace
            )
            self._hearers[job.id] = order.job, hear
            if job.end:
                self._ended(job)

    def cancel(self, id: str) -> None:
        """Nothing happens for a job that has ended."""
        with self._lock:
            for own, (theirs, _) in [*self._hearers.items()]:
                if theirs == id and (job := self._queue.get(own)):
                    self._queue.cancel(job)

    def plan(self, asked: messages.Plan, answer: Callable[[messages.Planned], None]) -> None:
        """What a job would take; without an engine there is no answer."""
        with self._lock:
            self._plans[asked.request] = answer
            self._client.send(asked)

    def close(self) -> None:
        self._client.close()

    def _follow(self, event: Event) -> None:
        with self._changed:
            match event:
                case messages.Ready():
                    self._ready, self._problem = event, ""
                case messages.Models(models=models) if self._ready:
                    self._ready = replace(self._ready, models=models)
                case messages.Ended():
                    self._ready = None
                    self._problem = "" if event.restarting else str(event.message)
                case messages.Planned() if answer := self._plans.pop(event.request, None):
                    answer(event)
            self._changed.notify_all()
            self._hand_on(event)
            self._queue.follow(event)

    def _hand_on(self, event: Event) -> None:
        """All but the last event of a job, which the queue decides on."""
        job = self._queue.get(getattr(event, "job", ""))
        if job is None or isinstance(event, (*LAST, messages.Withdrawn, messages.Log)):
            return
        if isinstance(event, messages.Unsaved):  # nobody can be asked where to put it: the disk of this machine is full
            self._queue.discard(job)
            event = messages.Note(event.job, event.message)
        if hearer := self._hearers.get(job.id):
            id, hear = hearer
            hear(replace(event, job=id))

    def _ended(self, job: Job) -> None:
        if (hearer := self._hearers.pop(job.id, None)) and job.end:
            id, hear = hearer
            self._queue.remove(job)
            hear(replace(job.end, job=id))
