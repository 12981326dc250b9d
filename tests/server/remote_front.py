"""RemoteFront: a queue over the engine of a real server, as the window of another machine has it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from served import TOKEN, Served

from studio.client.remote import RemoteClient, RemoteEngine
from studio.jobs import Job, JobQueue, JobState
from studio.library import Library
from studio.messages import Ended, Event, Ready

E = TypeVar("E", bound=Event)
QUICK_S = (0.0, 0.02, 0.05, 0.05)


class RemoteFront:
    """`url`: of the server, or of what stands before it. Its library and home are its own."""

    def __init__(
        self, wait: Callable[[Callable[[], Any]], Any], url: str, home: Path, *, token: str = TOKEN, ca_file: str = "",
        wait_s: float = 2.0,
    ) -> None:  # fmt: skip
        self._lock = threading.RLock()
        self.until = wait
        self.home = home
        self.events: list[Event] = []
        self.library = Library(home / "pictures")
        self.queue = JobQueue()
        engine = RemoteEngine(url, lambda: token, ca_file)
        self.client = RemoteClient(
            self._hear, engine, home=home, library_dir=home / "pictures", wait_s=wait_s, pauses_s=QUICK_S
        )
        self.queue.attach(self.client)
        self.client.start()

    def _hear(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)
            self.queue.follow(event)

    def submit(self, task: str = "text-to-image", **params: Any) -> Job:
        with self._lock:
            return self.queue.submit(task, params or {"prompt": "a cup"})

    def ready(self) -> "RemoteFront":
        self.wait(Ready)
        return self

    def wait(self, kind: type[E], count: int = 1) -> E:
        return self.until(lambda: found[-1] if len(found := self.heard(kind)) >= count else None)  # type: ignore[no-any-return]

    def heard(self, kind: type[E]) -> list[E]:
        return [each for each in [*self.events] if isinstance(each, kind)]

    def ends(self, job: Job, state: JobState = JobState.DONE) -> Job:
        self.until(lambda: job.state.ended)
        assert job.state is state, (job.state, job.message)
        return job

    @property
    def why(self) -> list[str]:
        return [str(event.message) for event in self.heard(Ended)]

    def close(self) -> None:
        self.client.close()
        self.library.close()


def front_of(served: Served, home: Path, **options: Any) -> RemoteFront:
    return RemoteFront(served.wait, served.url, home, **options)
