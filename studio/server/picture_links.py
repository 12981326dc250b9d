"""PictureLinks: addresses of pictures that open without the token, for an hour, because nobody can guess them."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from studio.server.picture_file import PictureFormat

LIFETIME_S = 3600.0
MOST = 10_000


class PictureLinks:
    """In memory: they end with the server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._links: OrderedDict[str, tuple[float, Path, PictureFormat]] = OrderedDict()

    def make(self, path: Path, wanted: PictureFormat) -> str:
        """The path of its address."""
        key = secrets.token_urlsafe(16)
        self._links[key] = self._clock() + LIFETIME_S, path, wanted
        while len(self._links) > MOST or self._links[next(iter(self._links))][0] < self._clock():
            self._links.popitem(last=False)
        return f"/pictures/{key}.{wanted.name}"

    def find(self, key: str) -> tuple[Path, PictureFormat] | None:
        """None for one that was never made, or has expired."""
        expires, path, wanted = self._links.get(key, (0.0, Path(), PictureFormat()))
        return (path, wanted) if path.name and expires >= self._clock() else None
