"""EngineStatus: turns what the engine says about itself into lines of the window, each with its way out."""

import functools
from pathlib import Path

from PySide6.QtCore import QObject

from studio import descriptions, messages
from studio import settings as settings_file
from studio.desktop.actions.app_menu import settings_action
from studio.desktop.shell.notices import NoticeAction
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.jobs import Job, JobState
from studio.messages import Event
from studio.settings import Settings


class EngineStatus(QObject):
    """Engine lines have keys of their own, so that the newest replaces the last one."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        session = self._session = workbench.session
        self._notices = workbench.notices
        self._interrupted: Job | None = None
        self._passes = False
        """Whether what was told of the engine is over when it is ready again, as a lost connection is."""
        self._bad_models: set[str] = set()
        session.received.connect(self._handle)
        session.troubled.connect(self._show_trouble)
        session.jobs.ended.connect(self._job_ended)
        session.queue_restored.connect(self._offer_waiting)
        text = self.tr("Restart the engine")
        workbench.actions.add(settings_action("restart-engine", "restart", text, 7, self._restart))

    def _handle(self, event: Event) -> None:
        match event:
            case messages.Ended():
                self._engine_ended(event)
            case messages.Silent(seconds=seconds):
                self._show_silence(seconds)
            case messages.Ready():
                self._engine_ready(event)
            case messages.Unsaved():
                self._unsaved(event)
            case messages.Models(models=models):
                self._show_models(models)

    def _engine_ended(self, event: messages.Ended) -> None:
        self._notices.remove("silent")
        actions = []
        if not event.restarting:
            actions.append(NoticeAction(self.tr("Start the engine"), self._restart))
        if job := self._interrupted:
            actions.append(NoticeAction(self.tr("Run again"), lambda: self._run_again(job)))
        self._passes = event.restarting and event.exit_code is None and not actions
        self._interrupted = None
        self._notices.show_line("engine", "warning" if event.restarting else "error", event.message, actions)

    def _offer_waiting(self, count: int) -> None:
        jobs = self._session.jobs
        one = self.tr("One job was still waiting when the studio was closed; the queue is paused.")
        text = (
            one
            if count == 1
            else self.tr("{0} jobs were still waiting when the studio was closed; the queue is paused.")
        )
        actions = [
            NoticeAction(self.tr("Resume"), jobs.resume),
            NoticeAction(self.tr("Discard them"), self._forget_waiting),
        ]
        self._notices.show_line("waiting", "info", text.format(count), actions)

    def _forget_waiting(self) -> None:
        for job in self._session.jobs.held:
            self._session.jobs.cancel(job)
        self._session.jobs.resume()

    def _show_silence(self, seconds: float) -> None:
        if not seconds:
            self._notices.remove("silent")
            return
        text = self.tr(
            "The engine has not responded for {0} seconds. Wait, or restart it: the queue is kept, the running job is "
            "lost."
        )
        actions = [NoticeAction(self.tr("Restart the engine"), self._restart)]
        self._notices.show_line("silent", "warning", text.format(round(seconds)), actions)

    def _engine_ready(self, event: messages.Ready) -> None:
        if self._passes:
            self._passes = False
            self._notices.remove("engine")
        self._show_models(event.models)
        for plugin in event.plugins:
            key = f"plugin {plugin.name}"
            if plugin.problem:
                text = self.tr("The plugin {0} is not used: {1}").format(plugin.name, say(plugin.problem))
                self._notices.show_line(key, "warning", text, details=plugin.details)
            elif plugin.note:
                self._notices.show_line(key, "info", plugin.note)
            else:
                self._notices.remove(key)
        for device in event.devices:
            if device.problem:
                self._notices.show_line(f"device {device.id}", "warning", device.problem)

    def _show_models(self, models: list[descriptions.ModelInfo]) -> None:
        bad = {f"model {model.id}": model for model in models if model.problem and not model.role}
        for key in self._bad_models - bad.keys():
            self._notices.remove(key)
        added = {*self._session.settings.models}
        for key, model in bad.items():
            text = self.tr("The model {0} cannot be used: {1}").format(model.title or model.id, say(model.problem))
            path = Path(model.path)
            take_off = NoticeAction(self.tr("Remove from the list"), functools.partial(self._take_off, path))
            self._notices.show_line(key, "warning", text, [take_off] if model.path in added else [])
        self._bad_models = {*bad}

    def _take_off(self, path: Path) -> None:
        """A model that the user has added; its files stay."""

        def done(now: Settings) -> None:
            self._session.settings = now
            if client := self._session.client:
                client.send(messages.Refresh())

        self._session.worker.run(lambda: settings_file.remove_models([path]), done, self._show_trouble)

    def _unsaved(self, event: messages.Unsaved) -> None:
        jobs = self._session.jobs
        job = next((job for job in jobs if job.id == event.job), None)
        if job is None:
            return
        actions = [
            NoticeAction(self.tr("Save again"), lambda: jobs.save_again(job)),
            NoticeAction(self.tr("Discard"), lambda: jobs.discard(job)),
        ]
        self._notices.show_line("unsaved", "error", event.message, actions)

    def _job_ended(self, job: Job) -> None:
        self._notices.remove("unsaved")
        if job.state is JobState.INTERRUPTED and not job.unlisted:
            self._interrupted = job

    def _show_trouble(self, error: UserError) -> None:
        self._notices.show_line(f"trouble {error.code}", "error", error.message)

    def _restart(self) -> None:
        if client := self._session.client:
            client.restart()

    def _run_again(self, job: Job) -> None:
        try:
            self._session.jobs.retry(job)
        except UserError as error:
            self._show_trouble(error)


def install(workbench: Workbench) -> None:
    EngineStatus(workbench)
