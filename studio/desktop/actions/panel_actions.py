"""PanelActions: what can be done with the panels around the picture, by their names."""

import functools
from collections.abc import Iterator

from PySide6.QtCore import QObject

from studio.desktop.actions.action import Action
from studio.desktop.shell.dock_area import DockArea
from studio.desktop.shell.side_docks import SideDocks


class PanelActions(QObject):
    def __init__(self, dock_area: DockArea, side: SideDocks) -> None:
        super().__init__(dock_area)
        self._dock_area, self._side = dock_area, side

    def __call__(self) -> Iterator[Action]:
        dock_area, side, title = self._dock_area, self._side, self.tr("Side panel: {0}")
        toggle, detach = self.tr("Hide or show: {0}"), self.tr("Into a window of its own, or back: {0}")
        for number in range(side.count()):
            show = functools.partial(side.setCurrentIndex, number)
            yield Action(title.format(side.title(number)), show, id=f"side.{number}")
        for name, panel in dock_area.panels.items():
            yield Action(toggle.format(panel.title), functools.partial(dock_area.toggle, panel), id=f"panel.{name}")
            move = functools.partial(dock_area.float_panel, panel)
            yield Action(detach.format(panel.title), move, id=f"float.{name}")
        yield Action(self.tr("Only the picture, or the panels again"), dock_area.only_picture, id="only-picture")
        yield Action(self.tr("Arrange the panels"), lambda: dock_area.arrange(not dock_area.arranging), id="arrange")
        yield Action(self.tr("Reset the layout"), dock_area.reset, id="reset-layout")
