"""AppMenu: what concerns the window itself: theme, language, panels, and what features have put there."""

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from studio.desktop.actions.action import MenuEntry
from studio.desktop.shell.dock_area import DockArea
from studio.desktop.style import language, theme
from studio.settings import Settings


class AppMenu(QObject):
    """The menu of a button at the foot of the task bar."""

    def __init__(
        self, button: QToolButton, dock_area: DockArea, settings: Settings, prefer: Callable[[dict[str, Any]], object],
        entries: Iterable[MenuEntry],
    ) -> None:  # fmt: skip
        """`prefer` changes settings, by name."""
        super().__init__(button)
        self._dock_area, self._prefer = dock_area, prefer
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = self.menu = QMenu(button)
        menu.setAccessibleName(button.accessibleName())
        button.setMenu(menu)
        themes = {"auto": self.tr("Like the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self._choices("theme", "invert", self.tr("Theme"), themes, settings.theme)
        languages = {language.SYSTEM: self.tr("Like the system"), **language.NAMES}
        self._choices("language", "language", self.tr("Language"), languages, settings.language)
        self._choices("text", "text", self.tr("Size of text"), _sizes(), str(settings.text_percent))
        motions = {
            "auto": self.tr("Like the system"),
            "full": self.tr("Things may move"),
            "reduced": self.tr("Nothing moves by itself"),
        }
        self._choices("motion", "motion", self.tr("Motion"), motions, settings.motion)
        self._panels()
        menu.addSeparator()
        for entry in entries:
            self._add(entry)

    def add_group(self, *entries: MenuEntry) -> None:
        """Below a line."""
        self.menu.addSeparator()
        for entry in entries:
            self._add(entry)

    def _add(self, entry: MenuEntry) -> None:
        action = self.menu.addAction(theme.icon(entry.icon), entry.title)
        action.setProperty("command", entry.id)
        if entry.checked is None:
            action.triggered.connect(lambda: entry.run())
        else:
            action.setCheckable(True)
            action.setChecked(entry.checked)
            action.triggered.connect(lambda on: entry.run(on))

    def _panels(self) -> None:
        """Each of them with a tick while it is not hidden; brought up to date when the menu opens."""
        dock_area = self._dock_area
        menu = self.menu.addMenu(theme.icon("panels"), self.tr("Panels"))
        for name, panel in dock_area.panels.items():
            action = menu.addAction(panel.title)
            action.setCheckable(True)
            action.setProperty("command", f"panel.{name}")
            action.triggered.connect(lambda on, panel=panel: dock_area.reveal(panel) if on else panel.close())
            menu.aboutToShow.connect(lambda action=action, panel=panel: action.setChecked(not panel.isHidden()))
        menu.addSeparator()
        arrange = menu.addAction(self.tr("Arrange them: show by what they are taken"))
        arrange.setCheckable(True)
        arrange.setProperty("command", "arrange")
        arrange.triggered.connect(dock_area.arrange)
        dock_area.arranging_changed.connect(arrange.setChecked)
        for title, name, run in (
            (self.tr("Only the picture, or the panels again"), "only-picture", dock_area.only_picture),
            (self.tr("Reset the layout"), "reset-layout", dock_area.reset),
        ):
            action = menu.addAction(title, run)
            action.setProperty("command", name)

    def actions(self) -> list[QAction]:
        """All of them, those of the menus inside of it too."""
        inner = [action for menu in self.menu.findChildren(QMenu) for action in menu.actions()]
        return [*self.menu.actions(), *inner]

    def _choices(self, name: str, icon: str, title: str, choices: dict[str, str], now: str) -> None:
        menu = self.menu.addMenu(theme.icon(icon), title)
        group = QActionGroup(menu)
        for value, label in choices.items():
            action = menu.addAction(label)
            action.setProperty("command", f"{name}.{value}")
            action.setCheckable(True)
            action.setChecked(value == now)
            action.triggered.connect(lambda _=False, value=value: self._choose(name, value))
            group.addAction(action)

    def _choose(self, name: str, value: str) -> None:
        self._prefer({"text_percent": int(value)} if name == "text" else {name: value})


def _sizes() -> dict[str, str]:
    return {str(percent): f"{percent} %" for percent in (90, 100, 110, 125, 150, 175, 200)}
