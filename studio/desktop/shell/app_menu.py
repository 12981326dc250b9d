"""WindowMenu: what concerns the window itself: theme, language, folders, the engine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from studio import messages
from studio.desktop.style import language, theme

if TYPE_CHECKING:
    from studio.desktop.main_window import MainWindow


class AppMenu(QObject):
    """A button at the foot of the task bar, and its menu."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        button = window.bar.add_tool("settings", self.tr("Settings"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = self.menu = QMenu(button)
        menu.setAccessibleName(self.tr("Settings"))
        button.setMenu(menu)
        settings = window.session.settings
        themes = {"auto": self.tr("Like the system"), "light": self.tr("Light"), "dark": self.tr("Dark")}
        self._choices("theme", "invert", self.tr("Theme"), themes, settings.theme, self._choose_theme)
        languages = {language.SYSTEM: self.tr("Like the system"), **language.NAMES}
        self._choices("language", "language", self.tr("Language"), languages, settings.language, self._choose_language)
        self._choices("text", "text", self.tr("Size of text"), _sizes(), str(settings.text_percent), self._choose_size)
        motions = {
            "auto": self.tr("Like the system"),
            "full": self.tr("Things may move"),
            "reduced": self.tr("Nothing moves by itself"),
        }
        self._choices("motion", "motion", self.tr("Motion"), motions, settings.motion, self._choose_motion)
        self._panels()
        menu.addSeparator()
        notify = menu.addAction(theme.icon("bell"), self.tr("Tell when long work has ended"))
        notify.setCheckable(True)
        notify.setChecked(settings.notify)
        notify.setProperty("command", "notify")
        notify.triggered.connect(lambda on: window.preferred.emit({"notify": on}))
        self._act("folder", self.tr("Show the folder of the pictures"), self._reveal_library, "reveal-library")
        self._act("trash", self.tr("Trash…"), window.trash.open, "trash")
        self._act("add", self.tr("Add a folder of models…"), window.model_import.ask_folder, "add-folder")
        self._act("add", self.tr("Add a model file…"), window.model_import.ask_file, "add-model")
        self._act("search", self.tr("Look for models again"), self._refresh_models, "refresh-models")
        self._act("restart", self.tr("Restart the engine"), self._restart, "restart-engine")
        menu.addSeparator()
        self._act("command", self.tr("Keyboard shortcuts…"), lambda: window.window_actions.change_keys(), "keys")
        self._act("cancel", self.tr("Quit"), window.quit, "quit")

    def _panels(self) -> None:
        """Each of them with a tick while it is not hidden; brought up to date when the menu opens."""
        dock_area = self._window.dock_area
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

    def _act(self, icon: str, title: str, run: Callable[[], object], id: str) -> None:
        action = self.menu.addAction(theme.icon(icon), title, run)
        action.setProperty("command", id)

    def actions(self) -> list[QAction]:
        """All of them, those of the menus inside of it too."""
        inner = [action for menu in self.menu.findChildren(QMenu) for action in menu.actions()]
        return [*self.menu.actions(), *inner]

    def _choices(
        self, name: str, icon: str, title: str, choices: dict[str, str], now: str, choose: Callable[[str], None]
    ) -> None:
        menu = self.menu.addMenu(theme.icon(icon), title)
        group = QActionGroup(menu)
        for value, label in choices.items():
            action = menu.addAction(label)
            action.setProperty("command", f"{name}.{value}")
            action.setCheckable(True)
            action.setChecked(value == now)
            action.triggered.connect(lambda _=False, value=value: choose(value))
            group.addAction(action)

    def _choose_theme(self, value: str) -> None:
        self._window.restyled.emit(value, self._window.session.settings.language)

    def _choose_language(self, value: str) -> None:
        self._window.restyled.emit(self._window.session.settings.theme, value)

    def _choose_size(self, percent: str) -> None:
        self._window.preferred.emit({"text_percent": int(percent)})

    def _choose_motion(self, value: str) -> None:
        self._window.preferred.emit({"motion": value})

    def _reveal_library(self) -> None:
        self._window.picture_exporter.reveal(self._window.session.settings.library_dir / "pictures")

    def _refresh_models(self) -> None:
        if client := self._window.session.client:
            client.send(messages.Refresh())

    def _restart(self) -> None:
        if client := self._window.session.client:
            client.restart()


def _sizes() -> dict[str, str]:
    return {str(percent): f"{percent} %" for percent in (90, 100, 110, 125, 150, 175, 200)}
