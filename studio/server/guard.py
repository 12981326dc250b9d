"""Guard: what every request must pass before anything of it is read, and what every answer carries."""

import hmac
import re
import secrets
from collections.abc import Callable, Collection

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.server.api_error import ApiError
from studio.server.protocol import MOST_HEADER_BYTES

PUBLIC = re.compile(r"/|/health|/static/[a-z-]+\.[a-z]+|/pictures/[\w-]{22,64}\.[a-z]{3,4}")
"""Paths that need no token: they do nothing, or are themselves the secret."""
_HEADERS = {
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
}


class Guard:
    """ASGI middleware: Host, Origin, method, token; in this order, without reading a body."""

    def __init__(
        self, app: ASGIApp, *, token: str, front_token: str, names: Collection[str], stop: Callable[[], None]
    ) -> None:
        """`token`: of the API. `names`: what the Host header may say. `stop`: what the server calls as it ends."""
        self._app, self.stop = app, stop
        self._token, self._front_token = token.encode(), front_token.encode()
        self._names = names
        self._origins = {f"{scheme}://{name}" for scheme in ("http", "https") for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in {"x-request-id": request_id, **_HEADERS}.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._check(scope)
        except ApiError as error:
            await respond(error, answer)
            return
        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            error.add_note(f"While {request_id} was answered: {scope['method']} {scope['path']}")
            if not started:  # else only cutting it off tells the client that it is not whole
                message = "This is a bug in the studio; its details are in the server's log."
                await respond(ApiError(500, message, "internal_error", type="server_error"), answer)
            raise  # uvicorn writes it into the log

    def _check(self, scope: Scope) -> None:
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
            raise ApiError(431, "The headers of the request are too long.", "headers_too_large")
        if _one(scope, b"host").lower() not in self._names:
            raise ApiError(403, "This Host is not served here; `studio serve --allow-host` adds one.", "forbidden_host")
        origin = _one(scope, b"origin", default="")
        if origin and origin.lower() not in self._origins:
            raise ApiError(403, "Pages of other origins may not ask for anything here.", "forbidden_origin")
        public = PUBLIC.fullmatch(scope["path"]) is not None
        if _one(scope, b"sec-fetch-site", default="none") in ("cross-site", "same-site") and not public:
            raise ApiError(403, "Pages of other origins may not ask for anything here.", "forbidden_origin")
        if scope["method"] not in ("GET", "HEAD", "POST", "PUT", "DELETE"):
            raise ApiError(405, f"The method {scope['method'][:20]} is not served here.", "method_not_allowed")
        if not (public and scope["method"] in ("GET", "HEAD")) and not _sends(scope, self._wanted(scope["path"])):
            raise ApiError(
                401,
                "The API key is missing or wrong. It is the server's token, which `studio serve` names the file of; "
                "send it as `Authorization: Bearer …`.",
                "invalid_api_key",
            )

    def _wanted(self, path: str) -> bytes:
        """The token that a path needs: what names files of this machine is for the studio's own fronts alone."""
        return self._front_token if path.startswith("/v1/front/") else self._token


def _sends(scope: Scope, wanted: bytes) -> bool:
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(given) != 1:
        return False
    scheme, _, token = given[0].partition(b" ")
    return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), wanted)


def _one(scope: Scope, name: bytes, *, default: str | None = None) -> str:
    """The only value of a header. Raises ApiError where there are several, or none and no default."""
    values = [value for each, value in scope["headers"] if each == name]
    if not values and default is not None:
        return default
    if len(values) != 1:
        raise ApiError(400, f"There must be exactly one {name.decode()} header.", "invalid_http")
    return str(values[0].decode("latin-1"))


async def respond(error: ApiError, send: Send) -> None:
    """Send a refusal."""
    body = error.body
    headers = {"content-type": "application/json", "content-length": str(len(body)), **error.headers}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
