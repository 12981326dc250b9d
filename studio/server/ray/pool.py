"""What the front asks of the replicas, wherever they run."""

from collections.abc import AsyncIterator
from typing import Protocol

from studio.messages import Planned, Ready
from studio.worker import GivenPictures

Told = tuple[bytes, tuple[bytes, bytes] | None, str]
"""An event, with Saved the picture and its recipe, and the name of the replica."""


class ReplicaLost(Exception):
    """The replica that ran a job is gone, or cannot be reached."""


class Stream(Protocol):
    """What is heard of one job. Raises ReplicaLost while it is read."""

    def __aiter__(self) -> AsyncIterator[Told]: ...
    def cancel(self) -> None:
        """The job ends at its next step; nothing more is heard of it."""


class Pool(Protocol):
    """Replicas that run."""

    @property
    def most(self) -> int:
        """How many jobs run side by side when there are as many replicas as there may be."""

    async def offered(self) -> Ready:
        """What one of them offers; all are alike. Raises UserError."""

    async def planned(self, request: bytes) -> Planned: ...
    def run(self, order: bytes, pictures: GivenPictures, model: str) -> Stream:
        """Run a job, best where `model` is held."""

    def close(self) -> None:
        """End the replicas, and the cluster if it was started for them."""
