"""Asking: what an engine of another machine offers, without a job."""

import contextlib
import time
import uuid

import msgspec

from studio import messages
from studio.client.remote.address import RemoteEngine
from studio.client.remote.front_link import FrontLink
from studio.client.remote.link import EngineLink, LinkDown, LinkRefused, RequestRefused
from studio.errors import UserError
from studio.messages import decode_event
from studio.text import Text

PATIENCE_S = 120.0
"""For an engine that is starting."""
PAUSE_S = 1.0
FIRST_TRIES = 3


def ask_ready(engine: RemoteEngine, patience_s: float = PATIENCE_S) -> messages.Ready:
    """Its tasks, plugins, models and devices. Raises UserError, also when it does not answer."""
    link = EngineLink(engine)
    front = FrontLink(link, uuid.uuid4().hex, engine.host)
    deadline, tries = time.monotonic() + patience_s, 0
    try:
        link.authorize()
        while True:
            try:
                front.attach()
                return _ready(front, deadline)
            except LinkDown as error:
                tries += 1
                if tries == FIRST_TRIES or error.untrusted or time.monotonic() > deadline:
                    raise UserError(
                        "The engine at {} cannot be reached: {}.", engine.host, error.reason, code="unreachable"
                    ) from None
                time.sleep(PAUSE_S)
    finally:
        with contextlib.suppress(LinkDown, LinkRefused, RequestRefused):
            front.detach()
        link.close()


def _ready(front: FrontLink, deadline: float) -> messages.Ready:
    after = 0
    while time.monotonic() < deadline:
        for item in front.events(after):
            after = item.number
            try:
                event = decode_event(item.event)
            except msgspec.DecodeError:
                continue
            if isinstance(event, messages.Ready):
                return event
    raise LinkDown(Text("its engine does not start"))
