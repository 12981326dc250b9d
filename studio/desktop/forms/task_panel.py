"""TaskPanel: the settings of the chosen task, in a drawer; the few that matter most stand at the picture."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from studio.desktop.forms.form_like import FormLike
from studio.desktop.shell.notices import plain_label
from studio.desktop.shell.ui_state import FormMemory
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line, tooltip
from studio.form import TaskForm

MakeForm = Callable[[TaskForm], FormLike]


class TaskPanel(QWidget):
    """Keeps one form for each task that was chosen; what stood in the forms outlives them in `kept`."""

    submitted = Signal()
    made = Signal()
    """A task has its form: not before it is chosen, since each is 2 MB and is made in 30 ms."""
    allowed = Signal(bool)
    """Whether the chosen task can be started now."""
    told = Signal(str)
    """What is to be said about a value of a form at the picture; '' when its cause is gone."""
    seen = Signal(bool)
    """Whether people can see the form now."""
    closed = Signal()
    noted = Signal(str)
    """What is waited for, or what the job would take, in one line."""

    def __init__(self, make_form: MakeForm, kept: dict[str, FormMemory], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Task"))
        self._make_form, self._kept = make_form, kept
        self._tasks: dict[str, TaskForm] = {}
        self._pages: dict[str, tuple[TaskForm, QWidget]] = {}
        self.task: TaskForm | None = None
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setProperty("role", "section")
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._close = QToolButton(self)
        self._close.setProperty("role", "tool")
        self._close.setIcon(theme.icon("cancel"))
        self._close.setAccessibleName(self.tr("Close the settings"))
        self._close.setToolTip(self._close.accessibleName())
        self._close.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._close.clicked.connect(self.closed)
        self._stack = QStackedWidget(self)
        self._waiting = plain_label(self.tr("Loading the tools. The first time takes some seconds."))
        self._waiting.setProperty("role", "hint")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._stack.addWidget(self._waiting)
        self.status = plain_label("")
        self.status.setProperty("role", "hint")
        self.plan = plain_label("")
        self.plan.setProperty("role", "hint")
        self.plan.hide()
        self._lay_out()
        self._refresh()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        gap = theme.space("gap")
        column.setContentsMargins(gap + 4, gap, gap, gap)
        column.setSpacing(theme.space("close"))
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addWidget(self.status)
        column.addWidget(self.plan)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit(False)

    # ---- tasks

    def set_tasks(self, tasks: list[TaskForm]) -> None:
        """A form whose task has changed or gone is made anew, with what stood in it."""
        self._tasks = {task.id: task for task in tasks}
        for id, (task, page) in [*self._pages.items()]:
            if self._tasks.get(id) != task:
                self._keep(id)
                del self._pages[id]
                self._stack.removeWidget(page)
                if (quick := getattr(page, "quick", None)) is not None:
                    quick.deleteLater()  # which the bar at the picture has by now
                page.deleteLater()

    def choose(self, id: str) -> None:
        """Show the form of a task, making it if need be."""
        task = self.task = self._tasks.get(id)
        self._title.setText(one_line(task.title, 60) if task else "")
        self._title.setToolTip(tooltip(task.info.description) if task else "")
        if task is None:
            self._stack.setCurrentWidget(self._waiting)
        else:
            self._stack.setCurrentWidget(self._page(task))
        self._refresh()

    def show_status(self, text: str) -> None:
        """What is waited for; '' for nothing."""
        self.status.setText(text)
        self.status.setVisible(bool(text))
        self._note()

    def show_plan(self, text: str) -> None:
        """What the job that stands in the form would take; '' for nothing."""
        self.plan.setText(text)
        self.plan.setVisible(bool(text))
        self._note()

    def _note(self) -> None:
        lines = (*self.status.text().splitlines(), *self.plan.text().splitlines())
        self.noted.emit(" · ".join(lines))

    def allow(self, allowed: bool) -> None:
        """Whether anything can be submitted at all."""
        self._allowed = allowed
        self._refresh()

    _allowed = False

    @property
    def is_allowed(self) -> bool:
        """Whether the chosen task can be started now."""
        return self._allowed and self.task is not None and self.form is not None

    def _refresh(self) -> None:
        self.allowed.emit(self.is_allowed)

    # ---- forms

    @property
    def form(self) -> FormLike | None:
        """Of the chosen task."""
        return self.form_of(self.task.id) if self.task else None

    def form_of(self, id: str) -> FormLike | None:
        """The form of a task, made if need be; None where there is no such task, or its form cannot be built."""
        if id not in self._tasks:
            return None
        form: Any = self._page(self._tasks[id])
        return form if hasattr(form, "values") else None

    def models_changed(self) -> None:
        for id in self._pages:
            if form := self.form_of(id):
                form.models_changed()

    def library_opened(self) -> None:
        for id in self._pages:
            if form := self.form_of(id):
                form.library_opened()

    def remember(self) -> dict[str, FormMemory]:
        """What stands in the forms now."""
        for id in self._pages:
            self._keep(id)
        return self._kept

    def _keep(self, id: str) -> None:
        form: Any = self._pages[id][1]
        if hasattr(form, "values"):
            self._kept[id] = FormMemory(form.values(), form.state())

    def _page(self, task: TaskForm) -> QWidget:
        if task.id not in self._pages:
            form = self._new_form(task)
            self._pages[task.id] = (task, form)
            self._stack.addWidget(form)  # forms scroll by themselves
            self.made.emit()
        return self._pages[task.id][1]

    def _new_form(self, task: TaskForm) -> QWidget:
        if task.problem:
            text = self.tr("{0} cannot be shown as a form: {1}. Try the command line.")
            told = plain_label(text.format(task.title, task.problem))
            told.setAlignment(Qt.AlignmentFlag.AlignTop)
            return told
        form: Any = self._make_form(task)
        if kept := self._kept.get(task.id):
            form.set_values(kept.values)
            form.restore(kept.state)
        form.submitted.connect(self.submitted)
        form.told.connect(self.told)
        made: QWidget = form
        return made
