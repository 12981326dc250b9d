"""Recorder: all that a client tells, for a test to look at and to wait for."""

import threading
import time
from typing import Any, TypeVar

from studio.messages import LAST, Event

E = TypeVar("E")
PATIENCE_S = 60.0


class Recorder:
    """All events, in order; `wait` blocks until one is there."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._arrived = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._arrived:
            self.events.append(event)
            self._arrived.notify_all()

    def wait(self, kind: type[E], count: int = 1, **fields: Any) -> E:
        """The `count`th event of a kind whose fields have these values."""
        deadline = time.monotonic() + PATIENCE_S
        with self._arrived:
            while len(found := self.of(kind, **fields)) < count:
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise AssertionError(f"no {kind.__name__} {fields} among {self.events}")
        return found[count - 1]

    def of(self, kind: type[E], **fields: Any) -> list[E]:
        found = [event for event in self.events if isinstance(event, kind)]
        return [event for event in found if all(getattr(event, name) == value for name, value in fields.items())]

    def end(self, job: str) -> Event:
        """The last event of a job, the only one of its kind."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if found := [event for kind in LAST for event in self.of(kind, job=job)]:
                return found[0]
            time.sleep(0.01)
        raise AssertionError(f"the job {job} did not end: {self.events}")
