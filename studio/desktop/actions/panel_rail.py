"""PanelRail: an icon for each panel at the edge of the window; a panel that is closed takes no other room."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.table import Actions
from studio.desktop.shell.dock import Dock
from studio.desktop.style import theme

WIDTH, ICON_SIDE = 36, 20


class PanelRail(QFrame):
    """The icon of a panel that is seen is lit; a click shows the panel, or hides it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setAccessibleName(self.tr("Panels"))
        self.setFixedWidth(theme.scaled(WIDTH, 0.5))
        self.buttons: dict[str, QToolButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2, 10, 2, 10)
        self._column.setSpacing(4)
        self._column.addStretch(1)

    def show_panels(self, actions: Actions, panels: Iterable[Dock]) -> None:
        """In this order; each has its action by now."""
        for at, panel in enumerate(panels):
            name = panel.objectName()
            button = self.buttons[name] = tool_button(actions, f"panel.{name}", self, "tool")
            button.setIcon(panel.icon)
            button.setIconSize(theme.icon_size(ICON_SIDE))
            button.setAccessibleName(panel.title)
            self._column.insertWidget(at, button, 0, Qt.AlignmentFlag.AlignHCenter)
            panel.visibilityChanged.connect(lambda _, name=name: actions.refresh(f"panel.{name}"))
