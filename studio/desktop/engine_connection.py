"""EngineConnection: the client of the engine that the window uses, and the change from one engine to another."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio import messages
from studio.jobs import JobQueue
from studio.messages import Event
from studio.text import Text

if TYPE_CHECKING:  # slow to import, and not needed for the first paint
    from studio.client import Client

Connect = Callable[[Callable[[Event], None]], "Client"]
CHANGED = Text("Another engine is used from now on; the queue is kept.")


class EngineConnection(QObject):
    """`hear`: gets its events, on any thread. `handle`: gets one that is made here, on the window's."""

    def __init__(
        self, connect: Connect, jobs: JobQueue, hear: Callable[[Event], None], handle: Callable[[Event], None],
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._connect, self._jobs, self._hear, self._handle = connect, jobs, hear, handle
        self.client: Client | None = None
        self.is_changing = self._was_paused = False
        """Whether another engine is wanted and the jobs that run at the present one have not ended yet."""
        self._number = 0
        jobs.ended.connect(lambda job: self._change_when_idle())
        jobs.reordered.connect(self._change_when_idle)

    def begin(self) -> None:
        self._number += 1
        number = self._number

        def heard(event: Event) -> None:
            if number == self._number:  # else it is a last word of the former one
                self._hear(event)

        self.client = self._connect(heard)
        self._jobs.attach(self.client)
        self.client.start()

    def change(self) -> None:
        """Connect anew, once the jobs that run have ended; those that wait go to the new one."""
        if not self.is_changing:
            self._was_paused, self.is_changing = self._jobs.paused, True
            self._jobs.pause()
        self._change_when_idle()

    def close(self) -> None:
        if self.client:
            self.client.close()

    def _change_when_idle(self) -> None:
        if not self.is_changing or len(self._jobs.pending) > len(self._jobs.held):
            return
        self.is_changing = False
        former = self.client
        self._number += 1
        self._handle(messages.Ended(CHANGED, None, restarting=True))
        self.begin()
        if former:
            threading.Thread(target=former.close, name="engine-close", daemon=True).start()
        if not self._was_paused:
            self._jobs.resume()
