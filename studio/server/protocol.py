"""GuardedProtocol: uvicorn's HTTP/1.1 with the time limits that it lacks, so that who waits keeps nobody out."""

import asyncio
import json
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from studio.server.api_error import ApiError

HEADER_S = 10.0
"""For a request's headers, from its first byte, or from the connection, on."""
DRAIN_S = 10.0
"""For a body that nobody wants any more, so that its client reads the answer instead of a reset."""
STALL_S = 30.0
"""For an answer of which nothing is read."""
MOST_CONNECTIONS = 128
"""At once. The oldest without a request makes room for another one."""
MOST_HEADER_BYTES = 32_768


class GuardedProtocol(H11Protocol):
    """One connection. Its timers: headers, unwanted body, unread answer."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.opened_at = self.loop.time()

    @property
    def is_idle(self) -> bool:
        """Whether it is open, and no request of it is being answered or has come whole."""
        if self.transport.is_closing():
            return False
        return self.conn.their_state is h11.IDLE and (self.cycle is None or self.cycle.response_complete)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._arm("header", HEADER_S)
        if len(self.connections) > MOST_CONNECTIONS:
            self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._arm("stall", STALL_S)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._disarm("stall")

    def connection_lost(self, exc: Exception | None) -> None:
        for name in [*self._timers]:
            self._disarm(name)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP, in the shape of all other errors."""
        error = ApiError(400, "This is no valid HTTP/1.1 request, or its headers are too long.", "invalid_http")
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=json.dumps(error.data).encode()),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _look(self) -> None:
        """Arm and disarm by what is waited for now."""
        if self.transport.is_closing():
            return
        waits = self.conn.their_state is h11.IDLE
        # Between two requests uvicorn's own timer runs, until the first byte of the second one.
        if waits and self.timeout_keep_alive_task is None and self.is_idle:
            self._arm("header", HEADER_S)
        elif not waits or self.timeout_keep_alive_task is not None:
            self._disarm("header")
        if self.conn.their_state is h11.SEND_BODY and self.cycle and self.cycle.response_complete:
            self._arm("drain", DRAIN_S)
        else:
            self._disarm("drain")

    def _arm(self, name: str, seconds: float) -> None:
        """A timer that runs already goes on: bytes that trickle in gain no time."""
        if name not in self._timers:
            self._timers[name] = self.loop.call_later(seconds, self.transport.abort)

    def _disarm(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()

    def _make_room(self) -> None:
        others = [other for other in self.connections if isinstance(other, GuardedProtocol) and other.is_idle]
        # Those that have never asked for anything first. When all have work to do, the new one alone waits, and goes.
        if others:
            min(others, key=lambda other: (other.cycle is not None, other.opened_at)).transport.abort()
