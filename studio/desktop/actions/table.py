"""Actions: the table of all that can be done in a window, and a QAction for each."""

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup

from studio.desktop.actions.action import Action, Submenu
from studio.desktop.actions.keymap import Keymap
from studio.desktop.style import theme

Source = Callable[[], Iterable[Action]]


class Actions(QObject):
    """Its QActions show what the records say; `refresh` brings them up to date."""

    added = Signal(str)
    removed = Signal(str)

    def __init__(self, keymap: Keymap | None = None, parent: QObject | None = None) -> None:
        """A dialog has a table of its own, with the keymap of its window."""
        super().__init__(parent)
        self.keymap = keymap or Keymap(self)
        self.submenus: list[Submenu] = []
        self._actions: dict[str, Action] = {}
        self._qactions: dict[str, QAction] = {}
        self._choices: dict[str, QActionGroup] = {}
        self._sources: list[Source] = []
        self.keymap.changed.connect(self.refresh)

    # ---- what there is

    def add(self, action: Action) -> QAction:
        """Its `enabled`, `checked` and `now` are called at once. Raises ValueError for an id twice."""
        if not action.id or action.id in self._actions:
            raise ValueError(f"an action needs an id of its own, which “{action.id}” is not")
        self._actions[action.id] = action
        self.keymap.declare(action.id, action.shortcut)
        shown = self._qactions[action.id] = QAction(self)
        if action.icon:
            shown.setIcon(theme.icon(action.icon))
        shown.setCheckable(action.checked is not None)
        if action.choice:
            group = self._choices.setdefault(action.choice, QActionGroup(self))
            group.addAction(shown)
        shown.triggered.connect(lambda _=False: self.run(action.id))
        self._show(action, shown)
        self.added.emit(action.id)
        return shown

    def add_submenu(self, submenu: Submenu) -> None:
        self.submenus.append(submenu)

    def add_source(self, source: Source) -> None:
        """Also list what comes and goes, such as the buttons of a job; those actions have no id and no keys."""
        self._sources.append(source)

    def remove(self, id: str) -> None:
        del self._actions[id]
        self.keymap.forget(id)
        self._qactions.pop(id).deleteLater()
        self.removed.emit(id)

    def replace(self, prefix: str, actions: Iterable[Action]) -> None:
        """Instead of all whose id begins so."""
        for id in [id for id in self._actions if id.startswith(prefix)]:
            self.remove(id)
        for action in actions:
            self.add(action)

    def __iter__(self) -> Iterator[Action]:
        return iter(sorted(self._actions.values(), key=lambda action: action.section))

    def __contains__(self, id: str) -> bool:
        return id in self._actions

    def __getitem__(self, id: str) -> Action:
        return self._actions[id]

    def listed(self) -> list[Action]:
        """For the palette: all that may be chosen by name, in order."""
        passing = [action for source in self._sources for action in source()]
        every = [action for action in self._actions.values() if action.palette] + passing
        return sorted(every, key=lambda action: action.section)

    def qaction(self, id: str) -> QAction:
        return self._qactions[id]

    def keys(self, id: str) -> str:
        """As people read them; '' for none."""
        return self.keymap.text(id)

    # ---- doing it

    def run(self, id: str) -> None:
        """Do it, if it is enabled."""
        action = self._actions.get(id)
        if action is None:
            return
        if action.enabled():
            action.run()
        self.refresh()

    # ---- showing it

    def refresh(self, *ids: str) -> None:
        """Call it when what `enabled`, `checked` or `now` return has changed; without ids, for all."""
        for id in ids or tuple(self._actions):
            if id in self._actions:
                self._show(self._actions[id], self._qactions[id])

    def _show(self, action: Action, shown: QAction) -> None:
        keys, about = self.keymap.text(action.id), action.tooltip
        shown.setText((action.text or action.current_title).replace("&", "&&"))
        shown.setToolTip(f"{about} ({keys})" if keys else about)
        shown.setEnabled(action.enabled())
        if action.checked is not None:
            shown.setChecked(action.checked())
