"""JobRow: one job of the queue. Its buttons are those that make sense in its state."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QEvent, Qt, SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QVBoxLayout

from studio.desktop.actions.action import Action, Section
from studio.desktop.features.queue_panel.thumbnail import Thumbnail
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.sentence import say
from studio.desktop.viewer.progress_line import duration
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

MOST_PERCENT = 125
"""Size of text up to which the buttons say what they do."""


class RowOwner(Protocol):
    """What a row asks of the list that it stands in."""

    jobs: JobQueue
    shown: SignalInstance
    retry_wanted: SignalInstance

    def save_elsewhere(self, job: Job) -> None: ...


class JobRow(QFrame):
    """One job. Its buttons are those that make sense in its state."""

    def __init__(self, job: Job, queue: RowOwner) -> None:
        super().__init__()
        self.job, self._book = job, queue.jobs
        self.setProperty("role", "card")
        self._icon = Thumbnail(self)
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
        self.setCursor(Qt.CursorShape.OpenHandCursor if self.can_move else Qt.CursorShape.ArrowCursor)
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

    @property
    def can_move(self) -> bool:
        """Whether its place can be changed."""
        return self.job in self._book.held

    def show_picture(self, picture: QImage) -> None:
        self._icon.show_picture(picture)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()  # a label keeps pixels, in the colours of the theme that held

    def _draw_icon(self) -> None:
        self._icon.show_icon(theme.icon(ICONS[self.job.state]))

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
        show = ["show"] if job.saved and not job.quiet else []
        return [*show, *(["details"] if job.details else []), "retry", "remove"]

    def _name_actions(self, queue: RowOwner) -> dict[str, tuple[str, str, str, Callable[[], object]]]:
        """Name -> icon, text, accessible name where there is no text, and what it does; in their order in the row."""
        job, book = self.job, queue.jobs
        return {
            "show": ("zoom-fit", self.tr("Show"), "", lambda: queue.shown.emit(job)),
            "details": ("", self.tr("Details"), "", self._toggle_details),
            "retry": ("retry", self.tr("Run again"), "", lambda: queue.retry_wanted.emit(job)),
            "save": ("save", self.tr("Save again"), "", lambda: book.save_again(job)),
            "elsewhere": ("folder", self.tr("Save elsewhere…"), "", lambda: queue.save_elsewhere(job)),
            "discard": ("clear", self.tr("Discard"), "", lambda: book.discard(job)),
            "first": ("", self.tr("Run next"), "", lambda: book.bring_to_front(job)),
            "earlier": ("up", "", self.tr("Earlier"), lambda: book.move(job, -1)),
            "later": ("down", "", self.tr("Later"), lambda: book.move(job, 1)),
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
        button.setToolTip(told or text)
        large = theme.scaled(100) > MOST_PERCENT and bool(icon)  # words of that size have no room beside each other
        styles = Qt.ToolButtonStyle
        button.setToolButtonStyle(styles.ToolButtonIconOnly if large else styles.ToolButtonTextBesideIcon)
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
        title = QHBoxLayout()
        title.addWidget(self._title, 1)
        title.addWidget(self._state)
        beside = QVBoxLayout()
        beside.setSpacing(2)
        beside.addLayout(title)
        beside.addWidget(self._text)
        beside.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(beside, 1)
        self._row.setSpacing(4)
        self._row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 6)
        column.setSpacing(6)
        column.addLayout(head)
        for widget in (self._bar, self._message, self._details):
            column.addWidget(widget)
        column.addLayout(self._row)


def _elided(text: str, longest: int = 120) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
