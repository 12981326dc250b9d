"""Worker: does what takes time on threads of its own and hands the outcome to the window's thread."""

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

    _done = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None, threads: int = THREADS) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, "studio-worker")
        self._closed = False
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[UserError], object] | None = None,
    ) -> None:
        if self._closed:
            return
        future = self._pool.submit(work)
        future.add_done_callback(lambda done: self._tell(done, then, failed))

    def close(self) -> None:
        """Wait for what runs, drop what waits; nothing is delivered any more."""
        self._closed = True
        self._pool.shutdown(cancel_futures=True)

    def _tell(self, future: "Future[Any]", then: Any, failed: Any) -> None:
        if not self._closed:
            self._done.emit(future, then, failed)

    @Slot(object, object, object)
    def _deliver(self, future: "Future[Any]", then: Any, failed: Any) -> None:
        if self._closed:
            return
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
