"""Side: the panels beside the picture, of which usually one is seen."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.desktop.shell.dock import Dock
from studio.desktop.shell.dock_area import DockArea


class SideDocks(QObject):
    """By number, in the order in which they were added, or by what is in them; wherever they lie by now."""

    def __init__(self, dock_area: DockArea, panels: Sequence[Dock]) -> None:
        super().__init__(dock_area)
        self._dock_area, self.panels = dock_area, [*panels]

    def count(self) -> int:
        return len(self.panels)

    def title(self, number: int) -> str:
        return self.panels[number].title

    def setCurrentIndex(self, number: int) -> None:
        self._dock_area.reveal(self.panels[number])

    def setCurrentWidget(self, widget: QWidget) -> None:
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
