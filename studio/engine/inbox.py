"""EngineInbox: what an engine has been given and has not done yet."""

import threading

from studio.engine.running_job import RunningJob
from studio.messages import Submit


class EngineInbox:
    """The running job, those that wait for it, and whether the models are to be freed between two jobs.

    The listener puts in, the thread of the jobs takes out. A job is either taken back or begun, never both.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Submit] = []
        self._running: RunningJob | None = None
        self._unload = self._closed = False

    # ---- for the listener

    def put(self, order: Submit) -> None:
        with self._changed:
            self._waiting.append(order)
            self._changed.notify()

    def remove(self, job: str) -> bool:
        """Take back a job that has not begun; False when there is none such."""
        with self._changed:
            kept = [order for order in self._waiting if order.job != job]
            found = len(kept) < len(self._waiting)
            self._waiting = kept
            return found

    def running(self, job: str) -> RunningJob | None:
        """The job with this id, if it runs."""
        with self._changed:
            return self._running if self._running and self._running.id == job else None

    def ask_unload(self) -> None:
        with self._changed:
            self._unload = True
            self._changed.notify()

    def close(self) -> list[str]:
        """Cancel the running job, and hand out no other; returns those that waited."""
        with self._changed:
            left, self._waiting = [order.job for order in self._waiting], []
            self._closed = True
            if self._running:
                self._running.cancel()
            self._changed.notify()
            return left

    # ---- for the thread of the jobs

    @property
    def closed(self) -> bool:
        return self._closed

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until there is something to do, or the end has come; False when nothing has come in time."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._waiting) or self._unload or self._closed, timeout_s)

    def begin(self) -> tuple[Submit, RunningJob] | None:
        """The job whose turn it is, which cannot be taken back any more; None when nothing waits."""
        with self._changed:
            if not self._waiting:
                return None
            order = self._waiting.pop(0)
            self._running = RunningJob(order.job)
            return order, self._running

    def end(self) -> None:
        """The running job has ended."""
        with self._changed:
            self._running = None

    def take_unload(self) -> bool:
        """Whether the models are to be freed now; asked once."""
        with self._changed:
            asked, self._unload = self._unload, False
            return asked
