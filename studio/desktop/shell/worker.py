"""Worker: does what takes time on threads of its own and hands the outcome to the window's thread."""

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.errors import UserError

T = TypeVar("T")
THREADS = 2


class Worker(QObject):
    """`run(work, then, failed)`: `work` on a thread, then `then` or, for a UserError, `failed` in the window's thread.

    Any other exception is raised in the window's thread, where the excepthook tells it. What was asked for by a widget
    that has been closed since is dropped.
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

    @property
    def is_closed(self) -> bool:
        """For work that takes long: nobody waits for its outcome any more."""
        return self._closed

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
            if not _is_gone(failed):
                failed(error)
            return
        if not _is_gone(then):
            then(outcome)


def _is_gone(call: object, depth: int = 4) -> bool:
    """Whether it would act on a widget that Qt has deleted since. `depth`: of functions that hold functions."""
    if isinstance(call, QObject):
        return not shiboken6.isValid(call)
    return depth > 0 and any(_is_gone(held, depth - 1) for held in _held_by(call))


def _held_by(call: object) -> Iterator[object]:
    """What a function was bound to: the widget of a method, and what a lambda took from around it."""
    if isinstance(call, functools.partial):
        yield from (call.func, *call.args)
    elif isinstance(call, MethodType | BuiltinMethodType):
        yield call.__self__
    elif isinstance(call, FunctionType):
        for cell in call.__closure__ or ():
            with contextlib.suppress(ValueError):  # nothing is in it yet
                yield cell.cell_contents
