"""Buttons that show an action of the table: its icon, its text, its tooltip with its keys, whether it is enabled."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from studio.desktop.actions.table import Actions


def tool_button(actions: Actions, id: str, parent: QWidget, role: str = "", named: bool = False) -> QToolButton:
    """With its icon, and if it is `named` with its text beside it."""
    button = QToolButton(parent)
    button.setObjectName(id)
    if role:
        button.setProperty("role", role)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if named:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    action = actions[id]
    button.setAccessibleName(action.title)
    if action.tooltip != action.title:
        button.setAccessibleDescription(action.tooltip)
    show_action(button, actions.qaction(id), named)
    return button


def show_action(button: QAbstractButton, action: QAction, named: bool = True) -> None:
    """`named`: whether it shows the text too; False for a button with its own words."""
    ActionOfButton(button, action, named)


class ActionOfButton(QObject):
    """Keeps a button like an action. (A QToolButton could do that by itself, a QPushButton could not.)"""

    def __init__(self, button: QAbstractButton, action: QAction, named: bool) -> None:
        super().__init__(button)
        self._button, self._action, self._named = button, action, named
        if not action.icon().isNull():
            button.setIcon(action.icon())
        button.setCheckable(action.isCheckable())
        button.clicked.connect(self._trigger)
        action.changed.connect(self._show)
        self._show()

    def _trigger(self) -> None:
        self._action.trigger()
        self._button.setChecked(self._action.isChecked())

    def _show(self) -> None:
        button, action = self._button, self._action
        if self._named:
            button.setText(action.text())
        says_nothing_more = isinstance(button, QPushButton) and action.toolTip() == action.text()
        button.setToolTip("" if says_nothing_more else action.toolTip())
        button.setEnabled(action.isEnabled())
        button.setChecked(action.isChecked())


class TooltipOfButton(QObject):
    """Only the tooltip, with the keys, for a button that has its own words and signals."""

    def __init__(self, button: QAbstractButton, action: QAction) -> None:
        super().__init__(button)
        self._button, self._action = button, action
        action.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._button.setToolTip(self._action.toolTip())
