"""MemoryPanel: which components of models are in memory, where, how large, who uses them; keep or unload them."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.descriptions import ComponentInfo
from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import show_action
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme
from studio.desktop.style.label_text import file_size
from studio.desktop.viewer.progress_line import duration
from studio.desktop.workbench import Workbench
from studio.messages import Command, Event, MemoryReport, Pin, ReportMemory, Unload

EVERY_MS = 2000
RAM = "ram"
Send = Callable[[Command], object]


class MemoryPanel(QWidget):
    """Asks the engine while it is seen, and not otherwise."""

    def __init__(self, send: Send, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._titles: dict[str, str] = {}
        self._rows: dict[str, ComponentRow] = {}
        self.setAccessibleName(self.tr("Memory"))
        self.summary = plain_label(self.tr("The first job loads its models; they stay loaded while there is room."))
        self.summary.setProperty("role", "hint")
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
        actions.add(
            Action("memory.unload", self.tr("Unload all models"), self._unload_all, "clear", section=Section.PANELS)
        )
        button = QPushButton(self)
        show_action(button, actions.qaction("memory.unload"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self.summary)
        column.addWidget(area, 1)
        column.addWidget(button)
        self._clock = QTimer(self)
        self._clock.setInterval(EVERY_MS)
        self._clock.timeout.connect(self._ask)

    def set_titles(self, titles: dict[str, str]) -> None:
        """What tasks are called, by id."""
        self._titles = titles

    def show_report(self, report: MemoryReport) -> None:
        there = {component.id for component in report.components}
        for id in [id for id in self._rows if id not in there]:
            row = self._rows.pop(id)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for place, component in enumerate(report.components):
            row = self._rows.get(component.id) or self._new_row(component)
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
            row.show_component(component, self._titles.get(component.used_by, component.used_by))
        self.summary.setText(self._told(report))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def _ask(self) -> None:
        self._send(ReportMemory())

    def _unload_all(self) -> None:
        self._send(Unload())
        self._ask()

    def _new_row(self, component: ComponentInfo) -> "ComponentRow":
        row = self._rows[component.id] = ComponentRow(component.id, self._send, self)
        return row

    def _told(self, report: MemoryReport) -> str:
        if not report.components:
            return self.tr("No model is loaded.")
        parts = [
            self.tr("{0} of {1} on {2}").format(file_size(each.used_bytes), file_size(each.room_bytes), each.id)
            for each in report.devices
        ]
        if report.parked_bytes:
            parts.append(self.tr("{0} kept in RAM").format(file_size(report.parked_bytes)))
        if report.leaked_bytes:
            parts.append(self.tr("{0} unavailable until the engine restarts").format(file_size(report.leaked_bytes)))
        return " · ".join(parts)


class ComponentRow(QFrame):
    """One component."""

    def __init__(self, id: str, send: Send, parent: QWidget) -> None:
        super().__init__(parent)
        self._id = id
        self.setProperty("role", "card")
        self._title = plain_label("")
        self._title.setProperty("role", "strong")
        self.about = plain_label("")
        self.about.setProperty("role", "hint")
        self.pin = QCheckBox(self.tr("Keep"))
        self.pin.setToolTip(self.tr("Unload it last when memory is needed"))
        self.pin.clicked.connect(lambda checked: send(Pin(self._id, checked)))
        self.unload = QToolButton(self)
        self.unload.setText(self.tr("Unload"))
        self.unload.setIcon(theme.icon("clear"))
        self.unload.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.unload.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.unload.clicked.connect(lambda: send(Unload([self._id])))
        tools = QHBoxLayout()
        tools.addWidget(self.pin)
        tools.addStretch(1)
        tools.addWidget(self.unload)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 10, 8)
        column.setSpacing(6)
        column.addWidget(self._title)
        column.addWidget(self.about)
        column.addLayout(tools)

    def show_component(self, component: ComponentInfo, task: str) -> None:
        self._title.setText(component.title)
        self.about.setText(" · ".join(self._told(component, task)))
        self.pin.setChecked(component.pinned)
        self.unload.setEnabled(component.leases == 0)
        self.setAccessibleName(f"{component.title}: {self.about.text()}")
        self.pin.setAccessibleName(self.tr("Keep {0}").format(component.title))
        self.unload.setAccessibleName(self.tr("Unload {0}").format(component.title))

    def _told(self, component: ComponentInfo, task: str) -> list[str]:
        told = [file_size(component.bytes), self.tr("in RAM") if component.place == RAM else component.place]
        if component.leases:
            told.append(self.tr("in use by {0}").format(task) if task else self.tr("in use"))
        else:
            told.append(self.tr("last used {0} ago").format(duration(component.idle_s)))
        if component.load_s:
            told.append(self.tr("loaded in {0}").format(f"{component.load_s:.1f} s"))
        return told


def install(workbench: Workbench) -> None:
    session, forms = workbench.session, workbench.forms

    def send(command: Command) -> None:
        if session.client is not None:
            session.client.send(command)

    def handle(event: Event) -> None:
        if isinstance(event, MemoryReport):
            panel.show_report(event)

    panel = MemoryPanel(send, workbench.actions, workbench.window)
    workbench.docks.add("memory", panel.accessibleName(), "memory", panel)
    session.received.connect(handle)
    forms.tasks_changed.connect(lambda: panel.set_titles({task.id: task.title for task in forms.tasks}))
