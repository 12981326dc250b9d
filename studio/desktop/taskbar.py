"""TaskBar: what the studio can do, one verb below the other, at the side of the window."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from studio.desktop import theme

ICONS = {
    "text-to-image": "create",
    "variation": "vary",
    "blend": "blend",
    "interpolate": "interpolate",
    "text-diff": "swap",
    "inpaint": "inpaint",
    "upscale": "upscale",
}
ICON_SIDE = 22
WIDTH = 92
NUMBERED = 9


class TaskBar(QWidget):
    """Buttons of the tasks, of which one is chosen; Ctrl+1 … Ctrl+9 choose the first nine."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Tasks"))
        self.setFixedWidth(WIDTH)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 8, 10)
        column.setSpacing(4)
        self._tasks = QVBoxLayout()
        self._tasks.setSpacing(4)
        self._tools = QVBoxLayout()
        self._tools.setSpacing(4)
        column.addLayout(self._tasks)
        column.addStretch(1)
        column.addLayout(self._tools)
        for number in range(NUMBERED):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), self)
            shortcut.activated.connect(lambda number=number: self._press(number))

    def set_tasks(self, tasks: Sequence[tuple[str, str, str]]) -> None:
        """(id, title, description) of each; the chosen one stays chosen."""
        current = self.current
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._tasks.removeWidget(button)
            button.deleteLater()
        self._buttons = {}
        for number, (id, title, description) in enumerate(tasks):
            self._add(number, id, title, description)
        if current in self._buttons:
            self._buttons[current].setChecked(True)

    def choose(self, id: str) -> None:
        """Mark a task as the chosen one, without telling."""
        if id in self._buttons:
            self._buttons[id].setChecked(True)

    @property
    def current(self) -> str:
        return next((id for id, button in self._buttons.items() if button.isChecked()), "")

    def add_tool(self, icon: str, title: str) -> QToolButton:
        """A button at the bottom, for the window itself."""
        button = verb(icon, title, self)
        self._tools.addWidget(button)
        return button

    def _add(self, number: int, id: str, title: str, description: str) -> None:
        button = verb(ICONS.get(id, "plugin"), title, self)
        button.setCheckable(True)
        keys = f"Ctrl+{number + 1}" if number < NUMBERED else ""
        button.setToolTip(plain(" · ".join(part for part in (description or title, keys) if part)))
        button.setAccessibleDescription(description)
        button.clicked.connect(lambda: self.chosen.emit(id))
        self._group.addButton(button)
        self._buttons[id] = button
        self._tasks.addWidget(button)

    def _press(self, number: int) -> None:
        buttons = [*self._buttons.values()]
        if number < len(buttons):
            buttons[number].click()


def verb(icon: str, title: str, parent: QWidget) -> QToolButton:
    """A button with its picture above its name."""
    button = QToolButton(parent)
    button.setProperty("role", "verb")
    button.setIcon(theme.icon(icon))
    button.setIconSize(QSize(ICON_SIDE, ICON_SIDE))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setText(_short(button, title))
    button.setAccessibleName(title)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def _short(button: QToolButton, title: str) -> str:
    # & would underline the next letter; the title may be anything that a third party has thought of
    room = WIDTH - 22
    return button.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room).replace("&", "&&")


def plain(text: str) -> str:
    """For tooltips, which take anything that looks like it for markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
