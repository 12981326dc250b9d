"""RayClient: a `Client` whose engines are replicas on a cluster. Pictures travel with the job, both ways."""

import asyncio
import os
import threading
import traceback
from collections.abc import Callable, Coroutine
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from studio import form, messages
from studio.errors import UserError
from studio.form import TaskForm
from studio.library import Library
from studio.messages import LAST, Command, Event, Submit, decode_event, encode
from studio.role import Role
from studio.server.ray.carried import CarriedJob
from studio.server.ray.places import ReplicaPlaces
from studio.server.ray.pool import Pool, ReplicaLost
from studio.text import Text
from studio.worker import MadePicture, pack

MOST_LOST = 1
"""Times that a job which had begun is run once more."""
MOST_UNREACHED = 20
"""Times that a job which had not begun looks for another replica."""
PAUSE_S = 0.5
AHEAD = 4
"""Times as many orders are taken as there are places, so that one can be chosen which fits."""
AGAIN = Text("The machine that ran this job is gone; it is run once more on another.")
LOST = Text("The machine that ran this job is gone, and so was the one before. What it had saved is kept.")
UNREACHED = Text("No replica took this job. What waits is kept; look at the cluster, then try again.")
DEFAULT_MODEL = "default"


class RayClient:
    """One thread with a loop of its own keeps all state and calls `on_event`."""

    def __init__(self, on_event: Callable[[Event], None], start: Callable[[], Pool], library: Path) -> None:
        """`start`: starts the replicas, and takes its time. `library`: the folder of this front's."""
        self._on_event, self._start_pool, self._library_folder = on_event, start, library
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="ray-client", daemon=True)
        self._pool: Pool | None = None
        self._places = ReplicaPlaces(0)
        self._starting = False
        self._forms: dict[str, TaskForm] = {}
        self._jobs: dict[str, CarriedJob] = {}
        self._streams: dict[str, Any] = {}
        self._decided: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    # ---- for any thread

    def start(self) -> None:
        if self._thread.ident is None:
            self._thread.start()
        self._call(self._begin)

    def submit(self, order: Submit) -> None:
        if self._closing:
            raise RuntimeError("this client is closed")
        self._call(self._take, order)

    def cancel(self, job: str) -> None:
        self._call(self._end, job, "cancelled")

    def withdraw(self, job: str) -> None:
        self._call(self._end, job, "withdrawn")

    def resave(self, job: str, folder: str | None = None) -> None:
        self._call(self._save_again, job, folder)

    def discard(self, job: str) -> None:
        self._call(self._discard, job)

    def send(self, command: Command) -> None:
        self._call(self._ask, command)

    @property
    def silent_s(self) -> float:
        return 0.0

    def restart(self) -> None:
        """Each replica restarts its own engine; the cluster goes on."""

    def close(self, timeout_s: float = 5.0) -> None:
        self._closing = True
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._shut_down(timeout_s), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _call(self, what: Callable[..., None], *arguments: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what, *arguments)

    # ---- the client's thread

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _begin(self) -> None:
        if self._pool is None and not self._starting and not self._closing:
            self._starting = True
            self._run(self._start())

    async def _start(self) -> None:
        self._on_event(messages.Starting(os.getpid(), "Starting the replicas"))
        pool: Pool | None = None
        try:
            pool = await asyncio.to_thread(self._start_pool)
            ready = await pool.offered()
        except Exception as error:  # noqa: BLE001 - Ray raises all kinds
            if pool:
                await asyncio.to_thread(pool.close)
            why = error.message if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
            self._on_event(messages.Ended(Text("The cluster could not be used: {}", why), None, restarting=False))
        else:
            self._pool, self._places = pool, ReplicaPlaces(pool.most * messages.AT_ENGINE)
            self._forms = {task.id: form.read(task) for task in ready.tasks}
            self._on_event(replace(ready, at_once=pool.most * AHEAD))
        self._starting = False

    def _take(self, order: Submit) -> None:
        if self._pool is None or self._closing:
            self._on_event(messages.JobCancelled(order.job) if self._closing else messages.Withdrawn(order.job))
            return
        job = self._jobs[order.job] = CarriedJob(order, lambda: self._library)
        self._run(self._carry(job, self._pool))

    async def _carry(self, job: CarriedJob, pool: Pool) -> None:
        id = job.order.job
        try:
            end = await self._carried(job, pool)
        except UserError as error:
            end = messages.Failed(id, error.message, error.code, error.field, user=True)
        except asyncio.CancelledError:
            end = messages.JobCancelled(id)
        except Exception as error:  # noqa: BLE001 - of another machine, or of Ray
            end = messages.Failed(id, f"{type(error).__name__}: {error}", details=traceback.format_exc())
        if job.unsaved and not self._closing:
            await self._settled(job)
        end = job.given_up or end
        del self._jobs[id]
        self._on_event(end)

    async def _carried(self, job: CarriedJob, pool: Pool) -> Event:
        """Its last event. Raises UserError."""
        order, form = job.order, self._forms.get(job.order.task)
        fields = form.fields if form else ()
        params, pictures, given = await asyncio.to_thread(pack, fields, order.params, self._path)
        job.know(given)
        unreached = 0
        while not (job.cancelled or job.withdrawn):
            sent = encode(replace(order, params={**params, **job.seeds}, folder=""))
            model = self._model(order)
            if not await self._places.enter(order.job, model):
                continue
            job.replica = ""
            try:
                if end := await self._attempt(job, pool, sent, pictures, model):
                    return end
            except ReplicaLost:
                if job.begun and not (job.cancelled or job.withdrawn):
                    job.begun, job.lost = False, job.lost + 1
                    if job.lost > MOST_LOST:
                        return messages.Interrupted(order.job, LOST)
                    self._on_event(messages.Note(order.job, AGAIN))
                elif (unreached := unreached + 1) > MOST_UNREACHED:
                    return messages.Interrupted(order.job, UNREACHED)
                self._places.forget(job.replica)
                job.replica = ""
                await asyncio.sleep(PAUSE_S)
            finally:
                self._places.leave(job.replica, model)
        return messages.Withdrawn(order.job) if job.withdrawn else messages.JobCancelled(order.job)

    async def _attempt(self, job: CarriedJob, pool: Pool, order: bytes, pictures: Any, model: str) -> Event | None:
        """Its last event; None when nothing was heard to the end."""
        stream = self._streams[job.order.job] = pool.run(order, pictures, model)
        try:
            async for told, made, job.replica in stream:
                event = decode_event(told)
                if isinstance(event, LAST):
                    return event
                if job.withdrawn and not job.begun and isinstance(event, messages.Begun):
                    stream.cancel()
                    return None
                await self._hear(job, event, MadePicture(*made) if made else None)
        finally:
            del self._streams[job.order.job]
        return None

    async def _hear(self, job: CarriedJob, event: Event, made: MadePicture | None) -> None:
        match event:
            case messages.Begun():
                job.begun = True
            case messages.Started(params=params):
                names = self._forms[job.order.task].names(Role.SEED)
                job.seeds = {name: params[name] for name in names if name in params}
            case messages.Saved() if made:
                if not job.is_new(event.index):
                    return
                event = await asyncio.to_thread(job.store, event, made)
        self._on_event(event)

    async def _settled(self, job: CarriedJob) -> None:
        """Wait until each picture is saved or given up."""
        decided = self._decided[job.order.job] = asyncio.Event()
        while job.unsaved:
            decided.clear()
            await decided.wait()
        del self._decided[job.order.job]

    def _end(self, id: str, how: str) -> None:
        job = self._jobs.get(id)
        if job is None or (how == "withdrawn" and (job.begun or job.lost)):
            return
        setattr(job, how, True)
        self._places.take_out(id)
        if stream := self._streams.get(id):
            stream.cancel()

    def _save_again(self, id: str, folder: str | None) -> None:
        if job := self._jobs.get(id):
            for event in job.store_again(folder):
                self._on_event(event)
            self._decide(id)

    def _discard(self, id: str) -> None:
        if job := self._jobs.get(id):
            job.give_up()
            self._decide(id)

    def _decide(self, id: str) -> None:
        if decided := self._decided.get(id):
            decided.set()

    def _ask(self, command: Command) -> None:
        if self._pool is None:
            return
        match command:
            case messages.Plan():
                self._run(self._plan(command, self._pool))
            case messages.Operate():
                self._on_event(messages.Operated(command.request, problem=messages.NO_PREVIEW))
            case messages.Refresh():
                self._run(self._refresh(self._pool))
            case messages.Unload() | messages.Pin() | messages.ReportMemory():
                self._on_event(messages.MemoryReport())  # what each replica holds is its own affair

    async def _plan(self, asked: messages.Plan, pool: Pool) -> None:
        try:
            self._on_event(await pool.planned(encode(asked)))
        except ReplicaLost:
            self._on_event(messages.Planned(asked.request))

    async def _refresh(self, pool: Pool) -> None:
        try:
            self._on_event(messages.Models((await pool.offered()).models))
        except (ReplicaLost, UserError):
            return  # the list that was told before stays

    async def _shut_down(self, timeout_s: float) -> None:
        for id in [*self._jobs]:
            self._end(id, "cancelled")
        if self._tasks:
            await asyncio.wait([*self._tasks], timeout=timeout_s)
        for task in [*self._tasks]:
            task.cancel()
        if self._tasks:
            await asyncio.wait([*self._tasks], timeout=timeout_s)
        if self._pool:
            await asyncio.to_thread(self._pool.close)
            self._pool = None

    # ---- what stands here

    @cached_property
    def _library(self) -> Library:
        return Library(self._library_folder)

    def _path(self, ref: str) -> Path:
        return self._library.path(ref)

    def _model(self, order: Submit) -> str:
        """What a replica is looked for by that holds it already."""
        form = self._forms.get(order.task)
        names = form.names(Role.MODEL) if form else ()
        return "+".join(str(order.params.get(name) or DEFAULT_MODEL) for name in names) or DEFAULT_MODEL
