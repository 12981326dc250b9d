"""Herald: turns what the engine says about itself into lines of the window, each with its way out."""

from PySide6.QtCore import QObject

from studio import messages
from studio.desktop.job import Job, JobState
from studio.desktop.session import DesktopSession
from studio.desktop.shell.notices import NoticeAction, Notices
from studio.desktop.style.sentence import say
from studio.errors import UserError
from studio.messages import Event


class EngineStatus(QObject):
    """Engine lines have keys of their own, so that the newest replaces the last one."""

    def __init__(self, session: DesktopSession, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._notices = session, notices
        self._interrupted: Job | None = None
        session.heard.connect(self._hear)
        session.troubled.connect(self._trouble)
        session.jobs.ended.connect(self._job_ended)
        session.waiting.found.connect(self._tell_waiting)

    def _hear(self, event: Event) -> None:
        match event:
            case messages.Ended():
                self._engine_ended(event)
            case messages.Silent(seconds=seconds):
                self._silent(seconds)
            case messages.Ready():
                self._ready(event)
            case messages.Unsaved():
                self._unsaved(event)
            case messages.Models(models=models):
                self._tell_models(models)

    def _engine_ended(self, event: messages.Ended) -> None:
        self._notices.remove("silent")
        actions = []
        if not event.restarting:
            actions.append(NoticeAction(self.tr("Start the engine"), self._restart))
        if job := self._interrupted:
            actions.append(NoticeAction(self.tr("Run the job again"), lambda: self._run_again(job)))
        self._interrupted = None
        self._notices.show_line("engine", "warning" if event.restarting else "error", event.message, actions)

    def _tell_waiting(self, count: int) -> None:
        book = self._session.jobs
        text = self.tr("{0} jobs were waiting when the program ended; they are paused.").format(count)
        actions = [
            NoticeAction(self.tr("Go on"), book.resume),
            NoticeAction(self.tr("Forget them"), self._forget_waiting),
        ]
        self._notices.show_line("waiting", "info", text, actions)

    def _forget_waiting(self) -> None:
        for job in self._session.jobs.held:
            self._session.jobs.cancel(job)
        self._session.jobs.resume()

    def _silent(self, seconds: float) -> None:
        if not seconds:
            self._notices.remove("silent")
            return
        text = self.tr(
            "The engine has not been heard for {0} seconds. Wait for it, or restart it: the queue is kept, "
            "the running job is not."
        )
        actions = [NoticeAction(self.tr("Restart the engine"), self._restart)]
        self._notices.show_line("silent", "warning", text.format(round(seconds)), actions)

    def _ready(self, event: messages.Ready) -> None:
        self._tell_models(event.models)
        for plugin in event.plugins:
            key = f"plugin {plugin.name}"
            if plugin.problem:
                text = self.tr("The plugin {0} is not used: {1}").format(plugin.name, say(plugin.problem))
                self._notices.show_line(key, "warning", text, details=plugin.details)
            else:
                self._notices.remove(key)
        for device in event.devices:
            if device.problem:
                self._notices.show_line(f"device {device.id}", "warning", device.problem)

    def _tell_models(self, models: list[messages.ModelInfo]) -> None:
        for model in models:
            key = f"model {model.id}"
            if model.problem:
                text = self.tr("The model {0} cannot be used: {1}").format(model.title or model.id, say(model.problem))
                self._notices.show_line(key, "warning", text)
            else:
                self._notices.remove(key)

    def _unsaved(self, event: messages.Unsaved) -> None:
        book = self._session.jobs
        job = next((job for job in book if job.id == event.job), None)
        if job is None:
            return
        actions = [
            NoticeAction(self.tr("Save again"), lambda: book.save_again(job)),
            NoticeAction(self.tr("Discard"), lambda: book.discard(job)),
        ]
        self._notices.show_line("unsaved", "error", event.message, actions)

    def _job_ended(self, job: Job) -> None:
        self._notices.remove("unsaved")
        if job.state is JobState.INTERRUPTED:
            self._interrupted = job

    def _trouble(self, error: UserError) -> None:
        self._notices.show_line(f"trouble {error.code}", "error", error.message)

    def _restart(self) -> None:
        if client := self._session.client:
            client.restart()

    def _run_again(self, job: Job) -> None:
        try:
            self._session.jobs.retry(job)
        except UserError as error:
            self._trouble(error)
