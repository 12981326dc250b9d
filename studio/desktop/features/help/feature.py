"""HelpFeature: opens the two dialogs."""

import platform
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, qVersion

from studio import __version__
from studio.desktop.actions.action import Action, DefaultShortcut, MenuPlace, Section
from studio.desktop.style import language
from studio.desktop.workbench import Workbench

if TYPE_CHECKING:
    from studio.desktop.features.help.dialog import AboutDialog, HelpDialog

ORDER = 90
"""Below all else in the settings."""
NAMED = ("torch", "diffusers", "transformers", "pillow")


class HelpFeature(QObject):
    """Both are read without the network."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        self.dialog: HelpDialog | AboutDialog | None = None
        for action in (
            Action(
                "help", self.tr("Help"), self.show_help, "book", shortcut=DefaultShortcut(("F1",)),
                menu=MenuPlace("settings", 3, ORDER), section=Section.WINDOW,
            ),
            Action(
                "about", self.tr("About Open Image Studio"), self.show_about, "info",
                menu=MenuPlace("settings", 3, ORDER + 1), section=Section.WINDOW,
            ),
        ):  # fmt: skip
            workbench.actions.add(action)

    def show_help(self) -> None:
        from studio.desktop.features.help.dialog import HelpDialog  # few open it in a session

        spoken = language.chosen(self._workbench.session.settings.language)
        self._open(HelpDialog(spoken, self._workbench.window))

    def show_about(self) -> None:
        from studio.desktop.features.help.dialog import AboutDialog  # few open it in a session

        self._open(AboutDialog(self._facts(), self._workbench.window))

    def _open(self, dialog: "HelpDialog | AboutDialog") -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _facts(self) -> list[tuple[str, str]]:
        """What somebody who helps would ask for."""
        session = self._workbench.session
        return [
            (self.tr("Version"), __version__),
            (self.tr("System"), platform.platform()),
            ("Python", platform.python_version()),
            ("Qt", qVersion()),
            *((name, _version(name)) for name in NAMED),
            (self.tr("Models"), str(len(session.all_models))),
            (self.tr("Home folder"), str(session.settings.home)),
            (self.tr("Logs"), str(session.settings.home / "logs")),
            (self.tr("Program"), sys.prefix),
        ]


def _version(name: str) -> str:
    """Without importing it: that would take seconds, and the window holds no torch."""
    from importlib import metadata  # 2.5 MB with the parser of mail that it is built on

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "–"
