"""The composition root of the HTTP front: builds it, runs it until a signal, and leaves only the queue behind."""

import contextlib
import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from studio import __version__, files, log_file
from studio.atomic import writing
from studio.client import ServerInfo, server_info
from studio.errors import UserError, os_reason
from studio.jobs import QUEUE_FILE
from studio.library import Library
from studio.server import access_token, address
from studio.server.address import Address
from studio.server.app import build
from studio.server.backend import Backend
from studio.server.job_service import Connects, JobService
from studio.server.protocol import MOST_HEADER_BYTES, GuardedProtocol
from studio.server.uploads import Uploads
from studio.settings import Settings

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # what is asked below is only whether it is there

LOG = "server.log"
ENV = "env"
TOKEN = "token"
END_S = 8
"""For answers that are still being sent when it ends."""


@dataclass(frozen=True)
class ServeOptions:
    """What its user says."""

    host: str = "127.0.0.1"
    port: int = 0
    token_file: Path | None = None
    allowed: Sequence[str] = ()
    insecure: bool = False


def serve(settings: Settings, connect: Connects, options: ServeOptions, started: Callable[[ServerInfo], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; `started` is called once requests are taken. Raises UserError."""
    folder = settings.home / server_info.FOLDER
    with _alone(folder, settings.home):
        token = access_token.load(options.token_file or folder / TOKEN, make=options.token_file is None)
        listening = address.listen(options.host, options.port, options.allowed, insecure=options.insecure)
        with contextlib.closing(listening.listener), _logged(settings.home / log_file.FOLDER / LOG):
            info = ServerInfo(listening.url, token, secrets.token_urlsafe(32), os.getpid(), __version__)
            backend = _backend(settings, connect, folder)
            app = build(backend, token=token, front_token=info.front_token, names=listening.names)
            config = uvicorn.Config(
                app, http=GuardedProtocol, ws="none", loop="asyncio", lifespan="on", log_config=None,
                access_log=False, server_header=False, h11_max_incomplete_event_size=MOST_HEADER_BYTES,
                timeout_graceful_shutdown=END_S,
            )  # fmt: skip
            _run(StudioServer(config, app.stop, lambda: _announce(settings.home, info, started)), listening, settings)


class StudioServer(uvicorn.Server):
    """Tells those who wait for a job when it ends, and dies of no signal."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None], started: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop, self._announce = stop, started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stop()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def _run(server: StudioServer, listening: Address, settings: Settings) -> None:
    try:
        server.run(sockets=[listening.listener])
    finally:
        server_info.remove(settings.home)
        with contextlib.suppress(OSError):
            (settings.home / server_info.FOLDER / ENV).unlink()


def _backend(settings: Settings, connect: Connects, folder: Path) -> Backend:
    jobs = JobService(
        connect, queue_file=folder / QUEUE_FILE, rescue=settings.library_dir.parent / "rescued"
    )  # fmt: skip
    private = (settings.home, settings.library_dir, folder / "uploads")
    return Backend(jobs, Uploads(folder / "uploads"), Library(settings.library_dir), private)


def _announce(home: Path, info: ServerInfo, started: Callable[[ServerInfo], None]) -> None:
    server_info.save(home, info)
    with writing(home / server_info.FOLDER / ENV) as file:
        lines = f"export OPENAI_BASE_URL={info.url}/v1\nexport OPENAI_API_KEY={info.token}\n"
        file.write(lines.encode())
    started(info)


@contextlib.contextmanager
def _alone(folder: Path, home: Path) -> Iterator[None]:
    """One server for each home: two would write the same queue. Raises UserError."""
    try:
        files.make_private(folder)
        descriptor = os.open(folder / server_info.LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UserError("The folder {} cannot be used ({}); nothing was started.", folder, os_reason(error)) from None
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        running = server_info.load(home)
        raise UserError(
            "A server of this home runs already{}; nothing was started. Use that one, or end it first.",
            f" at {running.url}" if running else "", code="busy",
        ) from None  # fmt: skip
    try:
        yield
    finally:
        os.close(descriptor)


class _LogFile(logging.Handler):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):  # a full disk: the work goes on without a log
            log_file.append(self._path, f"{time.strftime('%Y-%m-%d %H:%M:%S')} {self.format(record)}\n")


@contextlib.contextmanager
def _logged(path: Path) -> Iterator[None]:
    """What goes wrong in it is kept in a file."""
    handler = _LogFile(path)
    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.ERROR)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True
