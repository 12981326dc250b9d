"""The nearest engine: that of a server of this home which runs already, else one of this program's own."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from studio.client import _server_info as server_info
from studio.client._attached import AttachedClient
from studio.client._contract import Client
from studio.client._engine import EngineClient
from studio.messages import Event


def nearest_engine(
    on_event: Callable[[Event], None], home: Path, *, argv: Sequence[str] | None = None, log: Path | None = None
) -> Client:
    """A client of the home's server, if one runs and is of this version; else with an engine of its own."""
    own = partial(EngineClient, argv=argv, log=log)
    info = server_info.of_this_version(home)
    return AttachedClient(on_event, info, own) if info else own(on_event)
