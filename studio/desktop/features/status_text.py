"""StatusText: what is waited for, beside the button that starts a job and in an empty viewer."""

from PySide6.QtCore import QObject

from studio import messages
from studio.desktop.workbench import Workbench
from studio.jobs import Job
from studio.messages import Event


class StatusText(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        workbench.session.received.connect(self._handle)
        workbench.session.jobs.added.connect(self._count_jobs)
        workbench.session.jobs.ended.connect(self._count_jobs)
        workbench.session.jobs.reordered.connect(self._show)
        self._show()

    def _handle(self, event: Event) -> None:
        if isinstance(event, messages.Starting):
            self._show(event.doing)
        elif isinstance(event, messages.Ready | messages.Ended):
            self._show()

    def _count_jobs(self, job: Job) -> None:
        self._show()

    def _show(self, doing: str = "") -> None:
        session, forms = self._workbench.session, self._workbench.forms
        if session.ready:
            listed = sum(not job.unlisted for job in session.jobs.pending)
            status = self.tr("{0} jobs in the queue").format(listed) if listed > 1 else ""
            words = self.tr("Describe it below, then press {0}. Or drop a picture here.")
            hint = words.format(self._workbench.actions.keys("generate") or forms.button_text)
        else:
            status = (
                self.tr("The engine is starting: {0}").format(doing) if doing else self.tr("The engine is starting.")
            )
            hint = self.tr("The engine is starting. You can already write; jobs wait until it is ready.")
        forms.show_status(status)
        self._workbench.viewer.show_hint(hint)


def install(workbench: Workbench) -> None:
    StatusText(workbench)
