"""LiveBar: says that what is seen on the canvas is a preview, and takes it, draws another, or ends it."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from studio.desktop.actions.buttons import tool_button
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.widgets.button_fit import fit

ACTIONS = ("live.keep", "live.other", "live.canvas")


class LiveBar(QFrame):
    """In the place of the buttons for results, which are not there then."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "choices")
        self.setAccessibleName(self.tr("Live preview"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 12, 5)
        row.setSpacing(4)
        label = plain_label(self.tr("Live preview"))
        label.setProperty("role", "hint")
        label.setWordWrap(False)
        row.addWidget(label)
        row.addSpacing(6)
        self._buttons = [tool_button(actions, id, self, "segment", named=True) for id in ACTIONS]
        for button in self._buttons:
            row.addWidget(button)
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit(self, self._buttons, self.width())
