"""CommandPalette: all that can be done, found by some letters of its name; Ctrl+K opens it, Enter does it."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.actions.action import PALETTE, Action
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme

SIZE = QSize(560, 380)
"""Of the list, when all actions are in it."""
FRAME = 4
RECENT = 20
KEYS = Qt.ItemDataRole.UserRole + 1


class CommandPalette(QDialog):
    """`recent` has the titles of what was done last, the last one first, and is brought up to date."""

    def __init__(self, actions: Actions, recent: list[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Commands"))
        self._keys, self._recent = actions.keys, recent
        self.listed = [action for action in actions.listed() if action.enabled() and action.id != PALETTE]
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("What do you want to do?"))
        self.search.setAccessibleName(self.tr("Search the commands"))
        self.search.textChanged.connect(self._fill)
        self.search.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setItemDelegate(TitleAndKeys(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda item: self._run())
        self._none = plain_label(self.tr("No command found."))
        self._none.setProperty("role", "hint")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.search)
        column.addWidget(self.list)
        column.addWidget(self._none)
        self.resize(theme.scaled(SIZE.width(), 0.5), 0)
        self._fill("")

    def open_over(self, window: QWidget) -> None:
        """In the middle of a window, near its top."""
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + window.height() // 8)
        self.show()
        self.activateWindow()
        self.search.setFocus()

    def _fill(self, text: str) -> None:
        self.list.clear()
        for action in ordered(self.listed, text, self._recent):
            title, keys = action.current_title, self._keys(action.id)
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, self.listed.index(action))
            item.setData(KEYS, keys)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{title} {keys}".strip())
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._none.setVisible(not self.list.count())
        self.list.setVisible(bool(self.list.count()))
        self._fit()

    def _fit(self) -> None:
        """As high as what was found, and no higher than a list that scrolls."""
        self.list.setFixedHeight(min(self.list.count() * self.list.sizeHintForRow(0) + FRAME, SIZE.height()))
        self._column.activate()
        self.resize(self.width(), self.minimumSizeHint().height())

    def _run(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        action = self.listed[item.data(Qt.ItemDataRole.UserRole)]
        title = action.current_title
        if title in self._recent:
            self._recent.remove(title)
        self._recent.insert(0, title)
        del self._recent[RECENT:]
        self.close()
        action.run()

    def changeEvent(self, event: QEvent) -> None:
        """A click elsewhere closes it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isVisible() and not self.isActiveWindow():
            self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keyboard stays in the line; up and down choose in the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
            if (step := steps.get(Qt.Key(event.key()))) is not None:
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)


class TitleAndKeys(QStyledItemDelegate):
    """What it is called at the left, and its keys at the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        area = option.rect.adjusted(10, 0, -10, 0)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.token("accent-soft")))
        keys = str(index.data(KEYS) or "")
        wide = painter.fontMetrics().horizontalAdvance(keys) + 12 if keys else 0
        painter.setPen(QColor(theme.token("text")))
        room = area.adjusted(0, 0, -wide, 0)
        text = painter.fontMetrics().elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QColor(theme.token("muted")))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, keys)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, option.fontMetrics.height() + 14)


def ordered(actions: Sequence[Action], text: str, recent: Sequence[str]) -> list[Action]:
    """Those that have all the letters in their order: beginnings of words first, then what was done lately."""
    wanted = text.casefold().split()
    found = []
    for number, action in enumerate(actions):
        title = action.current_title
        scores = [_score(title.casefold(), word) for word in wanted]
        if all(score > 0 for score in scores):
            age = recent.index(title) if title in recent else RECENT
            found.append((-sum(scores), age, number, action))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])]


def _score(title: str, word: str) -> int:
    """0 for no match; more for the beginning of a word, or for letters that stand together."""
    at = title.find(word)
    if at == 0:
        return 5
    if at > 0:
        return 4 if not title[at - 1].isalnum() else 3
    letters = iter(title)
    return 1 if all(letter in letters for letter in word) else 0
