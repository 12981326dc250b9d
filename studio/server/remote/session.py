"""RemoteSession: one window or command line of another machine; its jobs outlive its connection."""

import asyncio
import hashlib
import os
import re
import shutil
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from studio import files, messages
from studio.client.remote.wire import CONTENT, NO_CONTENT, Item
from studio.errors import UserError
from studio.jobs import Job
from studio.library import png
from studio.messages import Command, Event, Saved, Submit
from studio.server.api_error import LIMIT, ApiError, invalid
from studio.server.front_jobs import FrontJobs
from studio.server.job_service import JobService
from studio.server.remote.event_store import EventStore, StoredEvent
from studio.server.remote.order_params import OrderParams, Place
from studio.server.remote.redaction import Redaction
from studio.server.uploads import Uploads

MOST_ORDERS = 64
"""Of one front, at a time: it keeps those that wait."""
MOST_ENDED = 1000
_JOB = re.compile(r"[0-9A-Za-z_-]{1,64}")
_BLOCK = 2**20


class RemoteSession(FrontJobs):
    """Finished pictures lie in a folder of its own, each until the front has it in its library."""

    def __init__(self, name: str, jobs: JobService, uploads: Uploads, folder: Path, redaction: Redaction) -> None:
        super().__init__(name, jobs)
        self._uploads, self._folder, self._redacted = uploads, folder, redaction
        self._store = EventStore()
        self._pictures: dict[tuple[str, int], Path] = {}
        self._digests: dict[Path, tuple[str, int]] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()
        """Jobs that may be asked for once more, because the answer did not arrive."""
        self._stopped = False
        self.contacted = time.monotonic()
        self.left = self._take_up()
        self.greet()

    @property
    def jobs(self) -> list[str]:
        """Those that go on, or of which something is to be told."""
        return sorted({*self._mine, *self._store.jobs} - {""})

    def stop(self) -> None:
        self._stopped = True
        self._store.wake()

    def close(self) -> None:
        """Its front has all that it wants."""
        self._stopped = True
        super().close()
        self._store.wake()
        shutil.rmtree(self._folder, ignore_errors=True)

    # ---- what it asks

    def take(self, command: Command) -> None:
        """Raises ApiError for an order that cannot be taken now; one that is here already is taken as it is."""
        self.contacted = time.monotonic()
        match command:
            case Submit():
                self._take_order(command)
            case messages.Plan():
                try:
                    super().take(replace(command, params=self._params(command.task, command.params, self._found)))
                except UserError:  # the job's own refusal will say it
                    self.emit(messages.Planned(command.request))
            case messages.Operate():  # it names a file of this machine
                self.emit(messages.Operated(command.request, problem=messages.NO_PREVIEW))
            case messages.Resave() | messages.Discard():
                return  # what is not saved there is the front's own affair
            case _:
                super().take(command)

    def _take_order(self, order: Submit) -> None:
        if not _JOB.fullmatch(order.job):
            raise invalid("job", "'job' must be of letters and digits.")
        if order.job in self._mine or order.job in self._ended:
            return
        if len(self._mine) >= MOST_ORDERS:
            raise ApiError(429, f"{MOST_ORDERS} jobs of this front wait already.", "queue_full", type=LIMIT,
                           retry_after=3)  # fmt: skip
        folder = self._folder / order.job
        try:
            files.make_private(folder)
            params = self._params(order.task, order.params, lambda ref: self._linked(ref, folder))
        except UserError as error:
            self.emit(messages.Failed(order.job, error.message, error.code, error.field, user=True))
        except OSError as error:
            raise ApiError(507, f"The order could not be kept ({error.strerror}).", "storage", retry_after=10) from None
        else:
            super().take(replace(order, params=params, folder=str(folder)))

    def _params(self, task: str, params: dict[str, Any], place: Place) -> dict[str, Any]:
        form = self._jobs.tasks.get(task)
        if form is None:
            raise UserError(
                "The engine's machine has no task {}: its plugin is not installed there, or switched off.",
                repr(task), code="unknown_task",
            )  # fmt: skip
        return OrderParams(form, self._jobs.models, place).read(params)

    def _found(self, ref: str) -> Path:
        return self._content(ref)[0]

    def _content(self, ref: str) -> tuple[Path, str]:
        """The file of a content, and the ending that the engine knows its kind by."""
        found = self._uploads.find(ref)
        if found is None:
            raise ApiError(409, f"The content {ref[:80]} is not here; send it first.", NO_CONTENT)
        return found.path, found.suffix

    def _linked(self, ref: str, folder: Path) -> Path:
        """Under a name of the job's own, so that nothing that comes later takes its place."""
        path, suffix = self._content(ref)
        place = folder / f"{ref.removeprefix(CONTENT)}{suffix}"
        if not place.exists():
            try:
                os.link(path, place)
            except OSError:
                shutil.copyfile(path, place)
        return place

    # ---- what it hears

    def owns(self, job: Job) -> bool:
        """Nobody there can be asked for another folder here: the server finds one."""
        return False

    def emit(self, event: Event) -> None:
        if self._stopped or isinstance(event, messages.Unsaved) or (isinstance(event, messages.Log) and not event.job):
            return
        told = self._redacted(event)
        if isinstance(event, messages.LAST):
            self._ended[event.job] = None
            if len(self._ended) > MOST_ENDED:
                self._ended.popitem(last=False)
        if isinstance(event, Saved):
            self._pictures[event.job, event.index] = Path(event.path)
        self._store.put(told)

    async def items(self, after: int, wait_s: float) -> list[Item]:
        """The events that follow the number `after`, which its front has dealt with."""
        self.contacted = time.monotonic()
        if done := self._forgotten(self._store.acknowledge(after)):
            await asyncio.to_thread(_remove, done)
        if self._stopped:
            return []
        return [await self._item(stored) for stored in await self._store.next(wait_s)]

    def picture(self, job: str, index: int) -> Path | None:
        """The file of a picture that its front has not got yet."""
        return self._pictures.get((job, index))

    async def _item(self, stored: StoredEvent) -> Item:
        event, data = stored.event, msgspec.Raw(stored.data)
        path = self._pictures.get((event.job, event.index)) if isinstance(event, Saved) else None
        if path is None:
            return Item(stored.number, data)
        if path not in self._digests:
            self._digests[path] = await asyncio.to_thread(_digest, path)
        return Item(stored.number, data, *self._digests[path])

    def _forgotten(self, events: list[Event]) -> list[Path]:
        """Files and folders of what its front has dealt with."""
        done = []
        for event in events:
            if isinstance(event, Saved) and (path := self._pictures.pop((event.job, event.index), None)):
                self._digests.pop(path, None)
                done.append(path)
            if isinstance(event, messages.LAST):
                done.append(self._folder / event.job)
        return done

    def _take_up(self) -> int:
        """Finished pictures of a server that ended meanwhile; returns the number of their last event."""
        number = 0
        for path in sorted(self._folder.glob("*/*.png")):
            if (found := png.read(path)) and _JOB.fullmatch(path.parent.name):
                width, height, embedded = found
                made, job = embedded.recipe, path.parent.name
                self._pictures[job, made.index] = path
                saved = Saved(job, "", "", made.index, width, height, made.seed, made.values, made.read)
                number = self._store.put(self._redacted(saved))
        return number


def _remove(paths: list[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _digest(path: Path) -> tuple[str, int]:
    """SHA-256 and size; nothing for a file that is gone."""
    digest, size = hashlib.sha256(), 0
    try:
        with files.open_regular(path) as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                size += len(block)
    except OSError:
        return "", 0
    return digest.hexdigest(), size
