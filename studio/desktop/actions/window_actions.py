"""WindowActions: all that can be done in a window, by its name and by its keys."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.desktop.actions.action import Action, MenuEntry, harvest
from studio.desktop.actions.command_palette import CommandPalette
from studio.desktop.actions.default_shortcuts import Scope
from studio.desktop.actions.keymap import Keymap
from studio.desktop.actions.shortcut_editor import ShortcutEditor
from studio.desktop.shell.notices import NoticeAction, Notices


class WindowActions(QObject):
    """Gathers the actions of a window, and gives them their keys."""

    keys_chosen = Signal(dict)
    """By the id of their action."""

    def __init__(self, window: QWidget, notices: Notices, keys: Mapping[str, str], recent: list[str]) -> None:
        """`recent` has the titles of what was done from the palette, and is brought up to date."""
        super().__init__(window)
        self._window, self._notices, self._recent = window, notices, recent
        self._sources: list[Callable[[], Iterable[Action]]] = []
        self._areas: list[QWidget] = []
        self.menu_entries: list[MenuEntry] = []
        self.palette: CommandPalette | None = None
        self.dialog: ShortcutEditor | None = None
        self.keymap = Keymap(self.commands, self)
        self.keymap.clashed.connect(self._show_clash)
        self.keymap.use(keys)

    # ---- what there is

    def add(self, *actions: Action) -> None:
        self._sources.append(lambda: actions)

    def add_source(self, source: Callable[[], Iterable[Action]]) -> None:
        """For actions that change with what is shown; asked each time."""
        self._sources.append(source)

    def add_area(self, area: QWidget, scope: Scope | None = None) -> None:
        """Whose buttons are actions; with a `scope`, it hears the keys of that."""
        self._areas.append(area)
        if scope is not None:
            self.keymap.serve(area, scope)

    def add_to_menu(self, *entries: MenuEntry) -> None:
        """Of the settings."""
        self.menu_entries += entries

    def keys(self, id: str) -> str:
        """As people read them; '' for none."""
        return self.keymap.text(id)

    def commands(self) -> list[Action]:
        found = [action for source in self._sources for action in source()]
        known = {action.id for action in found}
        for action in (action for area in self._areas for action in harvest(area)):
            if action.id not in known:  # what has no room in a bar stands in the menu at its end as well
                found.append(action)
                known |= {action.id} - {""}
        return [action._replace(keys=self.keymap.text(action.id)) if action.id else action for action in found]

    # ---- showing it

    def open_palette(self) -> None:
        """All that can be done now, by its name."""
        able = [action for action in self.commands() if action.able and action.id != "palette"]
        self.palette = CommandPalette(able, self._recent, self._window)
        self.palette.open_over(self._window)

    def change_keys(self) -> None:
        self.dialog = ShortcutEditor(self.keymap, self._window)
        self.dialog.chosen.connect(self.keys_chosen)
        self.dialog.open()

    def _show_clash(self, keys: str) -> None:
        text = self.tr("{0} belongs to more than one command, so nothing was done; choose other keys for one of them.")
        actions = [NoticeAction(self.tr("Keyboard shortcuts…"), self.change_keys)]
        self._notices.show_line("keys", "warning", text.format(keys), actions)
