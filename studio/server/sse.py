"""Server-sent events: an answer that goes on."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from starlette.types import Receive, Scope, Send

from studio.server.api_error import ApiError
from studio.server.body import Gone

COMMENT = b": keepalive\n\n"


def event(name: str, data: Mapping[str, Any], *, id: int | None = None) -> bytes:
    """One event; its data is one line of JSON."""
    head = f"event: {name}\n" + ("" if id is None else f"id: {id}\n")
    return f"{head}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class EventStream:
    """The answer, as ASGI. What fails before the first event is answered by its status instead: see `begun`."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None], headers: Mapping[str, str]) -> None:
        self._first, self._rest, self._headers = first, rest, headers

    @classmethod
    async def begun(cls, events: AsyncGenerator[bytes, None], headers: Mapping[str, str]) -> "EventStream":
        """Waits for the first event. Raises what that raises."""
        return cls(await anext(events), events, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"content-type": "text/event-stream", "x-accel-buffering": "no", **self._headers}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await self._send(send, self._first)
        try:
            async with aclosing(self._rest):
                async for chunk in self._rest:
                    await self._send(send, chunk)
        except ApiError as error:
            await self._send(send, event("error", error.data))
        except Gone:
            return
        await send({"type": "http.response.body", "body": b""})

    @staticmethod
    async def _send(send: Send, chunk: bytes) -> None:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
