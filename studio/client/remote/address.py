"""RemoteEngine: where an engine of another machine is, and whether the way there is a safe one."""

import ipaddress
import urllib.parse
from collections.abc import Callable
from typing import NamedTuple

from studio.errors import UserError


class RemoteEngine(NamedTuple):
    """`token` is asked for at each attempt. `ca_file`: certificates to trust beside the system's."""

    url: str
    token: Callable[[], str]
    ca_file: str = ""

    @property
    def host(self) -> str:
        """What it is called in a sentence."""
        return urllib.parse.urlsplit(self.url).netloc


def read_address(text: str, *, insecure: bool = False) -> str:
    """The address as it is kept. Raises UserError for what is none, or would send token and pictures in the clear."""
    given = text.strip().rstrip("/")
    address = given if "://" in given else f"https://{given}"
    try:
        parts = urllib.parse.urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urllib.parse.urlsplit("")
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in ("http", "https") or not host or not plain or any(letter.isspace() for letter in address):
        raise UserError(
            "{} is no address of an engine; it is like https://box.example.com or https://box.example.com:8443.",
            repr(text[:200]), code="address",
        )  # fmt: skip
    if parts.scheme == "http" and not insecure and not is_loopback(host):
        raise UserError(
            "On the way to {} neither the token nor pictures would be encrypted, so it is not used. Give it https "
            "by a reverse proxy, or say that the network is yours alone: --insecure.",
            address, code="insecure",
        )  # fmt: skip
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}{parts.path}"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
