"""SideDocks: the panels beside the picture, of which one is seen, or none."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from studio.desktop.shell.dock import Dock
from studio.desktop.shell.dock_area import DockArea


class SideDocks(QObject):
    """By number, in the order in which they were added, or by what is in them; wherever they lie by now."""

    def __init__(self, dock_area: DockArea, width: int, narrowest: int) -> None:
        """In pixels."""
        super().__init__(dock_area)
        self._dock_area, self._width, self._narrowest = dock_area, width, narrowest
        self.panels: list[Dock] = []

    def add(self, name: str, title: str, icon: str, content: QWidget) -> Dock:
        """Behind those that are there; like them it is shown when it is asked for. `name`: how a layout knows it."""
        area = Qt.DockWidgetArea.RightDockWidgetArea
        panel = self._dock_area.add(name, title, icon, content, area, self._width, closed=True)
        content.setMinimumWidth(self._narrowest)
        content.setProperty("role", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.panels.append(panel)
        return panel

    def count(self) -> int:
        return len(self.panels)

    def title(self, number: int) -> str:
        return self.panels[number].title

    def setCurrentIndex(self, number: int) -> None:
        self._dock_area.reveal(self.panels[number])

    def setCurrentWidget(self, widget: QWidget) -> None:
        self._dock_area.reveal(widget)

    def reveal(self, widget: QWidget) -> None:
        """Let what is in a panel be seen."""
        self._dock_area.reveal(widget)

    def currentWidget(self) -> QWidget | None:
        """The first of them that can be seen."""
        return next((panel.content for panel in self.panels if self.sees(panel)), None)

    def sees(self, widget: QWidget) -> bool:
        """Whether people can see it now."""
        panel = self._dock_area.panel_of(widget)
        return panel is not None and panel.in_sight

    def isAncestorOf(self, widget: QWidget) -> bool:
        bars = [bar for panel in self.panels if (bar := self._dock_area.tab_bar(panel))]
        return any(area is widget or area.isAncestorOf(widget) for area in (*self.panels, *bars))
