"""Dock: a part of the window that can be moved, floated and hidden; its title bar is there when it is of use."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from studio.desktop.style import theme

Feature = QDockWidget.DockWidgetFeature


class Dock(QDockWidget):
    """Holds a widget. While it stands still in the window it looks as if it could not be moved: no bar, no frame."""

    def __init__(self, name: str, title: str, icon: str, content: QWidget, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setObjectName(name)
        self.title, self.icon = title, theme.icon(icon)
        self.in_sight = True
        """Whether people can see what is in it: it is neither hidden nor behind another one."""
        self._arranging = self._alone = False
        self.content = content
        self._bare, self._bar = _holder(self), TitleBar(title, self)
        self._bar.hide()
        self._bar.floated.connect(lambda: self.setFloating(not self.isFloating()))
        self._bar.closed.connect(self.close)
        self.setFeatures(Feature.DockWidgetMovable | Feature.DockWidgetFloatable | Feature.DockWidgetClosable)
        self.setTitleBarWidget(self._bare)
        holder = _holder(self, content)  # hidden by itself, the content would take the room of its dock along
        self.setWidget(holder)
        self.topLevelChanged.connect(self._dress)

    def arrange(self, on: bool) -> None:
        """Show by what it can be taken."""
        self._arranging = on
        self._dress()

    def stand(self, in_sight: bool, alone: bool) -> None:
        """Qt moves what lies behind another tab out of sight, where Tab would still reach it; hidden, it does not.

        `alone`: no tab tells its name.
        """
        self.in_sight, self._alone = in_sight, alone
        if self.content.isHidden() == in_sight:
            self.content.setVisible(in_sight)
        self._dress()

    def _dress(self) -> None:
        barred = (self.in_sight and (self._arranging or self._alone)) or self.isFloating()
        shown, hidden = (self._bar, self._bare) if barred else (self._bare, self._bar)
        if self.titleBarWidget() is not shown:
            self.setTitleBarWidget(shown)
            hidden.hide()
            shown.show()
        self._bar.show_floating(self.isFloating())


class TitleBar(QFrame):
    """Whatever it leaves alone, a drag above all, the dock hears."""

    floated = Signal()
    closed = Signal()

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "title")
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        name = QLabel(title, self)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._title = title
        self._float = self._button("detach")
        self._float.clicked.connect(self.floated)
        close = self._button("cancel")
        close.clicked.connect(self.closed)
        _name(close, self.tr("Close the panel: {0}").format(title))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.space("gap"), 2, theme.space("tight"), 2)
        row.setSpacing(2)
        row.addWidget(name, 1)
        row.addWidget(self._float)
        row.addWidget(close)
        self.show_floating(False)

    def show_floating(self, floating: bool) -> None:
        back, away = self.tr("Dock: {0}"), self.tr("Float: {0}")
        _name(self._float, (back if floating else away).format(self._title))
        self._float.setIcon(theme.icon("attach" if floating else "detach"))

    def _button(self, icon: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(theme.icon(icon))
        button.setCursor(Qt.CursorShape.ArrowCursor)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button


def _holder(parent: QWidget, *contents: QWidget) -> QWidget:
    """Around them, or around nothing, without a margin."""
    made = QWidget(parent)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    for content in contents:
        column.addWidget(content)
    return made


def _name(button: QToolButton, words: str) -> None:
    button.setAccessibleName(words)
    button.setToolTip(words)
