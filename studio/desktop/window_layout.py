"""WindowLayout: where everything is: the tasks, the viewer with the notices over it, the panels, and their icons."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.desktop.actions.panel_rail import PanelRail
from studio.desktop.forms.task_panel import TaskPanel
from studio.desktop.library.filmstrip import Filmstrip
from studio.desktop.shell.dock_area import DockArea
from studio.desktop.shell.focus_order import FocusOrder
from studio.desktop.shell.notices import Notices
from studio.desktop.shell.overlay import Overlay
from studio.desktop.shell.side_docks import SideDocks
from studio.desktop.shell.task_bar import TaskBar
from studio.desktop.style import theme
from studio.desktop.viewer.viewer import Viewer

Area = Qt.DockWidgetArea
WIDTHS = {"form": 340, "side": 320}
NOTICES_WIDTH = 760
NARROWEST = {"form": 284, "middle": 200, "side": 236}
"""Together with the bar and the rail, they fit into 900 pixels; with twice as large text, into 1100."""


class WindowLayout(QObject):
    def __init__(
        self, window: QWidget, bar: TaskBar, task_panel: TaskPanel, notices: Notices, viewer: Viewer,
        filmstrip: Filmstrip,
    ) -> None:  # fmt: skip
        super().__init__(window)
        middle = _middle(window, notices, viewer)
        self.dock_area = DockArea(middle, window)
        width = theme.scaled(WIDTHS["form"], 0.3)
        self.dock_area.add("form", self.tr("Form"), "create", task_panel, Area.LeftDockWidgetArea, width, closed=True)
        self.dock_area.add("strip", self.tr("Pictures"), "picture", filmstrip, Area.BottomDockWidgetArea, 0)
        self.side = SideDocks(self.dock_area, theme.scaled(WIDTHS["side"], 0.3), theme.scaled(NARROWEST["side"], 0.5))
        task_panel.setMinimumWidth(theme.scaled(NARROWEST["form"], 0.5))
        self.rail = PanelRail(window)
        self.focus_order = FocusOrder(bar, middle, self.dock_area, self.rail)
        row = QHBoxLayout(window)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(bar)
        row.addWidget(self.dock_area, 1)
        row.addWidget(self.rail)


def _middle(window: QWidget, notices: Notices, viewer: Viewer) -> QWidget:
    """The viewer, and over its upper edge what is told."""
    middle = QWidget(window)
    middle.setProperty("role", "stage")
    middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    middle.setMinimumWidth(theme.scaled(NARROWEST["middle"], 0.1))
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(viewer, 1)
    notices.setParent(middle)
    room = lambda: viewer.room().translated(viewer.pos())  # noqa: E731 - of the middle
    overlay = Overlay(notices, room, Qt.AlignmentFlag.AlignTop, widest=theme.scaled(NOTICES_WIDTH))
    viewer.room_changed.connect(overlay.place)
    return middle
