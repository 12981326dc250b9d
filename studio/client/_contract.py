"""Client: what a front may ask of an engine, wherever that runs."""

from typing import Any, Protocol

from studio.messages import Command


class Client(Protocol):
    """Takes jobs, and reports events to the callable it was made with, one at a time on a thread of its own.

    Jobs run one after the other. Each ends with exactly one of `studio.messages.LAST`, whatever happens.
    """

    def start(self) -> None:
        """Start the engine; returns at once, `Ready` follows as an event."""

    def submit(
        self, task: str, params: dict[str, Any], *, job: str | None = None, previews: bool = True, reveal: bool = False
    ) -> str:
        """Queue a job and return its id. Raises UserError for values that cannot be sent (NaN, half surrogates)."""

    def cancel(self, job: str) -> None:
        """A waiting job ends at once, the running one at its next step; nothing happens for one that has ended."""

    def resave(self, job: str, folder: str | None = None) -> None:
        """Save the unsaved pictures of the running job again: in the library, or in `folder`."""

    def discard(self, job: str) -> None:
        """Give up the unsaved pictures of the running job."""

    def send(self, command: Command) -> None:
        """Send a command that belongs to no job (Refresh, Unload); one sent while no engine is ready is dropped."""

    def pending(self) -> list[str]:
        """The jobs that have not ended, in order: the running one, then those that wait."""

    @property
    def silent_s(self) -> float:
        """For how long nothing at all was heard of a running engine; 0 while none runs."""

    def restart(self) -> None:
        """End the engine by force and start another: the running job is interrupted, the queue is kept."""

    def close(self, timeout_s: float = 5.0) -> None:
        """Cancel everything and end the engine, by force after `timeout_s`; returns when it is gone."""
