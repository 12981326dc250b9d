"""InlineClient: a `Client` without a process, so that a debugger finds the task on the main thread."""

import uuid
from collections.abc import Callable
from typing import Any

from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.messages import Command, Discard, Event, Resave, Submit
from studio.models.service import ModelService
from studio.plugin_host.registry import Registry
from studio.settings import Settings


class InlineClient:
    """Runs each job to its end within `submit`. A bug in the task is raised instead of being reported."""

    silent_s = 0.0

    def __init__(self, on_event: Callable[[Event], None], *, settings: Settings, registry: Registry) -> None:
        self._store = LibraryAccess(settings.library_dir)
        self._runner = Runner(registry, self._store, ModelService(settings, registry.families), on_event, debug=True)
        self._job: RunningJob | None = None

    def start(self) -> None:
        """There is nothing to start."""

    def submit(
        self, task: str, params: dict[str, Any], *, job: str | None = None, previews: bool = True, reveal: bool = False
    ) -> str:
        self._job = RunningJob(job or uuid.uuid4().hex)
        self._runner.run(Submit(self._job.id, task, params, previews, reveal), self._job)
        return self._job.id

    def cancel(self, job: str) -> None:
        if self._job and self._job.id == job:
            self._job.cancel()

    def resave(self, job: str, folder: str | None = None) -> None:
        if self._job and self._job.id == job:
            self._job.decide(Resave(job, folder))

    def discard(self, job: str) -> None:
        if self._job and self._job.id == job:
            self._job.decide(Discard(job))

    def send(self, command: Command) -> None:
        """No command that belongs to no job makes sense here."""

    def pending(self) -> list[str]:
        return []

    def restart(self) -> None:
        """There is nothing to start again."""

    def close(self, timeout_s: float = 5.0) -> None:
        self._store.close()
