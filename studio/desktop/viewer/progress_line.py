"""ProgressLine: the line below the picture that shows how far a job is."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from studio.descriptions import StageInfo
from studio.desktop.actions.buttons import TooltipOfButton
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import one_line
from studio.desktop.style.sentence import say
from studio.jobs import Job


class ProgressLine(QFrame):
    """How far the running job is, how long it may take, and the way to end it."""

    cancelled = Signal()

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "progress")
        self._stages: Mapping[str, Mapping[str, StageInfo]] = {}
        self._stage = plain_label("")
        self._stage.setWordWrap(False)
        self._time = QLabel()
        self._time.setProperty("role", "hint")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress of the job"))
        self._cancel = QToolButton()
        self._cancel.setIcon(theme.icon("cancel"))
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        TooltipOfButton(self._cancel, actions.qaction("cancel"))
        self._cancel.setAccessibleName(self.tr("Cancel this job"))
        self._cancel.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 12, 6)
        row.setSpacing(12)
        row.addWidget(self._stage)
        row.addWidget(self._bar, 1)
        row.addWidget(self._time)
        row.addWidget(self._cancel)
        self.hide()

    def set_stages(self, stages: Mapping[str, Mapping[str, StageInfo]]) -> None:
        """By task, what its stages are called."""
        self._stages = stages

    def show_job(self, job: Job | None, waiting: int) -> None:
        self.setVisible(job is not None)
        if job is None:
            return
        self._stage.setText(self._stage_title(job))
        share = job.done / job.total if job.total else 0.0
        self._bar.setRange(0, 1000 if job.total or not theme.moves() else 0)  # 0: it moves to and fro, nothing is known
        self._bar.setValue(round(share * 1000))
        parts = [f"{share * 100:.0f}%"] if job.total else []
        if job.eta_s is not None:
            parts.append(self.tr("about {0} left").format(duration(job.eta_s)))
        if waiting:
            parts.append(self.tr("{0} waiting").format(waiting))
        self._time.setText(" · ".join(parts))

    def _stage_title(self, job: Job) -> str:
        """As its task declares it; a stage that is not declared is told by its bare name."""
        if not job.stage:
            return self.tr("Preparing")
        declared = self._stages.get(job.task, {}).get(job.stage)
        title = one_line(say(declared.title if declared else job.stage), 60)
        return f"{title[:1].upper()}{title[1:]}"


def duration(seconds: float) -> str:
    """5 s, 2 min 5 s, 1 h 2 min."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
