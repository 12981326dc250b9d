"""FormController: which task is chosen, and what becomes of what stands in its form."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio import messages
from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.quick.bar import QuickSettingsBar
from studio.desktop.forms.task_fields import canvas_fields
from studio.desktop.forms.task_panel import TaskPanel
from studio.desktop.shell import input_method
from studio.desktop.shell.notices import NoticeAction, Notices
from studio.desktop.shell.tab_order import reachable
from studio.desktop.shell.task_bar import TaskBar
from studio.desktop.shell.ui_state import UiState
from studio.errors import UserError
from studio.form import TaskForm
from studio.jobs import Job, JobQueue, JobState
from studio.role import Role

Then = Callable[[], object]
FIELD = "field"
"""The notice of what is wrong with a value."""


class FormController(QObject):
    """Between the bar of tasks, the panel with their forms, and the queue of jobs."""

    tasks_changed = Signal()
    chosen = Signal()
    """Another task, or another form of the same."""
    allowed = Signal(bool)
    """Whether the chosen task can be started now."""
    seen = Signal(bool)
    """Whether all settings of the task can be seen now."""

    def __init__(
        self, panel: TaskPanel, bar: TaskBar, values: QuickSettingsBar, jobs: JobQueue, notices: Notices,
        memory: UiState, reveal: Callable[[QWidget, bool], None], parent: QObject,
    ) -> None:  # fmt: skip
        """`values`: the bar at the picture. `reveal` lets a widget be seen whose panel was hidden, or hides that."""
        super().__init__(parent)
        self._panel, self._bar, self._values, self._jobs = panel, bar, values, jobs
        self._notices, self._memory, self._reveal = notices, memory, reveal
        self._begun = False
        self._preparations: list[Callable[[Then], object]] = []
        self._picture_preparations: list[Callable[[Then], object]] = []
        self._reveals: list[Callable[[], bool]] = []
        self.tasks: Sequence[TaskForm] = []
        bar.chosen.connect(self.choose)
        panel.submitted.connect(self.generate)
        panel.allowed.connect(self.allowed)
        panel.told.connect(self._tell)
        panel.seen.connect(self.seen)
        panel.closed.connect(lambda: self._reveal(panel, False))
        jobs.saved.connect(self._show_seed)
        jobs.ended.connect(self._job_ended)

    # ---- tasks

    def set_tasks(self, tasks: Sequence[TaskForm]) -> None:
        """All that there are, in the language of the window."""
        self.tasks = tasks
        self._bar.set_tasks([task.info for task in tasks])
        self._panel.set_tasks([*tasks])
        self._jobs.learn({task.id: task.names(Role.PROMPT) for task in tasks})
        self.tasks_changed.emit()
        ids, wanted = [task.id for task in tasks], self._memory.task
        if self._begun:
            self.choose(wanted if wanted in ids else next(iter(ids), ""))
            self._offer_focus()
        elif wanted in ids:  # its form takes time to make, and the window shall be seen first
            self._bar.choose(wanted)

    def begin(self) -> None:
        """Once all of the window has been painted: show the form, which takes a moment to make."""
        self._begun = True
        self.set_tasks(self.tasks)

    @property
    def task(self) -> TaskForm | None:
        return self._panel.task

    @property
    def form(self) -> FormLike | None:
        """Of the chosen task."""
        return self._panel.form

    def form_of(self, task: str) -> FormLike | None:
        return self._panel.form_of(task)

    def choose(self, task: str) -> None:
        input_method.commit(self._panel.window())
        self._notices.remove(FIELD)
        self._bar.choose(task)
        self._panel.choose(task)
        self._memory.task = task
        self.chosen.emit()

    def show(self) -> None:
        """Let all settings be seen, and give them the keyboard."""
        self._reveal(self._panel, True)
        if isinstance(self.form, QWidget):
            for target in reachable(self.form)[:1]:
                target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open(self, opened: bool) -> None:
        """Let all settings be seen, or no longer; the keyboard stays where it is."""
        self._reveal(self._panel, opened)

    @property
    def is_open(self) -> bool:
        return self._panel.isVisible()

    def _offer_focus(self) -> None:
        """Whoever has not been anywhere yet can write at once; the first time, the forms come with the engine."""
        if self._panel.window().focusWidget() is None and (first := self._values.first) is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- what stands in the form

    def fill(self, task: str, values: Mapping[str, Any]) -> None:
        """Put values into the form of a task, and choose it."""
        if (form := self.form_of(task)) is not None:
            form.set_values(values)
            self.choose(task)

    # ---- jobs

    @property
    def is_allowed(self) -> bool:
        return self._panel.is_allowed

    @property
    def button_text(self) -> str:
        return self.task.title if self.task else self.tr("Generate")

    def allow(self, allowed: bool) -> None:
        """Whether anything can be submitted at all."""
        self._panel.allow(allowed)

    def add_tool(self, button: QAbstractButton) -> None:
        """Put it beside the button that starts the job, before those that are there."""
        self._values.add_tool(button)

    def show_status(self, text: str) -> None:
        """What is waited for; '' for nothing."""
        self._panel.show_status(text)

    def show_plan(self, text: str) -> None:
        """What the job would take; '' for nothing."""
        self._panel.show_plan(text)

    def add_preparation(self, prepare: Callable[[Then], object]) -> None:
        """`prepare(then)` is called before a job is submitted, and calls `then` when the form is as it should be."""
        self._preparations.append(prepare)

    def add_reveal(self, wanted: Callable[[], bool]) -> None:
        """Jobs tell of their stages if somebody wants them at the time of submitting."""
        self._reveals.append(wanted)

    def add_picture_preparation(self, prepare: Callable[[Then], object]) -> None:
        """As `add_preparation`, but only before what begins from the picture that is shown."""
        self._picture_preparations.append(prepare)

    def prepare(self, then: Then) -> None:
        """Call `then` when the form has all that belongs into it."""
        _chain(self._preparations, then)

    def prepare_picture(self, then: Then) -> None:
        """Call `then` when the form has a picture, if it takes one: its own, or else the one that is shown."""
        _chain(self._picture_preparations, then)

    def generate(self) -> None:
        """Submit what stands in the form."""
        task, form = self.task, self.form
        if task is None or form is None or not self.is_allowed:
            return
        input_method.commit(self._panel.window())
        form.clear_errors()
        self._notices.retract(FIELD, "job", "canvas")
        self.prepare(lambda: self._submit(task, form))

    def _submit(self, task: TaskForm, form: FormLike) -> None:
        if problem := form.problem():
            self._show_problem(form, *problem)
            return
        try:
            self._jobs.submit(task.id, form.values(), reveal=any(wanted() for wanted in self._reveals))
            form.remember()
        except UserError as error:
            if not self._show_problem(form, error.field, error.message):
                self._notices.show_error("job", error)

    def _show_problem(self, form: FormLike, field: str | None, text: str) -> bool:
        """At its field, where people see it; False if there is none."""
        if not form.show_error(field, text):
            return False
        if field is not None and not form.at_picture(field):
            if self._is_canvas(field):
                self._tell(text)
            else:
                self._reveal(self._panel, True)
                form.show_error(field, text)
        return True

    def _is_canvas(self, field: str) -> bool:
        """Whether it is the canvas that gives it."""
        fields = canvas_fields(self.task)
        return fields is not None and field in fields.names

    def _tell(self, text: str) -> None:
        """Over the picture, until its cause is gone."""
        if text:
            self._notices.show_line(FIELD, "error", text)
        else:
            self._notices.remove(FIELD)

    def cancel(self) -> None:
        """The running job, else the next one."""
        self._jobs.cancel_current()

    def _show_seed(self, job: Job, saved: messages.Saved) -> None:
        form = self.form_of(job.task)
        if form is not None and saved.seed is not None and not job.quiet:
            form.show_seed(saved.seed)

    def _job_ended(self, job: Job) -> None:
        if job.state is not JobState.FAILED or job.unlisted:
            return
        form, here = self.form_of(job.task), self.task is not None and self.task.id == job.task
        if form is not None and here and job.field and form.show_error(job.field, job.message):
            if not self.is_open and not form.at_picture(job.field):
                field, shown = job.field, form
                show = NoticeAction(self.tr("Show the setting"), lambda: self._show_problem(shown, field, job.message))
                self._notices.show_line("job", "error", job.message, [show])
            return
        self._notices.show_line("job", "error", job.message, details=job.details)


def _chain(preparations: Sequence[Callable[[Then], object]], then: Then) -> None:
    """One after the other, as each calls what comes next."""
    for preparation in reversed(preparations):
        then = functools.partial(preparation, then)
    then()
