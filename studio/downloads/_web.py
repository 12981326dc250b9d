"""Web: requests to strangers: redirects that are looked at, tokens that stay, waits that can be cut short."""

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies

import httpx2
import msgspec

from studio import __version__
from studio.downloads._hub import Hub
from studio.errors import Cancelled, UserError

TRIES = 5
"""Without a byte of progress."""
MOST_REDIRECTS, LONGEST_WAIT_S = 5, 60.0
JSON_CAP_BYTES = 64 * 2**20
STAND_INS = ipaddress.ip_network("198.18.0.0/15")
"""What the resolvers of tunnels (Clash and others) answer for any public name."""
_TIMEOUT = httpx2.Timeout(30, connect=10)


class Stop:
    """Ends what is under way in other threads, at once."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()

    def set(self) -> None:
        self._event.set()
        with self._lock:
            for each in self._sockets:
                with contextlib.suppress(OSError):  # closed meanwhile
                    each.shutdown(socket.SHUT_RDWR)

    def check(self) -> None:
        """Raises Cancelled once it is set."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Raises Cancelled if it is set before so much time has passed."""
        self._event.wait(seconds)
        self.check()

    @contextlib.contextmanager
    def watching(self, stream: Any) -> Iterator[None]:
        """While data is awaited from a response's network stream."""
        found = stream.get_extra_info("socket") if stream is not None else None
        if found is None:
            yield
            return
        with self._lock:
            self._sockets.add(found)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._sockets.discard(found)


class Web:
    """One client for a download's requests. `patience` scales the waits between tries."""

    def __init__(self, hub: Hub, stop: Stop | None = None, patience: float = 1.0) -> None:
        self.hub, self.stop, self.patience = hub, stop or Stop(), patience
        headers = {"User-Agent": f"open-image-studio/{__version__}", "Accept-Encoding": "identity"}
        self._client = httpx2.Client(headers=headers, timeout=_TIMEOUT, follow_redirects=False)

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def stream(self, url: str, start: int = 0) -> Iterator[httpx2.Response]:
        """The answer, whatever its status, from byte `start` on. Raises httpx2.TransportError, UserError."""
        refuse_offline(self.hub)
        check_address(url)
        first = urlsplit(url).hostname
        for _ in range(MOST_REDIRECTS + 1):
            self.stop.check()
            with self._client.stream("GET", url, headers=self._headers(url, start)) as response:
                if response.is_redirect:
                    url = _next_address(url, response.headers.get("location", ""), first)
                    continue
                with self.stop.watching(response.extensions.get("network_stream")):
                    yield response
                return
        raise UserError(
            "{} leads from one address to the next without an end; nothing was kept.", first, code="redirect"
        )

    def json(self, url: str, what: str) -> tuple[Any, str]:
        """An answer of the hub's interface, and the address of the next page. Raises UserError."""
        data, headers = self.read(url, what, JSON_CAP_BYTES)
        try:
            return msgspec.json.decode(data), _next(headers.get("link", ""))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise html_error(url) from None

    def read(self, url: str, what: str, cap_bytes: int) -> tuple[bytes, httpx2.Headers]:
        """A small answer as a whole, tried several times. Raises UserError."""
        for number in range(TRIES):
            try:
                with self.stream(url) as response:
                    if not self.retry_later(response, number, what):
                        check_status(response, what, self.hub)
                        return _bounded(response, cap_bytes), response.headers
            except httpx2.HTTPError as error:
                self.stop.check()
                if number + 1 == TRIES:
                    raise unreachable(url, error) from error
                self.stop.wait(self.patience * 2**number)
        raise AssertionError("the last try returns or raises")

    def retry_later(self, response: httpx2.Response, number: int, what: str) -> bool:
        """Wait as the server asks, or a little longer each time; whether it is worth another try."""
        if response.status_code != 429 and response.status_code < 500:
            return False
        if number + 1 >= TRIES:
            return False
        after = response.headers.get("retry-after", "")
        seconds = float(after) if after.isdecimal() else self.patience * 2**number
        if seconds > LONGEST_WAIT_S:
            raise UserError(
                "{} cannot be fetched now: the server asks to come back in {} s. What was fetched is kept; "
                "go on with it then.", what, int(seconds), code="busy",
            )  # fmt: skip
        self.stop.wait(seconds)
        return True

    def _headers(self, url: str, start: int) -> dict[str, str]:
        headers = {"Range": f"bytes={start}-"} if start else {}
        if token := self.hub.token_for(url):
            headers["Authorization"] = f"Bearer {token}"
        return headers


def refuse_offline(hub: Hub) -> None:
    if hub.offline:
        raise UserError(
            "Downloads are switched off by HF_HUB_OFFLINE, so nothing was fetched; what is installed works.",
            code="offline",
        )


def check_status(response: httpx2.Response, what: str, hub: Hub) -> None:
    """Raises UserError for an answer that is none."""
    status, code = response.status_code, response.headers.get("x-error-code", "")
    if status in (200, 206):
        return
    host, ours = urlsplit(str(response.url)).netloc, hub.is_ours(str(response.url))
    if status in (401, 403) and not ours:
        raise UserError(
            "{} gives {} only to those who are logged in there, so nothing was fetched. Download it with a browser, "
            "and add the file.", host, what, code="gated",
        )  # fmt: skip
    if status in (401, 403) and code in ("", "GatedRepo"):
        raise UserError(
            "{} is given only to those who have accepted its terms: do so at {}, log in with “hf auth login”, and try "
            "again. What was fetched is kept.", what, hub.page_url(what),
            code="gated",
        )  # fmt: skip
    if code == "RevisionNotFound":
        raise UserError(
            "The revision of {} that was asked for is not there any more: its owner has moved it. "
            "What was fetched is kept; download it again to get the present one.", what, code="moved",
        )  # fmt: skip
    if status in (401, 404, 410):
        raise UserError(
            "There is no {} at {}, or it is private; nothing was fetched. Check how it is written.", what, host,
            code="missing_model",
        )  # fmt: skip
    if status == 429 or status >= 500:
        raise UserError(
            "{} does not answer as it should (it says {}); what was fetched is kept. Try again later.", host, status,
            code="busy",
        )  # fmt: skip
    raise UserError("{} refuses to give {} (it says {}); what was fetched is kept.", host, what, status, code="refused")


def html_error(url: str) -> UserError:
    return UserError(
        "{} sent a web page where a file was expected, as networks with a login page do; nothing of it was kept. "
        "Log in to the network, or check the address.", urlsplit(url).netloc, code="web_page",
    )  # fmt: skip


def unreachable(url: str, error: Exception) -> UserError:
    return UserError(
        "{} cannot be reached ({}); what was fetched is kept, and goes on from there once the network is back.",
        urlsplit(url).netloc,
        str(error) or type(error).__name__,
        code="offline",
    )


def check_address(url: str) -> None:
    """Raises UserError for what cannot be taken apart as an address."""
    try:
        if httpx2.URL(url).host and urlsplit(url).port != 0:
            return
    except (ValueError, httpx2.InvalidURL):
        pass
    raise UserError(
        "{} is no address that can be reached, so nothing was downloaded; copy it again from its page.",
        repr(url[:200]), code="bad_address",
    )  # fmt: skip


def _next_address(old: str, location: str, first: str | None) -> str:
    """Where a redirect leads. Raises UserError."""
    try:
        new = urljoin(old, location)
        check_address(new)
    except (ValueError, UserError):
        raise _bad_redirect(urlsplit(old).netloc, location[:200]) from None
    return _checked(old, new, first)


def _checked(old: str, new: str, first: str | None) -> str:
    """A redirect's address. Raises UserError for an address that a stranger has no business to send us to."""
    before, after = urlsplit(old), urlsplit(new)
    if after.scheme not in ("http", "https") or (before.scheme == "https" and after.scheme != "https"):
        raise _bad_redirect(before.netloc, new)
    if after.hostname != first and _is_private(after.hostname or ""):
        raise _bad_redirect(before.netloc, new)
    return new


def _bad_redirect(host: str, new: str) -> UserError:
    return UserError(
        "{} leads to {}, which is no public, protected address, so it was not followed, and nothing was fetched there.",
        host, new.split("?")[0], code="redirect",
    )  # fmt: skip


def _is_private(host: str) -> bool:
    """Whether a name stands for a machine in here. One that is not found is none: the request says so itself."""
    with contextlib.suppress(ValueError):
        return not ipaddress.ip_address(host).is_global
    if getproxies().keys() - {"no"}:  # which look names up themselves
        return False
    try:
        found = [ipaddress.ip_address(each[4][0]) for each in socket.getaddrinfo(host, None)]
    except OSError:
        return False
    return any(not each.is_global and each not in STAND_INS for each in found)


def _bounded(response: httpx2.Response, cap_bytes: int) -> bytes:
    data = bytearray()
    for block in response.iter_bytes():
        data += block
        if len(data) > cap_bytes:
            raise html_error(str(response.url))
    return bytes(data)


def _next(link: str) -> str:
    """Of a Link header, the page that comes next."""
    found = [part for part in link.split(",") if 'rel="next"' in part]
    return found[0].split(">")[0].strip(" <") if found else ""
