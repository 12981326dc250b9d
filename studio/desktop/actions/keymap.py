"""Keymap: gives the parts of a window their keys, the usual ones or those that the user has chosen."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence

import shiboken6
from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from studio.desktop.actions.action import Action, without_keys
from studio.desktop.actions.default_shortcuts import DEFAULT_SHORTCUTS, NONE, DefaultShortcut, Scope, of_task

TASK = "task."
GIVEN = "given"
"""A property of the shortcuts that a Keymap has made."""
REPEATING = ("undo", "redo")
Native = QKeySequence.SequenceFormat.NativeText


class Keymap(QObject):
    """`commands` tells what there is. A shortcut or button belongs to the command that its `command` property names."""

    changed = Signal()
    clashed = Signal(str)
    """These keys (as people read them) belong to more than one command, so nothing was done."""

    def __init__(self, commands: Callable[[], list[Action]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.commands = commands
        self.chosen: dict[str, str] = {}
        """By command; '' for one that shall have no keys."""
        self._tasks: dict[str, DefaultShortcut] = {}
        self._served: list[tuple[QWidget, Scope]] = []

    # ---- what holds

    def use(self, chosen: Mapping[str, str]) -> None:
        """What cannot be read as keys is passed over, and the usual ones hold."""
        plain = {id: normal(keys) for id, keys in chosen.items()}
        self.chosen = {id: keys for id, keys in plain.items() if keys or not chosen[id]}
        self._serve_all()

    def number_tasks(self, ids: Sequence[str]) -> None:
        self._tasks = {TASK + id: of_task(number) for number, id in enumerate(ids)}
        self._serve_all()

    def habit(self, id: str) -> DefaultShortcut:
        return DEFAULT_SHORTCUTS.get(id) or self._tasks.get(id) or NONE

    def keys(self, id: str) -> tuple[str, ...]:
        """Those that somebody chose; else the usual ones, as far as nobody chose them for another command."""
        chosen = self.chosen.get(id)
        if chosen is not None:
            return (chosen,) if chosen else ()
        habit = self.habit(id)
        taken = {keys for other, keys in self.chosen.items() if self.habit(other).scope.meets(habit.scope)}
        return tuple(keys for keys in habit.keys if normal(keys) not in taken)

    def text(self, id: str) -> str:
        """As people read them; '' for none."""
        return next((QKeySequence(keys).toString(Native) for keys in self.keys(id)), "")

    def holders(self, id: str, keys: str) -> list[str]:
        """The commands that have these keys where the command `id` would hear them too."""
        scope, keys = self.habit(id).scope, normal(keys)
        others = {*DEFAULT_SHORTCUTS, *self._tasks, *self.chosen} - {id}
        return sorted(
            other for other in others if self.habit(other).scope.meets(scope) and keys in map(normal, self.keys(other))
        )

    # ---- giving them

    def serve(self, root: QWidget, scope: Scope) -> None:
        """From now on, and after every change."""
        self._served.append((root, scope))
        self._give(root, scope)

    def _serve_all(self) -> None:
        self._served = [(root, scope) for root, scope in self._served if shiboken6.isValid(root)]
        for root, scope in self._served:
            self._give(root, scope)
        self.changed.emit()

    def _give(self, root: QWidget, scope: Scope) -> None:
        for shortcut in root.findChildren(QShortcut):
            id = shortcut.property("command")
            if shortcut.property(GIVEN) and shortcut.parent() is root:
                shortcut.setEnabled(False)
                shortcut.deleteLater()
            elif id and self.habit(id).scope is scope:
                shortcut.setKeys(_sequences(self.keys(id)))
        for id in self._ids(scope):
            if self.habit(id).built_in:
                self._stand_in(root, id)
            elif scope is Scope.WINDOW:
                self._shortcut(root, id, self.keys(id), functools.partial(self.run, id)).setAutoRepeat(id in REPEATING)
        self.dress(root)

    def _ids(self, scope: Scope) -> list[str]:
        return [id for id in {**DEFAULT_SHORTCUTS, **self._tasks, **self.chosen} if self.habit(id).scope is scope]

    def _stand_in(self, root: QWidget, id: str) -> None:
        """The widget hears its usual keys by itself: those that are not wanted any more are kept from it."""
        usual, now = self.habit(id).keys, self.keys(id)
        if now == usual:
            return
        self._shortcut(root, id, [keys for keys in usual if keys not in now], lambda: None)
        self._shortcut(
            root, id, [keys for keys in now if keys not in usual], lambda: press(QApplication.focusWidget(), usual[0])
        )

    def _shortcut(self, root: QWidget, id: str, keys: Iterable[str], run: Callable[[], object]) -> QShortcut:
        shortcut = QShortcut(root)
        shortcut.setKeys(_sequences(keys))
        shortcut.setProperty(GIVEN, True)
        shortcut.setProperty("command", id)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        window = self.habit(id).scope is Scope.WINDOW
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut if window else inside)
        shortcut.activated.connect(run)
        shortcut.activatedAmbiguously.connect(lambda: self.clashed.emit(shortcut.key().toString(Native)))
        return shortcut

    def run(self, id: str) -> None:
        """Do it, if it can be done now."""
        for command in self.commands():
            if command.id == id and command.able:
                command.run()
                return

    def dress(self, root: QWidget) -> None:
        """The tooltips of buttons end with the keys; their names are names only."""
        for button in root.findChildren(QAbstractButton):
            id = button.property("command")
            if not id or id.startswith(TASK):
                continue
            button.setAccessibleName(without_keys(button.accessibleName()))
            if words := without_keys(button.toolTip()):
                keys = self.text(id)
                button.setToolTip(f"{words} ({keys})" if keys else words)


def normal(keys: str) -> str:
    """One spelling of them; '' for what are no keys."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def first(keys: QKeySequence) -> QKeyCombination:
    found: QKeyCombination = keys[0]  # type: ignore[index]  # which PySide6's stubs do not know
    return found


def _sequences(keys: Iterable[str]) -> list[QKeySequence]:
    """With the Enter of the number block beside the other one."""
    found = []
    for text in keys:
        found.append(QKeySequence(text))
        if text.endswith("Return"):
            found.append(QKeySequence(text.removesuffix("Return") + "Enter"))
    return found


def press(widget: QWidget | None, keys: str) -> None:
    """As if these had been pressed while it had the keyboard."""
    if widget is None:
        return
    combination = first(QKeySequence(keys))
    key = combination.key()
    text = chr(key.value) if key.value < 0x7F else ""
    event = QKeyEvent(QEvent.Type.KeyPress, key.value, combination.keyboardModifiers(), text)
    while widget is not None:  # not through the application, which would look for shortcuts of these keys
        event.accept()
        widget.event(event)
        if event.isAccepted() or widget.isWindow():
            return
        widget = widget.parentWidget()
