"""EngineInbox: what an engine has been given and has not done yet."""

import threading
from collections.abc import Callable

from studio.engine.device_choice import Standings, assign
from studio.engine.running_job import RunningJob
from studio.messages import Submit


class EngineInbox:
    """The jobs that wait, the running one of each device, and where models are to be freed between two jobs.

    The listener puts in, the threads of the jobs take out. A job is either taken back or begun, never both.
    """

    def __init__(self, devices: int = 1, standings: Callable[[Submit], Standings] = lambda order: ()) -> None:
        """`standings`: how each of several devices stands to a job; may take a while."""
        self._standings, self._devices = standings, devices
        self._changed = threading.Condition()
        self._deciding = threading.Lock()
        self._waiting: list[Submit] = []
        self._meant: dict[str, int] = {}
        """For which device a job is that waits."""
        self._undecided = False
        """Whether something has changed since it was last decided what goes where."""
        self._running: dict[int, RunningJob] = {}
        self._unload: set[int] = set()
        self._closed = False

    # ---- for the listener

    def put(self, order: Submit) -> None:
        with self._changed:
            self._waiting.append(order)
            self._look_again()

    def remove(self, job: str) -> bool:
        """Take back a job that has not begun; False when there is none such."""
        with self._changed:
            kept = [order for order in self._waiting if order.job != job]
            found = len(kept) < len(self._waiting)
            self._waiting = kept
            self._look_again()  # a device that it was meant for is idle still
            return found

    def running(self, job: str) -> RunningJob | None:
        """The job with this id, if it runs."""
        with self._changed:
            return next((each for each in self._running.values() if each.id == job), None)

    def ask_unload(self) -> None:
        with self._changed:
            self._unload = {*range(self._devices)}
            self._changed.notify_all()

    def close(self, *, cancel: bool = True) -> list[str]:
        """Hand out no other job, and cancel those that run; returns those that waited."""
        with self._changed:
            left, self._waiting = [order.job for order in self._waiting], []
            self._closed = True
            for job in self._running.values() if cancel else ():
                job.cancel()
            self._changed.notify_all()
            return left

    # ---- for the threads of the jobs, each with the number of its device

    @property
    def closed(self) -> bool:
        return self._closed

    def wait(self, timeout_s: float | None = None, device: int = 0) -> bool:
        """Until there may be something to do, or the end has come; False when nothing has come in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._has_news(device), timeout_s)

    def begin(self, device: int = 0) -> tuple[Submit, RunningJob] | None:
        """The job whose turn it is, which cannot be taken back any more; None when nothing waits for this device."""
        with self._deciding:
            if self._devices > 1 and not self._own(device):
                self._decide()
            with self._changed:
                if (order := self._own(device)) is None:
                    return None
                self._waiting.remove(order)
                self._meant.pop(order.job, None)
                self._running[device] = RunningJob(order.job)
                return order, self._running[device]

    def end(self, device: int = 0) -> None:
        """The running job has ended."""
        with self._changed:
            self._running.pop(device, None)
            self._look_again()

    def take_unload(self, device: int = 0) -> bool:
        """Whether the models of this device are to be freed now; asked once."""
        with self._changed:
            asked = device in self._unload
            self._unload.discard(device)
            return asked

    # ---- where jobs go

    def _has_news(self, device: int) -> bool:
        return self._own(device) is not None or self._undecided or device in self._unload or self._closed

    def _own(self, device: int) -> Submit | None:
        """The next one for a device; a single one takes what comes."""
        mine = (order for order in self._waiting if self._devices == 1 or self._meant.get(order.job) == device)
        return next(mine, None)

    def _look_again(self) -> None:
        self._undecided = self._devices > 1 and bool(self._waiting)
        self._changed.notify_all()

    def _decide(self) -> None:
        """Looking at models takes a while, for which the listener must not wait; what comes then is decided next."""
        with self._changed:
            waiting, self._undecided = [*self._waiting], False
        standings = {order.job: self._standings(order) for order in waiting}
        with self._changed:
            self._meant = assign(self._waiting, standings, self._running.keys())
            self._changed.notify_all()
