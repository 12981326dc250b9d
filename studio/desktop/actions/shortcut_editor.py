"""ShortcutEditor: every action with its keys, which can be changed; what is changed holds at once."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.desktop.actions.action import Scope
from studio.desktop.actions.keymap import normal
from studio.desktop.actions.shortcuts import first
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import plain_label
from studio.desktop.style import theme

SIZE = QSize(640, 620)
ID = Qt.ItemDataRole.UserRole
MOVING = {
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Up,
    Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown, Qt.Key.Key_Backspace, Qt.Key.Key_Delete,
}  # fmt: skip
"""By which people move about a window and its buttons, and delete; not to be chosen for all of it."""


class ShortcutEditor(QDialog):
    """`chosen` carries what Keymap.use takes, and is to be connected to it."""

    chosen = Signal(dict)

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self._keymap = actions.keymap
        self._names = {action.id: action.title for action in actions if action.palette}
        self._wanted = ""
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search by name or shortcut"))
        self.search.setAccessibleName(self.tr("Search the shortcuts"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.list = self._make_list()
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName(self.tr("New shortcut"))
        self.edit.editingFinished.connect(self._choose_pressed)
        self.none = self._button(self.tr("None"), self.tr("Remove the shortcut"), self._clear)
        self.reset = self._button(self.tr("Default"), self.tr("Restore the default shortcut"), self._reset)
        self.take_over = self._button("", "", self._take_over)
        self.leave = self._button(self.tr("Cancel"), self.tr("Keep the shortcut as it is"), self._leave)
        self.reset_all = self._button(self.tr("Reset all"), self.tr("Restore all default shortcuts"), self._reset_all)
        self.close_button = self._button(self.tr("Close"), "", self.accept)
        self._about, self._message = QLabel(), plain_label("")
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._about.setBuddy(self.edit)
        self._lay_out()
        self.resize(theme.scaled(SIZE.width(), 0.7), SIZE.height())
        self._keymap.changed.connect(self._refresh)
        self._fill()

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setAccessibleName(self.tr("Commands"))
        made.setHeaderLabels([self.tr("Command"), self.tr("Shortcut"), self.tr("Where")])
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        made.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        made.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        made.header().setStretchLastSection(False)
        made.currentItemChanged.connect(lambda now, _: self._choose(now))
        made.itemActivated.connect(lambda *_: self.edit.setFocus())
        made.installEventFilter(self)
        return made

    def _button(self, text: str, about: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(about)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: run())
        return button

    def _lay_out(self) -> None:
        editing, asking, end = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        editing.addWidget(self.edit, 1)
        editing.addWidget(self.none)
        editing.addWidget(self.reset)
        asking.addWidget(self._message, 1)
        asking.addWidget(self.take_over)
        asking.addWidget(self.leave)
        end.addWidget(self.reset_all)
        end.addStretch(1)
        end.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.space("gap")] * 4)
        column.setSpacing(theme.space("close"))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._about)
        for row in (editing, asking, end):
            column.addLayout(row)

    # ---- the list

    def _fill(self) -> None:
        for id, name in self._names.items():
            item = QTreeWidgetItem(self.list, [name, "", self._where(self._keymap.default(id).scope)])
            item.setData(0, ID, id)
            item.setSizeHint(0, QSize(0, self.fontMetrics().height() + 10))
            item.setForeground(2, QColor(theme.token("muted")))
        self._refresh()
        self.list.setCurrentItem(self._items()[0])

    def _where(self, scope: Scope) -> str:
        return {
            Scope.WINDOW: self.tr("everywhere"), Scope.CANVAS: self.tr("on the canvas"),
            Scope.LAYERS: self.tr("in the layers"),
        }[scope]  # fmt: skip

    def _items(self) -> list[QTreeWidgetItem]:
        return [item for row in range(self.list.topLevelItemCount()) if (item := self.list.topLevelItem(row))]

    def _refresh(self) -> None:
        for item in self._items():
            id = item.data(0, ID)
            item.setText(1, self._keymap.text(id))
            font = self.list.font()
            font.setBold(id in self._keymap.chosen)  # those that are not as usual
            item.setFont(1, font)
        self.reset_all.setEnabled(bool(self._keymap.chosen))
        self._choose(self.list.currentItem())

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        shown = []
        for item in self._items():
            content = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(word in content for word in words))
            if not item.isHidden():
                shown.append(item)
        if shown and self.list.currentItem() not in shown:
            self.list.setCurrentItem(shown[0])

    @property
    def current(self) -> str:
        """The id of the action that is marked."""
        item = self.list.currentItem()
        return str(item.data(0, ID)) if item else ""

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        id = self.current
        self._about.setText(self.tr("Shortcut for “{0}”:").format(item.text(0) if item else ""))
        self.edit.setKeySequence(QKeySequence(next(iter(self._keymap.keys(id)), "")))
        self.none.setEnabled(bool(self._keymap.keys(id)))
        self.reset.setEnabled(id in self._keymap.chosen)
        self._ask("")

    # ---- changing

    def _choose_pressed(self) -> None:
        """Choose what was pressed, unless it is another action's, or people move about the window by it."""
        keys, id = normal(self.edit.keySequence().toString()), self.current
        if not keys or not id or keys in map(normal, self._keymap.keys(id)[:1]):
            return
        if self._keymap.default(id).scope is Scope.WINDOW and _moves(self.edit.keySequence()):
            self._choose(self.list.currentItem())
            self._message.setText(
                self.tr("These keys are needed for moving and typing; combine them with Ctrl or Alt.")
            )
        elif holders := self._keymap.holders(id, keys):
            names = ", ".join(f"“{self._names.get(holder, holder)}”" for holder in holders)
            self._wanted = keys
            shown = self.edit.keySequence().toString(QKeySequence.SequenceFormat.NativeText)
            self._ask(self.tr("{0} is the shortcut of {1}.").format(shown, names))
        else:
            self._put({id: keys})

    def _ask(self, text: str) -> None:
        self._message.setText(text)
        self._wanted = self._wanted if text else ""
        self.take_over.setText(self.tr("Reassign"))
        self.take_over.setToolTip(self.tr("The other command loses its shortcut"))
        for button in (self.take_over, self.leave):
            button.setVisible(bool(text))
        if text:
            self.take_over.setFocus()

    def _take_over(self) -> None:
        keys, id = self._wanted, self.current
        others = [holder for holder in self._keymap.holders(id, keys) if holder in self._keymap.chosen]
        self._put({**dict.fromkeys(others, ""), id: keys})
        self.list.setFocus()

    def _leave(self) -> None:
        self._choose(self.list.currentItem())
        self.edit.setFocus()

    def _clear(self) -> None:
        self._put({self.current: ""})

    def _reset(self) -> None:
        """The usual keys, which may be another action's by now: then that is asked first."""
        id = self.current
        usual = self._keymap.default(id).keys
        self.chosen.emit({other: keys for other, keys in self._keymap.chosen.items() if other != id})
        if usual and not self._keymap.keys(id):
            self.edit.setKeySequence(QKeySequence(usual[0]))
            self._choose_pressed()

    def _reset_all(self) -> None:
        self.chosen.emit({})

    def _put(self, keys: dict[str, str]) -> None:
        """What is as usual is not kept: then a later version may have a better default."""
        known = {**self._keymap.chosen, **keys}
        usual = {id for id in keys if known[id] and known[id] in map(normal, self._keymap.default(id).keys[:1])}
        self.chosen.emit({id: chosen for id, chosen in known.items() if id not in usual})

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the list, Delete takes the keys away."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete:
            self._clear()
            return True
        return super().eventFilter(watched, event)


def _moves(keys: QKeySequence) -> bool:
    """Whether a window without them would be a trap for whoever has no mouse."""
    combination = first(keys)
    modifiers = combination.keyboardModifiers() & ~Qt.KeyboardModifier.ShiftModifier
    return modifiers == Qt.KeyboardModifier.NoModifier and combination.key() in MOVING
