"""Served: the whole server in this process, on a thread of its own, over a scripted engine with the real tasks."""

import asyncio
import io
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import httpx2 as httpx
import uvicorn
from msgspec.structs import replace
from PIL import Image

from studio import messages
from studio.descriptions import ModelInfo, TaskInfo
from studio.form import read
from studio.library import Library, Recipe, save_loose
from studio.messages import Event, Finished, Progress, Ready, Saved, Started, Submit
from studio.plugin_host import registry
from studio.role import Role
from studio.server import address
from studio.server.app import build
from studio.server.backend import Backend
from studio.server.guard import Guard
from studio.server.job_service import JobService
from studio.server.protocol import MOST_HEADER_BYTES, GuardedProtocol
from studio.server.serve import StudioServer
from studio.server.uploads import Uploads
from studio.settings import Settings
from studio.testing import ScriptedClient

TOKEN, FRONT_TOKEN = "a-token-for-the-tests", "a-token-for-the-own-fronts"
PATIENCE_S = 30.0
MODELS = [
    ModelInfo("starter", "Starter", "kandinsky22", "/models/starter",
              ["text-to-image", "image-to-image", "inpaint", "variation", "upscale"]),
    ModelInfo("painter", "Painter", "sd1", "/models/painter", ["text-to-image"]),
    ModelInfo("film", "Film", "sd1", "/models/Film.safetensors", [], kind="lora"),
]  # fmt: skip


@cache
def built_in_tasks() -> tuple[TaskInfo, ...]:
    return tuple(registry.load(Settings(Path("/nowhere"), safe_mode=True)).infos)


class Served:
    """`engine` is the scripted client; `http` sends the token; `url` is without a slash at its end."""

    def __init__(self, server: StudioServer, backend: Backend, url: str, app: Guard) -> None:
        self._server, self.backend, self.url, self.app = server, backend, url, app
        self._thread = threading.Thread(target=server.run, kwargs={"sockets": [server.listener]}, daemon=True)
        self._thread.start()
        self.wait(lambda: server.started and (backend.jobs.ready or self.engine.held))
        self.http = httpx.Client(base_url=url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=PATIENCE_S)

    @property
    def engine(self) -> "PlayedEngine":
        client = self.backend.jobs._client
        assert isinstance(client, PlayedEngine)
        return client

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def on_loop(self, call: Callable[[], Any]) -> Any:
        """Run it on the server's thread; what it returns."""
        done: Any = asyncio.run_coroutine_threadsafe(_called(call), self.backend.jobs._loop)
        return done.result(PATIENCE_S)

    def emit(self, *events: Event) -> None:
        for event in events:
            self.on_loop(lambda event=event: self.engine.emit(event))

    def wait(self, condition: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_S
        while not (found := condition()):
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.01)
        return found

    @property
    def submitted(self) -> list[Submit]:
        return [command for command in self.engine.sent if isinstance(command, Submit)]

    @property
    def cancelled(self) -> list[str]:
        return [command.job for command in self.engine.sent if isinstance(command, messages.Cancel)]

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.should_exit = True
            self._thread.join(PATIENCE_S)
            assert not self._thread.is_alive()
            self.http.close()


async def _called(call: Callable[[], Any]) -> Any:
    return call()


class PlayedEngine(ScriptedClient):
    """`held`: it starts only when the test says so. `plan`: what it answers to who asks what a job takes."""

    held = False
    plan: messages.Planned | None = None

    def send(self, command: messages.Command) -> None:
        super().send(command)
        if self.plan and isinstance(command, messages.Plan):
            self._on_event(replace(self.plan, request=command.request))

    def start(self) -> None:
        if not self.held:
            super().start()


class _Server(StudioServer):
    listener: Any = None


def serving(
    home: Path,
    script: Callable[[Submit], Iterable[Event]] | None = None,
    *,
    manual: bool = False,
    held: bool = False,
    most_pending: int = 1000,
    tasks: Iterable[TaskInfo] | None = None,
) -> Served:
    """`manual`: jobs run until the test emits their events. `held`: there is no engine yet."""
    library = Library(home / "library")
    ready = Ready([*(built_in_tasks() if tasks is None else tasks)], [], MODELS, [])

    def connect(on_event: Callable[[Event], None]) -> PlayedEngine:
        made = PlayedEngine(on_event, ready=ready, script=None if manual else script or Painter(library))
        made.held = held
        return made

    jobs = JobService(
        connect, queue_file=home / "server/queue.json", rescue=home / "rescued", most_pending=most_pending
    )  # fmt: skip
    backend = Backend(jobs, Uploads(home / "server/uploads"), library, (home,))
    listening = address.listen("127.0.0.1", 0)
    app = build(backend, token=TOKEN, front_token=FRONT_TOKEN, names=listening.names)
    config = uvicorn.Config(
        app, http=GuardedProtocol, ws="none", loop="asyncio", lifespan="on", log_config=None, access_log=False,
        server_header=False, h11_max_incomplete_event_size=MOST_HEADER_BYTES, timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = _Server(config, app.stop, lambda: None)
    server.listener = listening.listener
    return Served(server, backend, listening.url, app)


class Painter:
    """Saves pictures in the library, of the colour that the seed says, as tasks do."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._forms = {task.id: read(task) for task in built_in_tasks()}

    def __call__(self, order: Submit) -> Iterable[Event]:
        form = self._forms[order.task]
        count, size = form.role(Role.COUNT), form.role(Role.SIZE) or form.role(Role.PICTURE_SIZE)
        asked = order.params.get(size.name if size else "", "auto")
        side = (64, 64) if asked == "auto" else tuple(int(part) for part in asked.split("x"))
        yield Started(order.job, order.params)
        for index in range(order.params.get(count.name, 1) if count else 1):
            seed = 7 + index
            for step in (1, 2, 3, 4):
                yield Progress(order.job, step, 4, "denoising", preview=jpeg() if order.previews else b"")
            image = Image.new("RGB", side, (seed, 100, 200))
            parents = [str(each) for each in (order.params.get("image"), order.params.get("mask")) if each]
            recipe = Recipe(order.task, order.params, seed, index, parents=parents)
            if order.folder:
                id, path = "", save_loose(image, recipe, Path(order.folder))
            else:
                record = self._library.save(image, recipe)
                id, path = record.id, record.path
            words = str(order.params.get("prompt", ""))
            read = {"prompt": words.replace("{a|the}", "the")} if "{a|the}" in words else {}
            yield Saved(order.job, id, str(path), index, *side, seed, read=read)
        yield Finished(order.job, 0.5)


def jpeg() -> bytes:
    return encoded(Image.new("RGB", (16, 16), "red"), "JPEG")


def encoded(image: Image.Image, format: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


def picture(side: int = 32) -> bytes:
    """An opaque picture."""
    return encoded(Image.effect_noise((side, side), 60).convert("RGB"))


def mask(side: int = 32) -> bytes:
    """As OpenAI's: transparent in the middle, where the picture is edited."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (side // 4, side // 4, side // 2, side // 2))
    return encoded(image)
