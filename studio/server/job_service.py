"""JobService: the one queue and its engine, for the routes; all of it on the event loop's thread."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from msgspec.structs import replace

from studio import form, messages
from studio.client import Client
from studio.descriptions import ModelInfo
from studio.errors import UserError
from studio.form import TaskForm
from studio.jobs import Job, JobQueue, JobState, encode_jobs, load_jobs, save_jobs
from studio.messages import Command, Event
from studio.role import Role
from studio.server.api_error import LIMIT, SERVER, ApiError, invalid
from studio.server.job_feed import Changed, Happening, JobEnded, JobFeed, Noted, PictureSaved, Previewed

MOST_PENDING = 1000
"""Jobs that have not ended; another one is refused until there is room."""
MANY = 32
"""Jobs side by side, for which the room is; a cluster that runs more has more."""
SAVE_S = 1.0
"""At most so often the queue is written to the disk."""
RETRY_S = 3


class Connects(Protocol):
    """Makes the client that hands its events to `on_event`."""

    def __call__(self, on_event: Callable[[Event], None]) -> Client: ...


class JobListener(Protocol):
    """Hears all that the engine tells, and how jobs end."""

    def hear(self, event: Event) -> None: ...
    def job_ended(self, job: Job) -> None: ...
    def owns(self, job: Job) -> bool:
        """Whether it decides what becomes of the job's unsaved pictures."""

    def stop(self) -> None:
        """The server ends."""


class JobService:
    """Submits jobs and lets listeners follow them."""

    def __init__(self, connect: Connects, *, queue_file: Path, rescue: Path, most_pending: int = MOST_PENDING) -> None:
        """`rescue`: the folder for pictures that the library does not take."""
        self.queue = JobQueue(attended=False)
        self.tasks: dict[str, TaskForm] = {}
        self.models: list[ModelInfo] = []
        self._connect, self._queue_file, self._rescue = connect, queue_file, rescue
        self._most_pending = most_pending
        self._client: Client | None = None
        self._ready = self.closing = False
        self._gone = ""
        self._feeds: dict[str, list[JobFeed]] = defaultdict(list)
        self._kept: set[str] = set()
        """Ids of the jobs that outlive their client, and this process."""
        self._saving: asyncio.TimerHandle | None = None
        self._listeners: list[JobListener] = []
        self.last_ready: messages.Ready | None = None
        """What the engine that runs has said of itself."""
        self._listen()

    @property
    def _at_once(self) -> int:
        return self.last_ready.at_once if self.last_ready else 1

    # ---- its life

    def start(self) -> None:
        """Start the engine and take up what waited; on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._client = self._connect(self._hear)
        self.queue.attach(self._client)
        left = load_jobs(self._queue_file)
        self._kept.update(job.id for job in left)
        self.queue.hold(left)
        self.queue.resume()
        self._client.start()

    def stop(self) -> None:
        """Begin nothing more; who waits for a job is told. What waits stays for the next start."""
        if self.closing:
            return
        self._save_now()
        self.closing = True
        self.queue.pause()
        for listener in self._listeners:
            listener.stop()
        for id, feeds in self._feeds.items():
            if (job := self.queue.get(id)) and not job.state.ended:
                for feed in feeds:
                    feed.put(JobEnded())

    async def close(self) -> None:
        """End the engine; it gets a few seconds to cancel what runs."""
        self.stop()
        if self._client:
            await asyncio.to_thread(self._client.close)

    # ---- what is asked of it

    @property
    def ready(self) -> bool:
        return self._ready and not self.closing

    def require_ready(self) -> None:
        """Raise ApiError while there is no engine."""
        if self.closing:
            raise ApiError(503, "The server is ending.", "server_stopping", type=SERVER, retry_after=RETRY_S)
        if not self._ready and self._gone:
            assert self._client is not None
            self._client.start()  # it was given up: somebody asks for it again
            message, self._gone = self._gone, ""
            raise ApiError(503, message, "engine_stopped", type=SERVER)
        if not self._ready:
            raise ApiError(503, "The engine is starting.", "engine_starting", type=SERVER, retry_after=RETRY_S)

    def submit(self, task: str, params: dict[str, Any], *, previews: bool = False, kept: bool = False) -> Job:
        """Queue a job. `kept`: it goes on without its client, and after a restart. Raises ApiError."""
        self.require_ready()
        if len(self.queue.pending) >= self._most_pending * max(1, self._at_once // MANY):
            raise ApiError(
                429, f"{self._most_pending} jobs wait already; try again later.", "queue_full", type=LIMIT,
                retry_after=10,
            )  # fmt: skip
        try:
            job = self.queue.submit(task, params, previews=previews)
        except UserError as error:
            raise invalid(error.field, error.message, error.code) from None
        if kept:
            self._kept.add(job.id)
            self._save_soon()
        return job

    def send(self, command: Command) -> None:
        """One that belongs to no job; while there is no engine it is dropped."""
        if self._client and self._ready:
            self._client.send(command)

    def start_engine(self) -> None:
        """If there is none and none is about to be started."""
        if self._client and not self.closing:
            self._client.start()

    def restart_engine(self) -> None:
        if self._client and not self.closing:
            self._client.restart()

    def attach(self, listener: JobListener) -> None:
        self._listeners.append(listener)

    def detach(self, listener: JobListener) -> None:
        self._listeners.remove(listener)

    def abandon(self, job: Job, wait_s: float = 0.0) -> None:
        """Its client is gone: cancel it, after a wait if that may come back, and unless others follow it."""
        if wait_s:
            self._loop.call_later(wait_s, self.abandon, job)
        elif not self._feeds.get(job.id) and job.id not in self._kept and not self.closing:
            self.queue.cancel(job)

    @contextlib.contextmanager
    def following(self, job: Job) -> Iterator[JobFeed]:
        """What happens to a job from now on, after what it has made already."""
        feed = JobFeed(job)
        self._feeds[job.id].append(feed)
        try:
            yield feed
        finally:
            self._feeds[job.id].remove(feed)
            if not self._feeds[job.id]:
                del self._feeds[job.id]

    # ---- what is heard

    def _hear(self, event: Event) -> None:
        """On any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: a last word of an engine that was ended
            self._loop.call_soon_threadsafe(self._follow, event)

    def _follow(self, event: Event) -> None:
        match event:
            case messages.Ready():
                self._ready, self._gone, self.last_ready = True, "", event
                self.tasks = {task.id: form.read(task) for task in event.tasks}
                self.models = event.models
                self.queue.learn({id: each.names(Role.PROMPT) for id, each in self.tasks.items()})
            case messages.Models(models=models):
                self.models = models
                self.last_ready = self.last_ready and replace(self.last_ready, models=models)
            case messages.Ended():
                self._ready, self.last_ready = False, None
                self._gone = "" if event.restarting else str(event.message)
        for listener in [*self._listeners]:
            listener.hear(event)
        self.queue.follow(event)

    def _listen(self) -> None:
        self.queue.changed.connect(self._changed)
        self.queue.previewed.connect(lambda job, jpeg: self._tell(job, Previewed(jpeg)))
        self.queue.noted.connect(lambda job, text: self._tell(job, Noted(text)))
        self.queue.saved.connect(lambda job, saved: self._tell(job, PictureSaved(saved)))
        self.queue.ended.connect(self._ended)

    def _changed(self, job: Job) -> None:
        if job.state is JobState.UNSAVED and not any(listener.owns(job) for listener in self._listeners):
            self._loop.call_soon(self._save_elsewhere, job)
        if not job.state.ended:
            self._tell(job, Changed())
        if job.state is JobState.RUNNING and job.id in self._kept:
            self._save_soon()  # what has begun is not begun again

    def _ended(self, job: Job) -> None:
        self._tell(job, JobEnded())
        for listener in [*self._listeners]:
            listener.job_ended(job)
        if job.id in self._kept and not self.closing:
            self._kept.discard(job.id)
            self._save_soon()

    def _tell(self, job: Job, happening: Happening) -> None:
        for feed in self._feeds.get(job.id, ()):
            feed.put(happening)

    def _save_elsewhere(self, job: Job) -> None:
        """Nobody can be asked: beside the library, and where that fails too, the picture is given up."""
        if job.state is not JobState.UNSAVED:
            return
        if job.message in job.notes:
            self.queue.discard(job)
        else:
            job.notes.append(job.message)
            self.queue.save_again(job, str(self._rescue))

    # ---- the queue on the disk

    def _save_soon(self) -> None:
        if self._saving is None and not self.closing:
            self._saving = self._loop.call_later(SAVE_S, self._save_now)

    def _save_now(self) -> None:
        if self._saving:
            self._saving.cancel()
            self._saving = None
        waiting = [job for job in self.queue.pending if job.id in self._kept and job.state is JobState.WAITING]
        if waiting or self._queue_file.exists():
            with contextlib.suppress(OSError):  # a full disk is told by the pictures that it does not take
                save_jobs(self._queue_file, encode_jobs(waiting))
