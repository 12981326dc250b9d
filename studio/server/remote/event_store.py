"""EventStore: events that a front has not acknowledged yet, numbered, so that a lost connection loses none."""

import asyncio
import contextlib
from collections.abc import Hashable
from typing import NamedTuple

from studio import messages
from studio.messages import Event, encode

MOST_BYTES = 64 * 2**20
"""Of what waits; then what only shows how things are made goes, the oldest first."""
BATCH_BYTES, BATCH = 4 * 2**20, 500
"""Of one answer."""
_FOR_SHOW = (messages.Progress, messages.Revealed, messages.Log)


class StoredEvent(NamedTuple):
    number: int
    event: Event
    data: bytes
    """As it is sent."""


class EventStore:
    """Of what only the newest counts (progress, previews, the heartbeat) only the newest waits."""

    def __init__(self) -> None:
        self._number = 0
        self._stored: list[StoredEvent] = []
        self._arrived = asyncio.Event()
        self._turn = object()

    def put(self, event: Event) -> int:
        """Returns its number."""
        if (kind := _replaces(event)) is not None:
            self._stored = [each for each in self._stored if _replaces(each.event) != kind]
        self._number += 1
        self._stored.append(StoredEvent(self._number, event, encode(event).rstrip()))
        if sum(len(each.data) for each in self._stored) > MOST_BYTES:
            self._make_room()
        if not isinstance(event, messages.Heartbeat):  # which alone is no reason for an answer
            self._arrived.set()
        return self._number

    def acknowledge(self, number: int) -> list[Event]:
        """Forget what its front has dealt with; returns that."""
        done = [each.event for each in self._stored if each.number <= number]
        self._stored = [each for each in self._stored if each.number > number]
        return done

    @property
    def jobs(self) -> set[str]:
        """Those of which something waits to be told."""
        return {each.event.job for each in self._stored if hasattr(each.event, "job")}

    def wake(self) -> None:
        """Answer who waits, with whatever there is."""
        self._arrived.set()

    async def next(self, wait_s: float) -> list[StoredEvent]:
        """What waits, as soon as there is something, or after `wait_s`. Who asks anew ends an earlier question."""
        turn = self._turn = object()
        self._arrived.set()
        await asyncio.sleep(0)
        if not any(not isinstance(each.event, messages.Heartbeat) for each in self._stored):
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), wait_s)
        return self._batch() if self._turn is turn else []

    def _batch(self) -> list[StoredEvent]:
        batch, size = self._stored[:BATCH], 0
        for place, each in enumerate(batch):
            size += len(each.data)
            if size > BATCH_BYTES and place:
                return batch[:place]
        return batch

    def _make_room(self) -> None:
        left = sum(len(each.data) for each in self._stored) - MOST_BYTES // 2
        kept = []
        for each in self._stored:
            if left > 0 and isinstance(each.event, _FOR_SHOW):
                left -= len(each.data)
            else:
                kept.append(each)
        self._stored = kept


def _replaces(event: Event) -> Hashable:
    """Events with the same value replace each other; None for those that all count."""
    match event:
        case messages.Progress(job=job, preview=preview):
            return job, bool(preview)
        case messages.Heartbeat() | messages.MemoryReport() | messages.Silent() | messages.Models():
            return type(event)
        case _:
            return None
