"""AppMenu: the menu of what concerns the window itself: theme, language, panels, folders, the engine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton

from studio import messages
from studio.desktop.actions.action import Action, MenuPlace, Section, Submenu
from studio.desktop.actions.menu import ActionMenu
from studio.desktop.style import language

if TYPE_CHECKING:
    from studio.desktop.main_window import MainWindow

MENU = "settings"


class AppMenu(QObject):
    """A button at the foot of the task bar, its menu, and the actions that only stand there."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._actions = window, window.action_table
        self._title = self.tr("Settings")
        button = window.bar.add_tool("settings", self._title)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = ActionMenu(window.action_table, MENU, button)
        self.menu.setAccessibleName(self._title)
        button.setMenu(self.menu)
        self._add_looks()
        self._add_acts()

    def _add_looks(self) -> None:
        system = self.tr("Like the system")
        themes = {"auto": system, "light": self.tr("Light"), "dark": self.tr("Dark")}
        motions = {
            "auto": system, "full": self.tr("Things may move"), "reduced": self.tr("Nothing moves by itself"),
        }  # fmt: skip
        session = self._window.session
        for name, icon, title, choices, now, choose in (
            ("theme", "invert", self.tr("Theme"), themes, lambda: session.settings.theme, self._choose_theme),
            (
                "language", "language", self.tr("Language"), {language.SYSTEM: system, **language.NAMES},
                lambda: session.settings.language, self._choose_language,
            ),
            (
                "text", "text", self.tr("Size of text"), _sizes(),
                lambda: str(session.settings.text_percent), self._choose_size,
            ),
            ("motion", "motion", self.tr("Motion"), motions, lambda: session.settings.motion, self._choose_motion),
        ):  # fmt: skip
            self._actions.add_submenu(Submenu(f"{MENU}/{name}", title, icon, MenuPlace(MENU)))
            for value, label in choices.items():
                self._actions.add(self._choice(name, title, value, label, now, choose))

    def _choice(
        self, name: str, title: str, value: str, label: str, now: Callable[[], str], choose: Callable[[str], None]
    ) -> Action:
        return Action(
            f"{name}.{value}", f"{self._title}: {title}: {label}", lambda: choose(value), text=label, choice=name,
            checked=lambda: now() == value, menu=MenuPlace(f"{MENU}/{name}"), section=Section.SETTINGS,
        )  # fmt: skip

    def _add_acts(self) -> None:
        window = self._window

        def notify() -> bool:
            return window.session.settings.notify

        self._act(
            "notify", "bell", self.tr("Tell when long work has ended"), 1,
            lambda: window.preferred.emit({"notify": not notify()}), notify,
        )  # fmt: skip
        self._act("reveal-library", "folder", self.tr("Show the folder of the pictures"), 2, self._reveal_library)
        self._act("add-folder", "add", self.tr("Add a folder of models…"), 4, window.model_import.ask_folder)
        self._act("add-model", "add", self.tr("Add a model file…"), 5, window.model_import.ask_file)
        self._act("refresh-models", "search", self.tr("Look for models again"), 6, self._refresh_models)
        self._act("restart-engine", "restart", self.tr("Restart the engine"), 7, self._restart)

    def _act(
        self, id: str, icon: str, text: str, order: int, run: Callable[[], object],
        checked: Callable[[], bool] | None = None,
    ) -> None:  # fmt: skip
        title, place = f"{self._title}: {text}", MenuPlace(MENU, 1, order)
        self._actions.add(
            Action(id, title, run, icon, text, checked=checked, menu=place, section=Section.SETTINGS)
        )

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
