"""FrontLink: what a front asks of the server of another machine; all of it can be asked twice without harm."""

from typing import TypeVar

import msgspec

from studio import __version__
from studio.client.remote.link import EngineLink, RequestRefused, no_engine
from studio.client.remote.wire import Hello, Item, Items, Welcome
from studio.messages import Command, encode

T = TypeVar("T")
WAIT_S = 8.0
"""For an answer that has nothing to tell: a sign of life, and shorter than any proxy's patience."""
SPARE_S = 17.0
"""Beyond that, until the connection counts as lost."""


class FrontLink:
    """Raises LinkDown, LinkRefused and RequestRefused, all of it."""

    def __init__(
        self, link: EngineLink, name: str, host: str, wait_s: float = WAIT_S, spare_s: float = SPARE_S
    ) -> None:
        self.link, self.name, self._host = link, name, host
        self._wait_s, self._spare_s = wait_s, spare_s

    def attach(self) -> Welcome:
        """Begin, or be back."""
        body = msgspec.json.encode(Hello(__version__))
        try:
            return self._read(self.link.request("PUT", f"/v1/remote/{self.name}", body), Welcome)
        except RequestRefused as error:
            raise no_engine(self._host, error.status) from None

    def events(self, after: int, *, at_once: bool = False) -> list[Item]:
        """What follows the event of this number; which says that all up to it has been dealt with."""
        path = f"/v1/remote/{self.name}/events?after={after}&wait={0 if at_once else self._wait_s:.0f}"
        return self._read(self.link.request("GET", path, read_s=self._wait_s + SPARE_S), Items).items

    def send(self, command: Command) -> None:
        self.link.request("POST", f"/v1/remote/{self.name}/commands", encode(command))

    def ask(self, verb: str) -> None:
        """`start` or `restart`."""
        self.link.request("POST", f"/v1/remote/{self.name}/{verb}", b"{}")

    def detach(self) -> None:
        """All that is wanted is here."""
        self.link.request("DELETE", f"/v1/remote/{self.name}", read_s=3.0)

    def _read(self, body: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise no_engine(self._host, 200) from None
