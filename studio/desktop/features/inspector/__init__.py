"""The inspector: what happened inside a job, stage by stage."""

from PySide6.QtCore import QObject

from studio.desktop.features.inspector.panel import Inspector
from studio.desktop.workbench import Workbench
from studio.jobs import Job, JobState

DOCK = "hood"
"""As kept layouts and chosen shortcuts name it since before it was called the inspector."""


class InspectorFeature(QObject):
    """Shows the stages of the running job, which jobs report only while somebody can see them."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        panel = self._panel = Inspector(workbench.window)
        workbench.docks.add(DOCK, panel.accessibleName(), DOCK, panel)
        workbench.forms.add_reveal(lambda: workbench.docks.sees(panel))
        workbench.session.jobs.changed.connect(self._job_changed)
        workbench.session.jobs.revealed.connect(panel.add)
        workbench.forms.tasks_changed.connect(lambda: panel.set_tasks(workbench.forms.tasks))

    def _job_changed(self, job: Job) -> None:
        if job.state is JobState.RUNNING and job.reveal and not job.done:
            self._panel.show_job(job)


def install(workbench: Workbench) -> None:
    InspectorFeature(workbench)
