"""Worker: does what takes time on threads of its own and hands the outcome to the window's thread."""

import itertools
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.errors import UserError

T = TypeVar("T")
THREADS = 2


class Worker(QObject):
    """`run(work, then, failed)`: `work` on a thread, then `then` or, for a UserError, `failed` in the window's thread.

    Any other exception is raised in the window's thread, where the excepthook tells it.
    """

    _done = Signal(object, int)

    def __init__(self, parent: QObject | None = None, threads: int = THREADS) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, "studio-worker")
        self._closed = False
        # Kept here, and let go of here: these may hold the last reference to a widget, which must not die on a thread.
        self._asked: dict[int, tuple[Callable[[], Any], Callable[[Any], object], Callable[[UserError], object] | None]]
        self._asked = {}
        self._numbers = itertools.count()
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[UserError], object] | None = None,
    ) -> None:
        if self._closed:
            return
        number = next(self._numbers)
        self._asked[number] = work, then, failed
        self._pool.submit(self._work, number).add_done_callback(lambda done: self._tell(done, number))

    def close(self) -> None:
        """Wait for what runs, drop what waits; nothing is delivered any more."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)
        self._asked.clear()

    def _work(self, number: int) -> Any:
        return self._asked[number][0]()

    def _tell(self, future: "Future[Any]", number: int) -> None:
        if not self._closed:
            self._done.emit(future, number)

    @Slot(object, int)
    def _deliver(self, future: "Future[Any]", number: int) -> None:
        if self._closed:
            return
        _, then, failed = self._asked.pop(number)
        try:
            outcome = future.result()
        except CancelledError:
            return
        except UserError as error:
            if failed is None:
                raise
            failed(error)
            return
        then(outcome)
