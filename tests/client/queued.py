"""QueuedClient: a queue of jobs over a real engine, as a front has it."""

import threading
from typing import Any

from recorder import Recorder

from studio.client import EngineClient
from studio.jobs import Job, JobQueue
from studio.messages import LAST, Event


class QueuedClient:
    """Every call and every event comes under one lock. The recorder hears the ends of jobs from the queue."""

    def __init__(self, seen: Recorder, **options: Any) -> None:
        self._seen, self._lock = seen, threading.RLock()
        self.queue = JobQueue(attended=False)
        self.queue.ended.connect(lambda job: seen(job.end))
        self.client = EngineClient(self._hear, **options)
        self.queue.attach(self.client)
        self.client.start()

    def submit(self, task: str, params: dict[str, Any]) -> str:
        with self._lock:
            return self.queue.submit(task, params).id

    def cancel(self, job: str) -> None:
        with self._lock:
            self.queue.cancel(self.job(job))

    def resave(self, job: str, folder: str | None = None) -> None:
        with self._lock:
            self.queue.save_again(self.job(job), folder)

    def discard(self, job: str) -> None:
        with self._lock:
            self.queue.discard(self.job(job))

    def pause(self) -> None:
        with self._lock:
            self.queue.pause()

    def resume(self) -> None:
        with self._lock:
            self.queue.resume()

    def pending(self) -> list[str]:
        with self._lock:
            return [job.id for job in self.queue.pending]

    def job(self, id: str) -> Job:
        job = self.queue.get(id)
        assert job is not None
        return job

    def restart(self) -> None:
        self.client.restart()

    def close(self, timeout_s: float = 5.0) -> None:
        self.client.close(timeout_s)

    def _hear(self, event: Event) -> None:
        with self._lock:
            self.queue.follow(event)
            if not isinstance(event, LAST):
                self._seen(event)
