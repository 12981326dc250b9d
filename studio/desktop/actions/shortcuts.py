"""Shortcuts: makes the keys of a table's actions work in the parts of a window."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import shiboken6
from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from studio.desktop.actions.action import Action, Scope
from studio.desktop.actions.table import Actions

ID = "action"
"""A property of the shortcuts that are made here."""


class Part(NamedTuple):
    """A part of the window in which the keys of a scope work."""

    scope: Scope
    root: QWidget
    view: QWidget
    """What must have the keyboard itself for letters: elsewhere in the part they are written."""


class Shortcuts(QObject):
    """Follows the table and its keymap."""

    ambiguous = Signal(str)
    """These keys (as people read them) belong to more than one action, so nothing was done."""

    def __init__(self, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._keymap = actions, actions.keymap
        self._parts: list[Part] = []
        actions.added.connect(self._added)
        actions.removed.connect(self._removed)
        self._keymap.changed.connect(self._make_all)

    def serve(self, scope: Scope, root: QWidget, view: QWidget | None = None) -> None:
        """Make the keys of this scope work in a part of the window, from now on."""
        part = Part(scope, root, view or root)
        self._parts.append(part)
        for action in self._actions:
            self._make(part, action)

    def _added(self, id: str) -> None:
        if id in self._keymap.chosen:  # which may take them from another action
            self._make_all()
            return
        for part in self._valid():
            self._make(part, self._actions[id])

    def _removed(self, id: str) -> None:
        for part in self._valid():
            _clear(part, id)

    def _make_all(self) -> None:
        for part in self._valid():
            _clear(part)
            for action in self._actions:
                self._make(part, action)

    def _valid(self) -> list[Part]:
        self._parts = [part for part in self._parts if shiboken6.isValid(part.root)]
        return self._parts

    def _make(self, part: Part, action: Action) -> None:
        default, keys = action.shortcut, self._keymap.keys(action.id)
        if default.scope is not part.scope:
            return
        if not default.built_in:
            self._shortcut(part, action, part.view, keys, lambda: self._actions.run(action.id))
        elif keys != default.keys:  # the widget handles those: what is not wanted any more is kept from it
            unwanted = [usual for usual in default.keys if usual not in keys]
            self._shortcut(part, action, part.root, unwanted, lambda: None)
            others = [chosen for chosen in keys if chosen not in default.keys]
            self._shortcut(part, action, part.root, others, lambda: press(QApplication.focusWidget(), default.keys[0]))

    def _shortcut(
        self, part: Part, action: Action, at: QWidget, keys: Iterable[str], run: Callable[[], object]
    ) -> None:
        sequences = _sequences(keys)
        if not sequences:
            return
        shortcut = QShortcut(at)
        shortcut.setKeys(sequences)
        shortcut.setProperty(ID, action.id)
        shortcut.setAutoRepeat(action.shortcut.repeats or part.scope is not Scope.WINDOW)
        shortcut.setContext(_context(part, at))
        shortcut.activated.connect(run)
        native = QKeySequence.SequenceFormat.NativeText
        shortcut.activatedAmbiguously.connect(lambda: self.ambiguous.emit(shortcut.key().toString(native)))


def _context(part: Part, at: QWidget) -> Qt.ShortcutContext:
    if part.scope is Scope.WINDOW:
        return Qt.ShortcutContext.WindowShortcut
    if at is part.root:
        return Qt.ShortcutContext.WidgetWithChildrenShortcut
    return Qt.ShortcutContext.WidgetShortcut


def _clear(part: Part, id: str = "") -> None:
    """Take away the shortcuts of one action, or of all."""
    for at in {part.root, part.view}:
        for shortcut in at.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly):
            made_for = shortcut.property(ID)
            if made_for and (not id or made_for == id):
                shortcut.setEnabled(False)
                shortcut.setProperty(ID, None)
                shortcut.deleteLater()


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
