"""Asking: what an engine of another machine offers, and what a job would take there, without a job."""

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from studio import form, messages
from studio.client.remote.address import RemoteEngine
from studio.client.remote.front_link import FrontLink
from studio.client.remote.incoming import LocalLibrary
from studio.client.remote.link import EngineLink, LinkDown, LinkRefused, RequestRefused
from studio.client.remote.outgoing import Contents
from studio.errors import UserError
from studio.messages import Event, decode_event
from studio.text import Text

E = TypeVar("E", bound=Event)
PATIENCE_S = 120.0
"""For an engine that is starting."""
PAUSE_S = 1.0
FIRST_TRIES = 3


class Inquiry:
    """One visit. Raises UserError, all of it."""

    def __init__(self, engine: RemoteEngine, link: EngineLink, patience_s: float) -> None:
        self._engine, self._link = engine, link
        self._front = FrontLink(link, uuid.uuid4().hex, engine.host)
        self._deadline = time.monotonic() + patience_s
        self._after = 0

    def ready(self) -> messages.Ready:
        """Its tasks, plugins, models and devices."""
        return self._asked(lambda: self._heard(messages.Ready))

    def planned(self, task: str, params: Mapping[str, Any], library: Path) -> messages.Planned:
        """What a job would take; pictures in it are sent, which the job needs in any case."""
        ready, names = self.ready(), LocalLibrary(library)
        info = next((each for each in ready.tasks if each.id == task), None)
        contents = Contents(self._link, names.path)

        def ask() -> messages.Planned:
            there, needed = contents.translated(form.read(info), params) if info else (dict(params), {})
            contents.send(needed, lambda: False)
            self._front.send(messages.Plan("plan", task, there))
            return self._heard(messages.Planned)

        with contextlib.closing(names):
            return self._asked(ask)

    def close(self) -> None:
        with contextlib.suppress(LinkDown, LinkRefused, RequestRefused):
            self._front.detach()

    def _asked(self, ask: Callable[[], E]) -> E:
        tries = 0
        while True:
            try:
                self._front.attach()
                return ask()
            except RequestRefused as error:
                raise UserError(
                    "The engine at {} does not do this: {}", self._engine.host, error.message, code=error.code
                ) from None
            except LinkDown as error:
                tries += 1
                if tries == FIRST_TRIES or error.untrusted or time.monotonic() > self._deadline:
                    raise UserError(
                        "The engine at {} cannot be reached: {}.", self._engine.host, error.reason, code="unreachable"
                    ) from None
                time.sleep(PAUSE_S)

    def _heard(self, kind: type[E]) -> E:
        while time.monotonic() < self._deadline:
            for item in self._front.events(self._after):
                self._after = item.number
                with contextlib.suppress(msgspec.DecodeError):  # of a server that is newer
                    if isinstance(event := decode_event(item.event), kind):
                        return event
        raise LinkDown(Text("its engine does not start"))


@contextlib.contextmanager
def inquiry(engine: RemoteEngine, patience_s: float = PATIENCE_S) -> Iterator[Inquiry]:
    """Raises UserError, also where it does not answer."""
    link = EngineLink(engine)
    with contextlib.closing(link):
        link.authorize()
        made = Inquiry(engine, link, patience_s)
        with contextlib.closing(made):
            yield made


def ask_ready(engine: RemoteEngine, patience_s: float = PATIENCE_S) -> messages.Ready:
    """What it offers. Raises UserError."""
    with inquiry(engine, patience_s) as asked:
        return asked.ready()
