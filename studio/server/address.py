"""Where the server listens, and by which names it may be called."""

import ipaddress
import socket
from collections.abc import Sequence
from typing import NamedTuple

from studio.errors import UserError, os_reason

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class Address(NamedTuple):
    """An open socket and the names under which requests may ask for it."""

    listener: socket.socket
    host: str
    port: int
    names: frozenset[str]
    """What the Host header may say, in small letters, with the port where it is not the scheme's own."""

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int, allowed: Sequence[str] = (), *, insecure: bool = False) -> Address:
    """Open the socket; port 0 takes a free one. Raises UserError, before anything is opened where that is unsafe.

    `allowed`: further names, of a proxy that stands before it.
    """
    if not is_loopback(host) and not insecure:
        raise UserError(
            "{} can be reached from other machines, and neither token nor pictures would be encrypted; nothing was "
            "started. Leave it at 127.0.0.1 and let a reverse proxy add TLS (docs/server.md has one of three lines), "
            "or add --insecure if the network is yours alone.",
            host,
            code="insecure",
        )
    bound = "127.0.0.1" if host == "localhost" else host
    listener = _opened(bound, port)
    number = listener.getsockname()[1]
    own = f"[{bound}]" if ":" in bound else bound
    names = {f"{name}:{number}" for name in (*LOOPBACK, own.lower())}
    names |= {name for name in (*LOOPBACK, own.lower()) if number == 80}
    return Address(listener, bound, number, frozenset(names | {name.lower() for name in allowed}))


def _opened(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, or asyncio would not switch off Nagle's algorithm, and each small answer would wait 40 ms for a receipt.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.setblocking(False)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = os_reason(error) if isinstance(error, OSError) else str(error)
        raise UserError(
            "The server cannot listen at {}, port {} ({}); nothing was started. Leave out --port to get a free one.",
            host, port, reason, code="address",
        ) from None  # fmt: skip
    return listener
