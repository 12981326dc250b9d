"""ActionMenu: a menu of the actions whose place it is, made anew when it opens after they have changed."""

from itertools import groupby

from PySide6.QtWidgets import QMenu, QWidget

from studio.desktop.actions.action import MenuPlace
from studio.desktop.actions.table import Actions
from studio.desktop.style import theme


class ActionMenu(QMenu):
    """`id` is what the places of the actions name; submenus come before actions of the same place."""

    def __init__(self, actions: Actions, id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._actions, self.id = actions, id
        self._submenus: dict[str, ActionMenu] = {}
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """All of it anew, submenus too."""
        self._actions.refresh()
        self.clear()
        entries = [*self._places()]
        for number, (_, group) in enumerate(groupby(entries, key=lambda entry: entry[0].group)):
            if number:
                self.addSeparator()
            for _, id, is_menu in group:
                if is_menu:
                    self._add_submenu(id)
                else:
                    self.addAction(self._actions.qaction(id))

    def _places(self) -> list[tuple[MenuPlace, str, bool]]:
        found = [(one.place, one.id, True) for one in self._actions.submenus if one.place.menu == self.id]
        for action in self._actions:
            if action.menu is not None and action.menu.menu == self.id:
                found.append((action.menu, action.id, False))
        return sorted(found, key=lambda entry: (entry[0].group, entry[0].order))

    def _add_submenu(self, id: str) -> None:
        known = next(one for one in self._actions.submenus if one.id == id)
        inner = self._submenus.get(id)
        if inner is None:
            inner = self._submenus[id] = ActionMenu(self._actions, id, self)
            inner.setTitle(known.title.replace("&", "&&"))
            inner.setIcon(theme.icon(known.icon))
        inner.fill()
        self.addMenu(inner)
