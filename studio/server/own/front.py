"""/v1/front: for the studio's own window and command line on this machine, by a token of their own."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from studio.messages import decode_command
from studio.server import following
from studio.server.api_error import ApiError, invalid, unknown_path
from studio.server.attachment import Attachment
from studio.server.backend import Backend, backend_of
from studio.server.body import Gone, read_bytes


async def events(request: Request) -> "EventLines":
    """All that its engine would tell, one message a line; what it has asked for ends with this connection."""
    backend = backend_of(request)
    name = _name(request)
    if backend.jobs.closing or name in backend.fronts:
        raise ApiError(400, "This front is attached already, or the server is ending.", "busy")
    return EventLines(request, backend, name)


class EventLines:
    """The answer, as ASGI."""

    def __init__(self, request: Request, backend: Backend, name: str) -> None:
        self._request, self._backend, self._name = request, backend, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        attachment = Attachment(self._name, self._backend.jobs)
        self._backend.fronts[self._name] = attachment
        headers = [(b"content-type", b"application/x-ndjson")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        try:
            lines: AsyncGenerator[bytes, None] = following.until_gone(self._request, attachment.lines())
            async with aclosing(lines):
                async for line in lines:
                    await send({"type": "http.response.body", "body": line, "more_body": True})
        except Gone:
            return
        finally:
            del self._backend.fronts[self._name]
            attachment.close()
        await send({"type": "http.response.body", "body": b""})


async def command(request: Request) -> Response:
    """Do what it would ask its engine."""
    backend = backend_of(request)
    attachment = backend.fronts.get(_name(request))
    verb = request.path_params["verb"]
    if attachment is None or verb not in ("commands", "start", "restart"):
        raise unknown_path()
    if verb == "commands":
        try:
            attachment.take(decode_command(await read_bytes(request)))
        except msgspec.DecodeError as error:
            raise invalid(None, f"This is no command: {error}.") from None
    elif verb == "start":
        backend.jobs.start_engine()
    else:
        backend.jobs.restart_engine()
    return Response(status_code=204)


def _name(request: Request) -> str:
    name: str = request.path_params["front"]
    if not re.fullmatch(r"[0-9a-f]{32}", name):
        raise unknown_path()
    return name
