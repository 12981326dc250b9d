"""FocusOrder: the way of the keyboard through the window: from area to area, and inside of each as people read."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from studio.desktop.shell.dock import Dock
from studio.desktop.shell.dock_area import DockArea
from studio.desktop.shell.tab_order import place, reachable, scroll_to


class FocusOrder:
    def __init__(self, bar: QWidget, middle: QWidget, dock_area: DockArea, rail: QWidget) -> None:
        """`middle` is what the panels of `dock_area` stand around; `bar` stands before all of them, `rail` behind."""
        self._bar, self._middle, self._dock_area, self._rail = bar, middle, dock_area, rail

    def areas(self) -> list[QWidget]:
        """All that can be seen, as it lies: the tasks, panels with the bars of their tabs before them, the picture."""
        panels = sorted((one for one in self._dock_area if one.in_sight and not one.isFloating()), key=place)
        left = [one for one in panels if place(one) < place(self._middle)]
        areas: list[QWidget] = [self._bar]
        inside: list[QWidget] = [*left, self._middle, *panels[len(left) :]]
        for area in inside:
            bar = self._dock_area.tab_bar(area) if isinstance(area, Dock) else None
            areas += [bar, area] if bar else [area]
        return [*areas, self._rail]

    def go_to(self, widget: QWidget) -> None:
        """Give it the keyboard, and let its panel be seen."""
        self._dock_area.reveal(widget)
        widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def next_area(self) -> None:
        """From area to area, for those who use the keyboard; a panel begins with its tabs."""
        areas = [area for area in self.areas() if not (isinstance(area, Dock) and self._dock_area.tab_bar(area))]
        here = QApplication.focusWidget() or self._dock_area
        panel = self._dock_area.panel_of(here)
        here = (panel and self._dock_area.tab_bar(panel)) or here
        at = next((number for number, area in enumerate(areas) if area is here or area.isAncestorOf(here)), -1)
        for area in (areas * 2)[at + 1 :]:
            if targets := reachable(area):
                targets[0].activateWindow()
                targets[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def step(self, forward: bool) -> bool:
        """Tab goes as people read; False where Qt has to find the way."""
        order = [widget for area in self.areas() for widget in reachable(area)]
        here = QApplication.focusWidget()
        if here not in order:
            return False
        by, reason = (1, Qt.FocusReason.TabFocusReason) if forward else (-1, Qt.FocusReason.BacktabFocusReason)
        target = order[(order.index(here) + by) % len(order)]
        target.setFocus(reason)
        scroll_to(target)
        return True
