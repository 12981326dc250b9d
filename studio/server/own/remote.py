"""/v1/remote: for windows and command lines of other machines. What they ask can be asked twice without harm."""

from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from studio import __version__, messages
from studio.client.remote.wire import OTHER_PROTOCOL, UNKNOWN_FRONT, Hello, Items, Welcome
from studio.messages import PROTOCOL, decode_command
from studio.server.api_error import SERVER, ApiError, invalid, unknown_path
from studio.server.backend import backend_of
from studio.server.body import read_bytes
from studio.server.own.picture_response import query_number
from studio.server.remote import RemoteSession

MOST_WAIT_S = 60
T = TypeVar("T")


async def attach(request: Request) -> Response:
    """A front begins, or is back."""
    backend = backend_of(request)
    hello = _decoded(await read_bytes(request), Hello)
    if hello.protocol != PROTOCOL:
        raise ApiError(
            409,
            f"This server speaks protocol {PROTOCOL} (version {__version__}) and the front protocol {hello.protocol} "
            f"(version {hello.version[:40]}); update the older one.",
            OTHER_PROTOCOL,
        )
    session, resumed = backend.remotes.open(request.path_params["front"])
    return _json(Welcome(__version__, PROTOCOL, resumed, session.jobs, 0 if resumed else session.left))


async def events(request: Request) -> Response:
    """What has happened since: as soon as there is something, and after `wait` seconds in any case, so that neither a
    proxy that collects answers nor one that ends silent connections is in the way."""
    session = _session(request)
    after = query_number(request, "after", 0, 2**62) or 0
    wait = query_number(request, "wait", 0, MOST_WAIT_S) or 0
    if backend_of(request).jobs.closing:
        raise ApiError(503, "The server is ending.", "server_stopping", type=SERVER, retry_after=3)
    return _json(Items(await session.items(after, float(wait))))


async def command(request: Request) -> Response:
    """Do what the front would ask its engine."""
    backend, session = backend_of(request), _session(request)
    verb = request.path_params["verb"]
    if verb == "commands":
        try:
            asked = decode_command(await read_bytes(request))
        except msgspec.DecodeError as error:
            raise invalid(None, f"This is no command: {error}.") from None
        if not isinstance(asked, messages.Shutdown):
            session.take(asked)
    elif verb == "start":
        backend.jobs.start_engine()
    elif verb == "restart":
        backend.jobs.restart_engine()
    else:
        raise unknown_path()
    return Response(status_code=204)


async def picture(request: Request) -> Response:
    """A finished picture, from any byte on, until the front has told that it has it."""
    number = request.path_params["index"]
    path = _session(request).picture(request.path_params["job"], int(number) if number.isdecimal() else -1)
    if path is None or not path.is_file():
        raise ApiError(404, "There is no such picture, or the front has it.", "not_found")
    return FileResponse(path, media_type="application/octet-stream")


async def detach(request: Request) -> Response:
    """The front has all that it wants: what it has asked for ends, and nothing of it is kept."""
    backend_of(request).remotes.close(request.path_params["front"])
    return Response(status_code=204)


def _session(request: Request) -> RemoteSession:
    found = backend_of(request).remotes.find(request.path_params["front"])
    if found is None:
        raise ApiError(404, "This front is not known: the server was restarted.", UNKNOWN_FRONT)
    return found


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(None, f"This cannot be read: {error}.") from None


def _json(value: msgspec.Struct) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
