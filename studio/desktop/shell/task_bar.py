"""TaskBar: what the studio can do, one verb below the other, at the side of the window."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QTextLayout, QTextOption
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from studio.descriptions import TaskInfo
from studio.desktop.style import theme
from studio.desktop.style.label_text import action_text, one_line, tooltip

PLUGIN = "plugin"
"""The icon of a task that names none, or one that is not there."""
ICON_SIDE = 22
WIDTH = 96
LINES = 2


class TaskBar(QWidget):
    """Buttons of the tasks, of which one is chosen."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Tasks"))
        self.setFixedWidth(theme.scaled(WIDTH, 0.7))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        page = QWidget()
        self._tasks = QVBoxLayout(page)
        self._tasks.setContentsMargins(6, 0, 6, 0)
        self._tasks.setSpacing(4)
        self._tasks.addStretch(1)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(page)
        self._tools = QVBoxLayout()
        self._tools.setContentsMargins(6, 0, 6, 0)
        self._tools.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 10)
        column.setSpacing(4)
        column.addWidget(self._area, 1)
        column.addLayout(self._tools)

    def set_tasks(self, tasks: Sequence[TaskInfo]) -> None:
        """In this order; the chosen one stays chosen."""
        current = self.current
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._tasks.removeWidget(button)
            button.deleteLater()
        self._buttons = {}
        for task in tasks:
            self._add(task)
        if current in self._buttons:
            self._buttons[current].setChecked(True)

    def choose(self, id: str) -> None:
        """Mark a task as the chosen one, without telling."""
        if id in self._buttons:
            self._buttons[id].setChecked(True)
            self._area.ensureWidgetVisible(self._buttons[id], 0, 0)

    @property
    def current(self) -> str:
        return next((id for id, button in self._buttons.items() if button.isChecked()), "")

    def add_tool(self, icon: str, title: str) -> QToolButton:
        """A button at the bottom, for the window itself."""
        button = verb(icon, title, self)
        self._tools.addWidget(button)
        return button

    def show_keys(self, text: Callable[[str], str]) -> None:
        """`text` returns the keys of the action "task.…", as people read them."""
        for id, button in self._buttons.items():
            parts = button.accessibleDescription() or button.accessibleName(), text(f"task.{id}")
            button.setToolTip(tooltip(" · ".join(part for part in parts if part)))

    def _add(self, task: TaskInfo) -> None:
        button = verb(task.icon if task.icon in theme.names() else PLUGIN, task.title, self)
        button.setCheckable(True)
        button.setToolTip(tooltip(task.description or task.title))
        button.setAccessibleDescription(task.description)
        button.clicked.connect(lambda: self.chosen.emit(task.id))
        self._group.addButton(button)
        self._buttons[task.id] = button
        self._tasks.insertWidget(self._tasks.count() - 1, button)


def verb(icon: str, title: str, parent: QWidget) -> QToolButton:
    """A button with its picture above its name."""
    button = QToolButton(parent)
    button.setProperty("role", "verb")
    button.setIcon(theme.icon(icon))
    button.setIconSize(theme.icon_size(ICON_SIDE))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setText(action_text(wrapped(title, button.font(), theme.scaled(WIDTH, 0.7) - 28)))
    button.setAccessibleName(title)
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button


def wrapped(title: str, font: QFont, room: int) -> str:
    """On as many lines as it needs, at most LINES; the end of a title that is longer still is left out."""
    layout = QTextLayout(one_line(title, 80), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts = []
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(room)
        starts.append(2 * line.textStart())
    layout.endLayout()
    text = layout.text().encode("utf-16-le")  # whose units Qt counts
    ends = [*starts[1:LINES], len(text)]
    lines = [text[start:end].decode("utf-16-le").strip() for start, end in zip(starts, ends, strict=False)]
    metrics = QFontMetrics(font)
    return "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines)
