"""AttachedClient: the engine of a `studio serve` that runs already, so that weights are held once on a machine."""

import contextlib
import socket
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING

import msgspec

from studio import messages
from studio.client._contract import Client
from studio.client._server_info import ServerInfo
from studio.messages import LAST, Command, Event, Submit, decode_event, encode
from studio.text import Text

if TYPE_CHECKING:
    import http.client

LOST = Text("The server whose engine was used has ended. An engine of its own is started; the queue is kept.")
RUNNING_LOST = Text("The server whose engine was used ended while this job ran. What it had saved is kept.")
CONNECT_S = 10.0
_START, _RESTART, _COMMANDS = "start", "restart", "commands"


class AttachedClient:
    """A `Client` over the loopback connection to a server. When that ends, an engine of its own takes its place."""

    def __init__(
        self, on_event: Callable[[Event], None], info: ServerInfo, own: Callable[[Callable[[Event], None]], Client]
    ) -> None:
        """`own`: makes the client with an engine of its own, for when the server is gone."""
        self._on_event, self._info, self._make_own = on_event, info, own
        self._front = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._orders: list[Submit] = []
        """What the server has been given and has not answered."""
        self._begun: set[str] = set()
        self._outbox: SimpleQueue[tuple[str, bytes] | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="attached-events", daemon=True)
        self._socket: socket.socket | None = None
        self._own: Client | None = None
        self._heard_at = time.monotonic()
        self._ready = self._closing = False

    # ---- for any thread

    def start(self) -> None:
        if own := self._own:
            own.start()
        elif self._reader.ident is None:
            self._reader.start()
        else:
            self._outbox.put((_START, b""))

    def submit(self, order: Submit) -> None:
        if self._closing:
            raise RuntimeError("this client is closed")
        with self._lock:
            if self._own is None:
                self._orders.append(order)
                self._outbox.put((_COMMANDS, encode(order)))
                return
            own = self._own
        own.submit(order)

    def cancel(self, job: str) -> None:
        if own := self._own:
            own.cancel(job)
        else:
            self.send(messages.Cancel(job))

    def withdraw(self, job: str) -> None:
        if own := self._own:
            own.withdraw(job)
        else:
            self.send(messages.Withdraw(job))

    def resave(self, job: str, folder: str | None = None) -> None:
        if own := self._own:
            own.resave(job, folder)
        else:
            self.send(messages.Resave(job, folder))

    def discard(self, job: str) -> None:
        if own := self._own:
            own.discard(job)
        else:
            self.send(messages.Discard(job))

    def send(self, command: Command) -> None:
        if own := self._own:
            own.send(command)
        else:
            self._outbox.put((_COMMANDS, encode(command)))

    @property
    def silent_s(self) -> float:
        if own := self._own:
            return own.silent_s
        return time.monotonic() - self._heard_at if self._ready else 0.0

    def restart(self) -> None:
        if own := self._own:
            own.restart()
        else:
            self._outbox.put((_RESTART, b""))

    def close(self, timeout_s: float = 5.0) -> None:
        self._closing = True
        self._outbox.put(None)
        if connected := self._socket:
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)
        if self._reader.ident is not None and self._reader is not threading.current_thread():
            self._reader.join(timeout_s + CONNECT_S)
        if own := self._own:
            own.close(timeout_s)

    # ---- the threads

    def _read(self) -> None:
        import http.client  # 2 MB with TLS and mail, and most engines are a child of this process

        with contextlib.suppress(OSError, http.client.HTTPException, ValueError), self._connection() as connection:
            connection.request("GET", self._path("events"), headers=self._headers)
            self._socket = connection.sock
            response = connection.getresponse()
            self._socket.settimeout(None)
            threading.Thread(target=self._write, name="attached-commands", daemon=True).start()
            while response.status == http.client.OK and not self._closing and (line := response.readline()):
                with contextlib.suppress(msgspec.DecodeError):  # of a server that was updated while it ran
                    self._take(decode_event(line))
        self._lost()

    def _take(self, event: Event) -> None:
        self._heard_at = time.monotonic()
        job = getattr(event, "job", "")
        if isinstance(event, messages.Ready | messages.Ended):
            self._ready = isinstance(event, messages.Ready)
        if isinstance(event, messages.Started):
            self._begun.add(job)
        if isinstance(event, (*LAST, messages.Withdrawn)):
            with self._lock:
                self._orders = [order for order in self._orders if order.job != job]
        self._on_event(event)

    def _lost(self) -> None:
        """Answer what the server has not, and go on without it."""
        with self._lock:
            left, self._orders = self._orders, []
            self._ready = False
            if not self._closing:
                self._own = self._make_own(self._on_event)
        self._outbox.put(None)
        for order in left:
            self._on_event(self._answer(order.job))
        if self._own:
            self._on_event(messages.Ended(LOST, None, restarting=True))
            self._own.start()

    def _answer(self, job: str) -> Event:
        if self._closing:
            return messages.JobCancelled(job)
        return messages.Interrupted(job, RUNNING_LOST) if job in self._begun else messages.Withdrawn(job)

    def _write(self) -> None:
        """What the server does not take is settled by the reader, whose connection ends with the server."""
        import http.client  # as above

        headers = {**self._headers, "Content-Type": "application/json", "Connection": "close"}
        while (item := self._outbox.get()) is not None:
            verb, body = item
            # A connection for each: one that was kept could have been closed by the server as the command went out.
            with contextlib.suppress(OSError, http.client.HTTPException), self._connection() as connection:
                connection.request("POST", self._path(verb), body, headers)
                connection.getresponse().read()

    def _connection(self) -> "contextlib.closing[http.client.HTTPConnection]":
        import http.client  # as above

        address = urllib.parse.urlsplit(self._info.url)
        return contextlib.closing(
            http.client.HTTPConnection(address.hostname or "", address.port, timeout=CONNECT_S)
        )  # fmt: skip

    def _path(self, verb: str) -> str:
        return f"/v1/front/{self._front}/{verb}"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._info.front_token}"}
