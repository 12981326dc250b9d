"""Keymap: the keys of each action: the default ones, or those that the user has chosen."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from studio.desktop.actions.action import NO_SHORTCUT, DefaultShortcut


class Keymap(QObject):
    """Knows actions by their ids, also those that are not there now: a plugin may come back."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.chosen: dict[str, str] = {}
        """By action; '' for one that shall have no keys."""
        self._defaults: dict[str, DefaultShortcut] = {}

    def declare(self, id: str, shortcut: DefaultShortcut) -> None:
        self._defaults[id] = shortcut

    def forget(self, id: str) -> None:
        self._defaults.pop(id, None)

    def use(self, chosen: Mapping[str, str]) -> None:
        """What cannot be read as keys is passed over, and the default ones hold."""
        plain = {id: normal(keys) for id, keys in chosen.items()}
        self.chosen = {id: keys for id, keys in plain.items() if keys or not chosen[id]}
        self.changed.emit()

    def default(self, id: str) -> DefaultShortcut:
        return self._defaults.get(id, NO_SHORTCUT)

    def keys(self, id: str) -> tuple[str, ...]:
        """Those that somebody chose; else the default ones, as far as nobody chose them for another action."""
        chosen = self.chosen.get(id)
        if chosen is not None:
            return (chosen,) if chosen else ()
        default = self.default(id)
        taken = {keys for other, keys in self.chosen.items() if self.default(other).scope.meets(default.scope)}
        return tuple(keys for keys in default.keys if normal(keys) not in taken)

    def text(self, id: str) -> str:
        """As people read them; '' for none."""
        native = QKeySequence.SequenceFormat.NativeText
        return next((QKeySequence(keys).toString(native) for keys in self.keys(id)), "")

    def holders(self, id: str, keys: str) -> list[str]:
        """The actions that have these keys where those of the action `id` work too."""
        scope, keys = self.default(id).scope, normal(keys)
        others = [other for other in {*self._defaults, *self.chosen} - {id} if self.default(other).scope.meets(scope)]
        return sorted(other for other in others if keys in map(normal, self.keys(other)))


def normal(keys: str) -> str:
    """One spelling of them; '' for what are no keys."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
