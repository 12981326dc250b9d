"""UnheededCancel: says that a job goes on although it was cancelled, and offers the way that always works."""

from PySide6.QtCore import QObject, QTimer

from studio.desktop.shell.notices import NoticeAction
from studio.desktop.workbench import Workbench
from studio.jobs import Job

LATE_MS = 4000
KEY = "unheeded-cancel"


class UnheededCancel(QObject):
    """A plugin that computes for minutes without a step, or waits for something, does not notice a cancel."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session, self._notices = workbench.session, workbench.notices
        self._job: Job | None = None
        self._timer = QTimer(self, singleShot=True, interval=LATE_MS)
        self._timer.timeout.connect(self._tell)
        self._session.jobs.changed.connect(self._follow)
        self._session.jobs.ended.connect(self._ended)

    def _follow(self, job: Job) -> None:
        if job.cancelling and self._job is None and not job.unlisted:
            self._job = job
            self._timer.start()

    def _ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self._timer.stop()
            self._notices.remove(KEY)

    def _tell(self) -> None:
        text = self.tr(
            "The cancelled job has not stopped yet. Wait for its next step, or restart the engine: the queue and saved "
            "pictures are kept."
        )
        self._notices.show_line(KEY, "warning", text, [NoticeAction(self.tr("Restart the engine"), self._restart)])

    def _restart(self) -> None:
        if client := self._session.client:
            client.restart()


def install(workbench: Workbench) -> None:
    UnheededCancel(workbench)
