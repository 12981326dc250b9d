"""EngineReplica: one engine process, as a scheduler runs several of."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncGenerator

from studio import form, messages, settings
from studio.library import Library
from studio.messages import LAST, Event, Plan, Submit, decode_command, encode
from studio.server.ray.pool import Told
from studio.worker import EngineHost, GivenPictures, make_folder, make_home, take_made, unpack

_FOLDER = "studio-replica-"


class EngineReplica:
    """A dying engine ends a job, never the replica: the engine's client starts another."""

    def __init__(self, threads: int = 0, argv: list[str] | None = None) -> None:
        """`threads`: that the engine computes with; 0 leaves it to torch."""
        self._folder = make_folder(_FOLDER)
        home = make_home(settings.load(), self._folder / "home")
        limits = {"OMP_NUM_THREADS": str(threads)} if threads else {}
        self._host = EngineHost(home, argv=argv, environ={**os.environ, **limits})
        self._forms = {task.id: form.read(task) for task in self._host.ready().tasks}
        self._library = Library(home.library_dir)

    async def offered(self) -> bytes:
        return encode(await asyncio.to_thread(self._host.ready))

    async def planned(self, request: bytes) -> bytes:
        asked = decode_command(request)
        assert isinstance(asked, Plan)
        answer: asyncio.Queue[Event] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        self._host.plan(asked, lambda planned: _later(loop, answer, planned))
        return encode(await answer.get())

    async def run(self, order: bytes, pictures: GivenPictures) -> AsyncGenerator[Told, None]:
        """All that is heard of a job. Whoever stops listening cancels it."""
        asked = decode_command(order)
        assert isinstance(asked, Submit)
        heard: asyncio.Queue[Event] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        task = self._forms.get(asked.task)
        if task and pictures:
            params = await asyncio.to_thread(unpack, task.fields, asked.params, pictures, self._folder / "given")
            asked = Submit(asked.job, asked.task, params, asked.previews, asked.reveal, asked.trace)
        self._host.run(asked, lambda event: _later(loop, heard, event))
        try:
            while True:
                event = await heard.get()
                yield await self._told(event)
                if isinstance(event, LAST):
                    return
        finally:
            self._host.cancel(asked.job)

    async def _told(self, event: Event) -> Told:
        if not isinstance(event, messages.Saved):
            return encode(event), None, self._folder.name
        made = await asyncio.to_thread(take_made, self._library, event)
        return encode(event), (made.png, made.recipe), self._folder.name

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError):  # it never came so far
            self._host.close()
            self._library.close()
        with contextlib.suppress(AttributeError):
            shutil.rmtree(self._folder, ignore_errors=True)


def _later(loop: asyncio.AbstractEventLoop, queue: "asyncio.Queue[Event]", event: Event) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
        loop.call_soon_threadsafe(queue.put_nowait, event)
