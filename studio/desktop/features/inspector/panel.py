"""Inspector: the inside of a job, stage by stage as its task declares them, for those who learn and teach."""

from collections import deque
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.descriptions import StageInfo
from studio.desktop.features.inspector.section import InspectorSection, sections
from studio.desktop.shell.notices import plain_label
from studio.desktop.style.label_text import one_line
from studio.form import TaskForm
from studio.jobs import Job
from studio.messages import Revealed

MARGIN, GAP = 16, 18


class Inspector(QWidget):
    """Shows a job's Revealed events as they come; those of a stage that its task does not declare are passed over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Inspector"))
        self._job: Job | None = None
        self._stages: Mapping[str, Mapping[str, StageInfo]] = {}
        self._drawn: Mapping[str, StageInfo] = {}
        """The stages that there are sections for."""
        self.sections: dict[str, InspectorSection] = {}
        self._about = plain_label("")
        self._about.setProperty("role", "hint")
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._column.setSpacing(GAP)
        self._column.addWidget(self._about)
        self._column.addStretch(1)
        self._area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        self._waiting: deque[Revealed] = deque()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._go_on)
        self.show_job(None)

    def set_tasks(self, tasks: Sequence[TaskForm]) -> None:
        """Whose jobs there are, with their stages."""
        self._stages = {task.id: task.info.stages for task in tasks}
        self.show_job(self._job)

    def show_job(self, job: Job | None) -> None:
        """Begin anew, with what the job has revealed so far."""
        self._job = job
        self._use(self._stages.get(job.task, {}) if job else self._drawn)
        for section in self.sections.values():
            section.clear()
        self._refresh_about()
        self._waiting.clear()
        self._waiting.extend(job.revealed if job else ())
        self._go_on()

    def add(self, job: Job, event: Revealed) -> None:
        """Draw an event that has just come; a job that was not shown yet takes the place of the old one."""
        if job is not self._job:
            self.show_job(job)
        else:
            self._waiting.append(event)
            self._go_on()

    def _use(self, stages: Mapping[str, StageInfo]) -> None:
        if stages == self._drawn:
            return
        for section in self.sections.values():
            self._column.removeWidget(section)
            section.deleteLater()
        self._drawn, self.sections = stages, sections(stages)
        for number, section in enumerate(self.sections.values(), 1):
            self._column.insertWidget(number, section)

    def _go_on(self) -> None:
        """Draw what waits, up to its next picture: those take milliseconds, and the window has other things to do."""
        while self._waiting:
            event = self._waiting.popleft()
            section = self.sections.get(event.stage)
            if section is None:
                continue
            section.add(event.data)
            if section.has_pictures and self._waiting:
                self._later.start()
                break
        for section in self.sections.values():
            section.draw()
        self._refresh_about()

    def _refresh_about(self) -> None:
        if any(not section.isHidden() for section in self.sections.values()):
            label = self._job.label if self._job else ""
            self._about.setText(f"“{one_line(label, 120)}”" if label else "")
            self._about.setVisible(bool(label))
            return
        self._about.setVisible(True)
        self._about.setText(self.tr("The steps inside a job appear here while it runs, if its task shows them."))
