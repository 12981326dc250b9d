"""Client: what a front may ask of an engine, wherever that runs."""

from typing import Protocol

from studio.messages import Command, Submit


class Client(Protocol):
    """Passes jobs on to an engine, and reports events to the callable it was made with, one at a time on a thread of
    its own.

    It keeps no queue: the engine is given `messages.AT_ENGINE` jobs for each device at most. Each job is answered by
    exactly one of `messages.LAST`, or by Withdrawn when it has not begun, whatever happens.
    """

    def start(self) -> None:
        """Start an engine if there is none; returns at once, `Ready` follows as an event."""

    def submit(self, order: Submit) -> None:
        """Give the engine a job. While none is ready, or if it is meant for another one, it comes back as Withdrawn."""

    def cancel(self, job: str) -> None:
        """A waiting job ends at once, the running one at its next step; nothing happens for one that has ended."""

    def withdraw(self, job: str) -> None:
        """Take back a job that has not begun, which Withdrawn answers; nothing happens for any other."""

    def resave(self, job: str, folder: str | None = None) -> None:
        """Save the unsaved pictures of the running job again: in the library, or in `folder`."""

    def discard(self, job: str) -> None:
        """Give up the unsaved pictures of the running job."""

    def send(self, command: Command) -> None:
        """Send a command that belongs to no job (Refresh, Unload); one sent while no engine is ready is dropped."""

    @property
    def silent_s(self) -> float:
        """For how long nothing at all was heard of a running engine; 0 while none runs."""

    def restart(self) -> None:
        """End the engine by force and start another: the running job is interrupted, the next one is given back."""

    def close(self, timeout_s: float = 5.0) -> None:
        """Cancel everything and end the engine, by force after `timeout_s`; returns when it is gone."""
