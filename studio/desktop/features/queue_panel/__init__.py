"""The queue: every job of this window in the order in which they run, with what can be done about each."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

from studio.desktop.actions.buttons import tool_button
from studio.desktop.features.queue_panel.job_row import JobRow
from studio.desktop.features.queue_panel.panel import QueuePanel
from studio.desktop.workbench import Workbench
from studio.jobs import JobQueue

__all__ = ["JobRow", "QueuePanel", "install"]


def install(workbench: Workbench) -> None:
    jobs, forms = workbench.session.jobs, workbench.forms
    panel = QueuePanel(jobs, workbench.actions, workbench.session.worker, workbench.window)
    panel.shown.connect(workbench.viewer_controller.show_job)
    panel.retry_wanted.connect(lambda job: workbench.notices.attempt(lambda: jobs.retry(job)))
    forms.tasks_changed.connect(lambda: panel.set_titles({task.id: task.title for task in forms.tasks}))
    workbench.docks.add("queue", panel.accessibleName(), "queue", panel)
    resume = tool_button(workbench.actions, "queue.resume", workbench.window, named=True)
    forms.add_tool(resume)
    Resume(resume, jobs)


class Resume(QObject):
    """Whoever starts a job sees that it will not begin."""

    def __init__(self, button: QToolButton, jobs: JobQueue) -> None:
        super().__init__(button)
        self._button, self._jobs = button, jobs
        for signal in (jobs.added, jobs.ended, jobs.reordered):
            signal.connect(self._show)  # as long as this window is there: the queue outlives it
        self._show()

    def _show(self) -> None:
        self._button.setVisible(self._jobs.paused)
