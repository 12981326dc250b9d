"""PanelActions: the actions that show, hide, float and arrange the panels."""

import functools

from PySide6.QtCore import QObject

from studio.desktop.actions.action import Action, DefaultShortcut, MenuPlace, Section, Submenu
from studio.desktop.actions.table import Actions
from studio.desktop.shell.dock import Dock
from studio.desktop.shell.dock_area import DockArea
from studio.desktop.shell.side_docks import SideDocks

MENU = "settings/panels"
MOST_KEYS = 9
"""Panels that have a digit of the keyboard."""


class PanelActions(QObject):
    """Registers them, for the panels that the dock area has by now."""

    def __init__(self, actions: Actions, dock_area: DockArea, side: SideDocks) -> None:
        super().__init__(dock_area)
        self._dock_area = dock_area
        title = self.tr("Side panel: {0}")
        for number in range(side.count()):
            show = functools.partial(side.setCurrentIndex, number)
            actions.add(Action(f"side.{number}", title.format(side.title(number)), show, section=Section.PANELS))
        actions.add_submenu(Submenu(MENU, self.tr("Panels"), "panels", MenuPlace("settings")))
        for number, panel in enumerate(dock_area, 1):
            self._add_panel(actions, panel, DefaultShortcut((f"Ctrl+Alt+{number}",) if number <= MOST_KEYS else ()))
        place = MenuPlace(MENU, 1)
        for action in (
            Action(
                "only-picture", self.tr("Show or hide all panels"), dock_area.only_picture,
                shortcut=DefaultShortcut(("Ctrl+Alt+0",)), menu=MenuPlace(MENU, 1, 1), section=Section.PANELS,
            ),
            Action(
                "arrange", self.tr("Show title bars of panels"), lambda: dock_area.arrange(not dock_area.arranging),
                text=self.tr("Show title bars, to drag them"), checked=lambda: dock_area.arranging,
                menu=place, section=Section.PANELS,
            ),
            Action(
                "reset-layout", self.tr("Reset the layout"), dock_area.reset,
                menu=MenuPlace(MENU, 1, 2), section=Section.PANELS,
            ),
        ):  # fmt: skip
            actions.add(action)

    def _add_panel(self, actions: Actions, panel: Dock, shortcut: DefaultShortcut) -> None:
        name, dock_area = panel.objectName(), self._dock_area
        toggle, detach = self.tr("Show or hide: {0}"), self.tr("Float or dock: {0}")
        for action in (
            Action(
                f"panel.{name}", toggle.format(panel.title), functools.partial(dock_area.toggle, panel),
                checked=lambda: panel.in_sight, shortcut=shortcut, section=Section.PANELS,
            ),
            Action(
                f"float.{name}", detach.format(panel.title), functools.partial(dock_area.float_panel, panel),
                section=Section.PANELS,
            ),
            Action(  # with a tick while it is not hidden, be it behind another one
                f"shown.{name}", panel.title, lambda: dock_area.reveal(panel) if panel.isHidden() else panel.close(),
                checked=lambda: not panel.isHidden(), menu=MenuPlace(MENU), section=Section.PANELS, palette=False,
            ),
        ):  # fmt: skip
            actions.add(action)
