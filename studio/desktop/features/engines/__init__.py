"""Engines on other machines: which there are, and which one is used."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.desktop.actions.app_menu import settings_action
from studio.desktop.workbench import Workbench

if TYPE_CHECKING:
    from studio.desktop.features.engines.dialog import EnginesDialog


class Engines(QObject):
    """Opens the dialog."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        self.dialog: EnginesDialog | None = None
        workbench.actions.add(settings_action("engines", "hood", self.tr("Engines…"), 8, self.open))

    def open(self) -> "EnginesDialog":
        from studio.desktop.features.engines.dialog import EnginesDialog  # few open it in a session

        if self.dialog is None:
            self.dialog = EnginesDialog(self._workbench)
            self.dialog.destroyed.connect(self._forget)
        self.dialog.show()
        self.dialog.raise_()
        return self.dialog

    def _forget(self) -> None:
        self.dialog = None


def install(workbench: Workbench) -> None:
    Engines(workbench)
