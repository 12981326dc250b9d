"""ReplicaPlaces: whose turn it is to go to a replica, so that the next one finds its model there."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

HELD = 4
"""Models that a replica is taken to hold: the last ones that it drew with. How many it really holds, and what it gives
up for another, its model manager decides."""
PATIENCE_S = 60.0
"""For at most so long others pass who fit better."""


@dataclass
class _Waiter:
    id: str
    model: str
    since: float
    turn: "asyncio.Future[bool]" = field(default_factory=asyncio.Future)


class ReplicaPlaces:
    """Of all replicas together. Belongs to one event loop."""

    def __init__(self, count: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._free, self._clock = count, clock
        self._waiting: dict[str, _Waiter] = {}
        self._held: dict[str, OrderedDict[str, None]] = {}

    async def enter(self, id: str, model: str) -> bool:
        """Wait for a place; False for one that was taken out meanwhile."""
        if self._free:
            self._free -= 1
            return True
        waiter = self._waiting[id] = _Waiter(id, model, self._clock())
        try:
            return await waiter.turn
        except asyncio.CancelledError:
            if self._waiting.pop(id, None) is None and not waiter.turn.cancelled() and waiter.turn.result():
                self.leave("", "")
            raise

    def take_out(self, id: str) -> None:
        """Who waits need not wait any more."""
        if waiter := self._waiting.pop(id, None):
            waiter.turn.set_result(False)

    def leave(self, replica: str, model: str) -> None:
        """A place is free at a replica that has drawn with this model; '' for one that never had a turn."""
        held = self._held.setdefault(replica, OrderedDict()) if replica else OrderedDict()
        if replica:
            held[model] = None
            held.move_to_end(model)
            while len(held) > HELD:
                held.popitem(last=False)
        if not self._waiting:
            self._free += 1
            return
        first = next(iter(self._waiting.values()))
        if self._clock() - first.since < PATIENCE_S:
            first = next((each for each in self._waiting.values() if each.model in held), first)
        del self._waiting[first.id]
        first.turn.set_result(True)

    def forget(self, replica: str) -> None:
        """It is gone."""
        self._held.pop(replica, None)
