"""AppMenu: the menu of what concerns the window itself: theme, language, panels, and what features put there."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QToolButton

from studio.desktop.actions.action import Action, MenuPlace, Section, Submenu
from studio.desktop.actions.menu import ActionMenu
from studio.desktop.actions.table import Actions
from studio.desktop.style import language
from studio.settings import Settings

MENU = "settings"


class Choice(NamedTuple):
    """A setting that is one of several values."""

    name: str
    icon: str
    title: str
    labels: dict[str, str]
    now: Callable[[], object]


class AppMenu(QObject):
    """The menu of a button at the foot of the task bar. `prefer` changes settings, by name."""

    def __init__(
        self,
        actions: Actions,
        button: QToolButton,
        settings: Callable[[], Settings],
        prefer: Callable[[dict[str, Any]], object],
    ) -> None:
        super().__init__(button)
        self._actions, self._settings, self._prefer = actions, settings, prefer
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = ActionMenu(actions, MENU, button)
        self.menu.setAccessibleName(button.accessibleName())
        button.setMenu(self.menu)
        for choice in self._choices():
            actions.add_submenu(Submenu(f"{MENU}/{choice.name}", choice.title, choice.icon, MenuPlace(MENU)))
            for value, label in choice.labels.items():
                actions.add(self._choice(choice, value, label))

    def _choices(self) -> tuple[Choice, ...]:
        system, settings = self.tr("Follow the system"), self._settings
        themes = {"auto": system, "light": self.tr("Light"), "dark": self.tr("Dark")}
        languages = {language.SYSTEM: system, **language.NAMES}
        motions = {"auto": system, "full": self.tr("On"), "reduced": self.tr("Reduced")}
        precisions = {
            "model": self.tr("As the model's files"),
            "half": self.tr("Half precision, where faster"),
            "8-bit": self.tr("8 bits, to save memory"),
        }
        return (
            Choice("theme", "invert", self.tr("Theme"), themes, lambda: settings().theme),
            Choice("language", "language", self.tr("Language"), languages, lambda: settings().language),
            Choice("text", "text", self.tr("Text size"), _sizes(), lambda: settings().text_percent),
            Choice("motion", "motion", self.tr("Animations"), motions, lambda: settings().motion),
            Choice("precision", "memory", self.tr("Precision"), precisions, lambda: settings().precision),
        )

    def _choice(self, choice: Choice, value: str, label: str) -> Action:
        name = choice.name
        changed = {"text_percent": int(value)} if name == "text" else {name: value}
        return Action(
            f"{name}.{value}", f"{_title()}: {choice.title}: {label}", lambda: self._prefer(changed), text=label,
            choice=name, checked=lambda: str(choice.now()) == value, menu=MenuPlace(f"{MENU}/{name}"),
            section=Section.SETTINGS,
        )  # fmt: skip


def settings_action(
    id: str, icon: str, text: str, order: int, run: Callable[[], object], checked: Callable[[], bool] | None = None
) -> Action:
    """An action that stands only in this menu. `order`: among those of features."""
    title, place = f"{_title()}: {text}", MenuPlace(MENU, 1, order)
    return Action(id, title, run, icon, text, checked=checked, menu=place, section=Section.SETTINGS)


def _title() -> str:
    return QCoreApplication.translate("AppMenu", "Settings")


def _sizes() -> dict[str, str]:
    return {str(percent): f"{percent} %" for percent in (90, 100, 110, 125, 150, 175, 200)}
