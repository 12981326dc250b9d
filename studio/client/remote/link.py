"""EngineLink: requests to the server of another machine; what fails is told apart by what helps against it."""

import contextlib
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec

from studio import __version__
from studio.client.remote.address import RemoteEngine, is_loopback
from studio.client.remote.wire import OTHER_PROTOCOL
from studio.errors import StudioError, UserError, os_reason
from studio.text import Text

KEPT_S = 3.0
"""For a connection that is not used: less than any server keeps it, or what is asked next would be lost with it."""
MOST_BYTES = 128 * 2**20
"""Of an answer that is held in memory."""
CONNECT_S, READ_S, WRITE_S = 10.0, 25.0, 30.0
_BUSY = (408, 425, 429, 500, 502, 503, 504, 507)


class LinkDown(StudioError):
    """It may work in a while: tried again, a little later each time. `reason` is a part of a sentence.

    `told`: what is said instead of a lost connection.
    """

    def __init__(
        self, reason: Text, after_s: float = 0.0, *, untrusted: bool = False, told: Text | None = None
    ) -> None:
        super().__init__(reason)
        self.reason, self.after_s, self.untrusted, self.told = reason, after_s, untrusted, told


class LinkRefused(UserError):
    """It does not work before its user has done something."""


class RequestRefused(StudioError):
    """The server is well, and does not do this."""

    def __init__(self, status: int, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.field = status, code, message, field


class EngineLink:
    """For any thread. `heard_at`: when the last bytes came."""

    def __init__(self, engine: RemoteEngine) -> None:
        """Raises UserError for a file of certificates that cannot be used."""
        self._engine = engine
        self.heard_at = time.monotonic()
        self._is_closed = False
        headers = {
            "User-Agent": f"open-image-studio/{__version__}",
            "Accept-Encoding": "identity", "Cache-Control": "no-store",
        }  # fmt: skip
        near = is_loopback(urlsplit(engine.url).hostname or "")
        self._client = httpx2.Client(
            base_url=engine.url, headers=headers, verify=_trusted(engine.ca_file), follow_redirects=False,
            trust_env=not near, limits=httpx2.Limits(keepalive_expiry=KEPT_S),
        )  # fmt: skip

    def authorize(self) -> None:
        """By the token as it is now; it may be in a keyring, which takes a moment."""
        token = self._engine.token()
        sendable = token.isascii() and token.isprintable()
        self._client.headers["Authorization"] = f"Bearer {token if sendable and token else 'none'}"

    def close(self) -> None:
        """What is under way in other threads may fail as if the connection were lost."""
        self._is_closed = True
        self._client.close()

    def request(self, method: str, path: str, body: Any = None, **options: Any) -> bytes:
        """The body of the answer. `body`: bytes, or pieces of them. Raises LinkDown, LinkRefused, RequestRefused."""
        with self.stream(method, path, content=body, **options) as response:
            got, size = [], 0
            for piece in self.pieces(response):
                got.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    raise LinkDown(Text("it sends more than there can be any use for"))
            return b"".join(got)

    @contextlib.contextmanager
    def stream(
        self, method: str, path: str, *, content: Any = None, headers: Mapping[str, str] | None = None,
        read_s: float | None = None,
    ) -> Iterator[httpx2.Response]:  # fmt: skip
        """The answer, once its status is a good one. Raises as `request` does."""
        own = {"Content-Type": "application/json"} if isinstance(content, bytes) else {}
        every = httpx2.Timeout(read_s or READ_S, connect=CONNECT_S, write=WRITE_S)
        sent = {**own, **(headers or {})}
        try:
            with self._client.stream(method, path, content=content, headers=sent, timeout=every) as got:
                self.heard_at = time.monotonic()
                if not got.is_success:
                    raise self._refusal(got)
                yield got
        except httpx2.HTTPError as error:
            raise self._down(error) from None
        except RuntimeError:
            if not self._is_closed:
                raise
            raise LinkDown(Text("it is not asked any more")) from None

    def pieces(self, response: httpx2.Response) -> Iterator[bytes]:
        """Raises LinkDown when it breaks off."""
        try:
            for piece in response.iter_raw():
                self.heard_at = time.monotonic()
                yield piece
        except httpx2.HTTPError as error:
            raise self._down(error) from None

    def _down(self, error: httpx2.HTTPError) -> LinkDown:
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, OSError):
            cause = cause.__cause__ or cause.__context__
        if isinstance(cause, ssl.SSLCertVerificationError):
            return LinkDown(Text("its certificate is not trusted: {}", cause.verify_message), untrusted=True)
        if isinstance(cause, ssl.SSLError):
            return LinkDown(Text("no encrypted connection could be made: {}", cause.reason or "?"), untrusted=True)
        if isinstance(cause, OSError):
            return LinkDown(os_reason(cause))
        if isinstance(error, httpx2.TimeoutException):
            return LinkDown(Text("it does not answer in time"))
        return LinkDown(Text(str(error) or "the connection broke off"))

    def _refusal(self, response: httpx2.Response) -> StudioError:
        try:
            told = msgspec.json.decode(b"".join(response.iter_raw())[:65_536])["error"]
            code, message, field = str(told["code"]), str(told["message"]), told.get("param")
        except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, AttributeError, RecursionError):
            code, message, field = "", "", None
        host, status = self._engine.host, response.status_code
        if status == 401:
            return LinkRefused("The engine at {} refuses the token: it is missing, wrong, or was changed. Give it the "
                               "one in the file that `studio serve` names there.", host, code="token")  # fmt: skip
        if code == "forbidden_host":
            return LinkRefused("The server does not know itself by the name {}; start it there with --allow-host {}.",
                               host, host, code="forbidden_host")  # fmt: skip
        if code == OTHER_PROTOCOL:
            return LinkRefused("The engine at {} is of a version that this one ({}) does not understand; update the "
                               "older one.", host, __version__, code=OTHER_PROTOCOL)  # fmt: skip
        if status in _BUSY:
            after = response.headers.get("retry-after", "")
            reason = Text(message.rstrip(".")) if code else Text("it answers with the status {}", status)
            return LinkDown(reason, float(after) if after.isdecimal() else 0.0)
        if code or response.request.method == "HEAD":  # whose answers have no body
            return RequestRefused(status, code, message, field if isinstance(field, str) else None)
        return no_engine(host, status)


def no_engine(host: str, status: int) -> LinkRefused:
    return LinkRefused(
        "At {} no engine of the studio answers (status {}); look at the address.", host, status, code="no_engine"
    )


def _trusted(ca_file: str) -> ssl.SSLContext | bool:
    if not ca_file:
        return True
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UserError("The certificates in {} cannot be used ({}); name a file in PEM.", ca_file,
                        os_reason(error), code="certificates") from None  # fmt: skip
    return context
