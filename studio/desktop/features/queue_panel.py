"""QueuePanel: every job of this window with its state, its progress, and what can be done about it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio import files
from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import show_action
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.sentence import say
from studio.desktop.viewer.progress_line import duration
from studio.desktop.workbench import Workbench
from studio.jobs import Job, JobQueue, JobState

ICONS = {
    JobState.WAITING: "queue",
    JobState.RUNNING: "running",
    JobState.UNSAVED: "warning",
    JobState.DONE: "ok",
    JobState.FAILED: "error",
    JobState.CANCELLED: "cancel",
    JobState.INTERRUPTED: "warning",
}


ACTIONS = ("queue.pause", "queue.cancel-all", "queue.clear")


class QueuePanel(QWidget):
    """The latest job on top."""

    shown = Signal(object)
    """A Job whose pictures shall be seen."""
    retry_wanted = Signal(object)

    def __init__(self, book: JobQueue, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.jobs, self._actions = book, actions
        self._titles: dict[str, str] = {}
        self._rows: dict[str, JobRow] = {}
        self.setAccessibleName(self.tr("Queue"))
        self._hint = plain_label(self.tr("Jobs appear here and run one after the other."))
        self._hint.setProperty("role", "hint")
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        self._add_actions()
        self._pause, self._cancel_all, self._clear = QPushButton(self), QPushButton(self), QPushButton(self)
        for button, id in zip((self._pause, self._cancel_all, self._clear), ACTIONS, strict=True):
            show_action(button, actions.qaction(id))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        top = QHBoxLayout()
        top.addWidget(self._pause, 1)
        top.addWidget(self._cancel_all, 1)
        column.addWidget(self._hint)
        column.addLayout(top)
        column.addWidget(area, 1)
        column.addWidget(self._clear)
        for job in book:  # a window in another language begins with what is there
            self._add(job)
        book.added.connect(self._add)
        book.reordered.connect(self._sort)
        book.changed.connect(self._change)
        book.noted.connect(self._note)
        book.removed.connect(self._remove)
        self._refresh()

    def _add_actions(self) -> None:
        jobs, section = self.jobs, Section.QUEUE
        pause, resume = self.tr("Pause"), self.tr("Resume")
        for action in (
            Action(
                "queue.pause", pause, lambda: jobs.resume() if jobs.paused else jobs.pause(), "queue",
                enabled=lambda: jobs.paused or bool(jobs.pending), checked=lambda: jobs.paused,
                now=lambda: resume if jobs.paused else pause, section=section,
            ),
            Action(
                "queue.cancel-all", self.tr("Cancel all"), jobs.cancel_all, "cancel",
                enabled=lambda: len(jobs.pending) > 1, section=section,
            ),
            Action(
                "queue.clear", self.tr("Clear finished"), jobs.clear, "clear",
                enabled=lambda: any(job.state.ended for job in jobs), section=section,
            ),
        ):  # fmt: skip
            self._actions.add(action)
        self._actions.add_source(lambda: [action for row in self._rows.values() for action in row.actions_now()])

    def set_titles(self, titles: dict[str, str]) -> None:
        """What tasks are called, by id."""
        self._titles = titles
        for row in self._rows.values():
            row.refresh(self._title(row.job))

    def save_elsewhere(self, job: Job) -> None:
        """A picture that the library could not take, into a folder."""
        dialog = QFileDialog(self, self.tr("Save the picture to"), str(files.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda name: self.jobs.save_again(job, name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _title(self, job: Job) -> str:
        return self._titles.get(job.task, job.task)

    def _add(self, job: Job) -> None:
        row = self._rows[job.id] = JobRow(job, self)
        row.refresh(self._title(job))
        self._column.insertWidget(0, row)
        self._refresh()

    def _change(self, job: Job) -> None:
        if row := self._rows.get(job.id):
            row.refresh(self._title(job))
        if job.state.ended and any(not other.state.ended for other in self.jobs):
            self._sort()  # what has ended does not stand between those that wait
        self._refresh()

    def _note(self, job: Job, text: str) -> None:
        self._change(job)

    def _sort(self) -> None:
        """In the order in which they run, from below: what has ended, what runs, the next one, those after it."""
        ended = [job for job in self.jobs if job.state.ended]
        for job in [*ended, *self.jobs.pending]:
            if row := self._rows.get(job.id):
                self._column.removeWidget(row)
                self._column.insertWidget(0, row)
                row.refresh(self._title(job))
        self._refresh()

    def _remove(self, job: Job) -> None:
        if row := self._rows.pop(job.id, None):
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._refresh()

    def _refresh(self) -> None:
        self._hint.setVisible(not self._rows)
        self._actions.refresh(*ACTIONS)
        for button, id in zip((self._pause, self._cancel_all, self._clear), ACTIONS, strict=True):
            button.setVisible(self._actions[id].enabled())


class JobRow(QFrame):
    """One job. Its buttons are those that make sense in its state."""

    def __init__(self, job: Job, queue: QueuePanel) -> None:
        super().__init__(queue)
        self.job, self._book = job, queue.jobs
        self.setProperty("role", "card")
        self._icon = QLabel()
        self._title = plain_label("")
        self._title.setProperty("role", "strong")
        self._state = QLabel()
        self._state.setProperty("role", "hint")
        self._text = plain_label("")
        self._text.setProperty("role", "hint")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._message = plain_label("")
        self._details = plain_label("")
        self._details.setProperty("role", "code")
        self._details.hide()
        self._actions = self._name_actions(queue)
        self._buttons: dict[str, QToolButton] = {}
        """Made when they are of use: a hundred jobs would have a thousand."""
        self._row = QHBoxLayout()
        self._lay_out()

    def refresh(self, title: str) -> None:
        job = self.job
        self._draw_icon()
        self._title.setText(title)
        self._state.setText(self._told_state())
        self._text.setText(_elided(job.label))
        self._text.setVisible(bool(job.label))
        share = job.done / job.total if job.total else 0.0
        self._bar.setVisible(job.state is JobState.RUNNING)
        self._bar.setRange(0, 1000 if job.total or not theme.moves() else 0)
        self._bar.setValue(round(share * 1000))
        self._bar.setAccessibleName(self.tr("Progress of {0}").format(title))
        told = [job.message] if job.state in (JobState.FAILED, JobState.INTERRUPTED, JobState.UNSAVED) else []
        told = [say(text) for text in [*told, *job.notes] if text]
        self._message.setText("\n".join(told))
        self._message.setVisible(bool(told))
        self._details.setText(job.details)
        self.setAccessibleName(f"{title}: {job.label}, {self._state.text()}")
        wanted = self._wanted()
        for name, button in self._buttons.items():
            button.setVisible(name in wanted)
        for name in wanted:
            if name not in self._buttons:
                self._add_button(name)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()  # a label keeps pixels, in the colours of the theme that held

    def _draw_icon(self) -> None:
        self._icon.setPixmap(theme.icon(ICONS[self.job.state]).pixmap(16, 16))

    def _told_state(self) -> str:
        job = self.job
        if job.state is JobState.RUNNING:
            share = f"{job.done / job.total * 100:.0f}%" if job.total else job.stage
            return f"{share} · {duration(job.eta_s)}" if job.eta_s is not None else share or self.tr("running")
        if job.state is JobState.DONE:
            return self.tr("done in {0}").format(f"{job.seconds:.1f} s")
        return {
            JobState.WAITING: self.tr("waiting"),
            JobState.UNSAVED: self.tr("not saved"),
            JobState.FAILED: self.tr("failed"),
            JobState.CANCELLED: self.tr("cancelled"),
            JobState.INTERRUPTED: self.tr("interrupted"),
        }[job.state]

    def _wanted(self) -> list[str]:
        """Which buttons are of use now."""
        job = self.job
        if job.state in (JobState.WAITING, JobState.RUNNING):
            held = self._book.held
            return ["first", "earlier", "later", "cancel"] if job in held and len(held) > 1 else ["cancel"]
        if job.state is JobState.UNSAVED:
            return ["save", "elsewhere", "discard"]
        wanted = ["remove"] if job.state is JobState.DONE else ["retry", "remove"]
        return (["show"] if job.saved and not job.quiet else []) + (["details"] if job.details else []) + wanted

    def _name_actions(self, queue: QueuePanel) -> dict[str, tuple[str, str, str, Callable[[], object]]]:
        """Name -> icon, text, accessible name where there is no text, and what it does; in their order in the row."""
        job, book = self.job, queue.jobs
        return {
            "show": ("zoom-fit", self.tr("Show"), "", lambda: queue.shown.emit(job)),
            "details": ("", self.tr("Details"), "", self._toggle_details),
            "retry": ("retry", self.tr("Retry"), "", lambda: queue.retry_wanted.emit(job)),
            "save": ("save", self.tr("Save again"), "", lambda: book.save_again(job)),
            "elsewhere": ("folder", self.tr("Save elsewhere…"), "", lambda: queue.save_elsewhere(job)),
            "discard": ("clear", self.tr("Discard"), "", lambda: book.discard(job)),
            "first": ("", self.tr("First"), "", lambda: book.bring_to_front(job)),
            "earlier": ("down", "", self.tr("Earlier"), lambda: book.move(job, -1)),
            "later": ("up", "", self.tr("Later"), lambda: book.move(job, 1)),
            "cancel": ("cancel", self.tr("Cancel"), "", lambda: book.cancel(job)),
            "remove": ("clear", self.tr("Remove"), "", lambda: book.remove(job)),
        }

    def actions_now(self) -> list[Action]:
        """What its buttons do now."""
        found = []
        for name in self._wanted():
            _, text, told, run = self._actions[name]
            found.append(Action("", told or text, run, section=Section.QUEUE))
        return found

    def _add_button(self, name: str) -> None:
        icon, text, told, run = self._actions[name]
        button = self._buttons[name] = QToolButton(self)
        button.setText(text)
        button.setAccessibleName(told or text)
        button.setToolTip(told)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if icon:
            button.setIcon(theme.icon(icon))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(lambda: run())
        order = [*self._actions]
        before = sum(order.index(other) < order.index(name) for other in self._buttons)
        self._row.insertWidget(1 + before, button)  # behind the stretch

    def _toggle_details(self) -> None:
        self._details.setVisible(not self._details.isVisible())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(self._title, 1)
        head.addWidget(self._state)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 10, 8)
        column.setSpacing(6)
        column.addLayout(head)
        for widget in (self._text, self._bar, self._message, self._details):
            column.addWidget(widget)
        column.addLayout(self._row)


def _elided(text: str, longest: int = 120) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def install(workbench: Workbench) -> None:
    jobs, forms = workbench.session.jobs, workbench.forms
    panel = QueuePanel(jobs, workbench.actions, workbench.window)
    panel.shown.connect(workbench.viewer_controller.show_job)
    panel.retry_wanted.connect(lambda job: workbench.notices.attempt(lambda: jobs.retry(job)))
    forms.tasks_changed.connect(lambda: panel.set_titles({task.id: task.title for task in forms.tasks}))
    workbench.docks.add("queue", panel.accessibleName(), "queue", panel)
