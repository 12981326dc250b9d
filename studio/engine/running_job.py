"""Job: what the listener tells the thread that runs a job."""

import threading
from queue import SimpleQueue

from studio import errors
from studio.messages import Discard, Resave


class RunningJob:
    """One order's inbox: whether it is cancelled, and what to do with pictures that could not be saved."""

    def __init__(self, id: str) -> None:
        self.id = id
        self._cancelled = threading.Event()
        self._decisions: SimpleQueue[Resave | Discard] = SimpleQueue()

    def cancel(self) -> None:
        """A cancelled job gives up its unsaved pictures too."""
        self._cancelled.set()
        self._decisions.put(Discard(self.id))

    def decide(self, decision: Resave | Discard) -> None:
        self._decisions.put(decision)

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Raise Cancelled if the job is."""
        if self.cancelled:
            raise errors.Cancelled

    def decision(self) -> Resave | Discard:
        """Wait for what to do with the unsaved pictures."""
        return self._decisions.get()
