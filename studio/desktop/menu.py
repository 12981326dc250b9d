"""WindowMenu: what concerns the window itself: theme, language, folders, the engine."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from studio import messages
from studio.desktop import language, theme

if TYPE_CHECKING:
    from studio.desktop.window import Window


class WindowMenu(QObject):
    """A button at the foot of the task bar, and its menu."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        button = window.bar.add_tool("settings", self.tr("Settings"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = self.menu = QMenu(button)
        menu.setAccessibleName(self.tr("Settings"))
        button.setMenu(menu)
        settings = window.session.settings
        themes = {"auto": self.tr("Like the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self._choices("invert", self.tr("Theme"), themes, settings.theme, self._choose_theme)
        languages = {language.SYSTEM: self.tr("Like the system"), **language.NAMES}
        self._choices("language", self.tr("Language"), languages, settings.language, self._choose_language)
        menu.addSeparator()
        menu.addAction(theme.icon("folder"), self.tr("Show the folder of the pictures"), self._reveal_library)
        menu.addAction(theme.icon("trash"), self.tr("Trash…"), window.trash.open)
        menu.addAction(theme.icon("add"), self.tr("Add a folder of models…"), window.shelf.ask_folder)
        menu.addAction(theme.icon("add"), self.tr("Add a model file…"), window.shelf.ask_file)
        menu.addAction(theme.icon("search"), self.tr("Look for models again"), self._refresh_models)
        menu.addAction(theme.icon("restart"), self.tr("Restart the engine"), self._restart)
        menu.addSeparator()
        menu.addAction(theme.icon("cancel"), self.tr("Quit"), window.quit)

    def _choices(self, icon: str, title: str, choices: dict[str, str], now: str, choose: object) -> None:
        menu = self.menu.addMenu(theme.icon(icon), title)
        group = QActionGroup(menu)
        for value, label in choices.items():
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(value == now)
            action.triggered.connect(lambda _=False, value=value: choose(value))  # type: ignore[operator]
            group.addAction(action)

    def _choose_theme(self, value: str) -> None:
        self._window.restyled.emit(value, self._window.session.settings.language)

    def _choose_language(self, value: str) -> None:
        self._window.restyled.emit(self._window.session.settings.theme, value)

    def _reveal_library(self) -> None:
        self._window.outlet.reveal(self._window.session.settings.library_dir / "pictures")

    def _refresh_models(self) -> None:
        if client := self._window.session.client:
            client.send(messages.Refresh())

    def _restart(self) -> None:
        if client := self._window.session.client:
            client.restart()
