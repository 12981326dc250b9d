"""InlineClient: a `Client` without a process, so that a debugger finds the task on the main thread."""

from collections.abc import Callable

from studio.engine.library_access import LibraryAccess
from studio.engine.runner import Runner
from studio.engine.running_job import RunningJob
from studio.engine.wording import Wording
from studio.messages import Command, Discard, Event, Ready, Resave, Submit
from studio.models.service import ModelService
from studio.plugin_host.operations import PictureOperations
from studio.plugin_host.registry import Registry
from studio.plugin_host.translators import Translators
from studio.settings import Settings


class InlineClient:
    """Runs each job to its end within `submit`. A bug in the task is raised instead of being reported."""

    silent_s = 0.0

    def __init__(self, on_event: Callable[[Event], None], *, settings: Settings, registry: Registry) -> None:
        self._on_event, self._registry = on_event, registry
        self._store = LibraryAccess(settings.library_dir)
        service = ModelService(settings, registry.families)
        wording = Wording(settings.home, Translators(registry.translators, service))
        operations = PictureOperations(registry.operations, service.file_of_role)
        self._runner = Runner(
            registry, self._store, service, on_event, debug=True, wording=wording, operations=operations
        )
        self._job: RunningJob | None = None

    def start(self) -> None:
        """There is nothing to start, but jobs come only when that is known."""
        self._on_event(Ready(self._registry.infos, self._registry.plugins, [], []))

    def submit(self, order: Submit) -> None:
        self._job = RunningJob(order.job)
        self._runner.run(order, self._job)

    def cancel(self, job: str) -> None:
        if self._job and self._job.id == job:
            self._job.cancel()

    def withdraw(self, job: str) -> None:
        """What was submitted has ended already."""

    def resave(self, job: str, folder: str | None = None) -> None:
        if self._job and self._job.id == job:
            self._job.decide(Resave(job, folder))

    def discard(self, job: str) -> None:
        if self._job and self._job.id == job:
            self._job.decide(Discard(job))

    def send(self, command: Command) -> None:
        """No command that belongs to no job makes sense here."""

    def restart(self) -> None:
        """There is nothing to start again."""

    def close(self, timeout_s: float = 5.0) -> None:
        self._store.close()
