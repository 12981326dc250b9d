"""The queue: every job of this window in the order in which they run, with what can be done about each."""

from PySide6.QtWidgets import QToolButton

from studio.desktop.actions.buttons import tool_button
from studio.desktop.features.queue_panel.job_row import JobRow
from studio.desktop.features.queue_panel.panel import QueuePanel
from studio.desktop.workbench import Workbench

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
    for signal in (jobs.added, jobs.ended, jobs.reordered):
        signal.connect(lambda *_: _show(resume, jobs.paused))
    _show(resume, jobs.paused)


def _show(resume: QToolButton, paused: bool) -> None:
    """Whoever starts a job sees that it will not begin."""
    resume.setVisible(paused)
