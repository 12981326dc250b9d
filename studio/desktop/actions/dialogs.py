"""ActionDialogs: opens the command palette and the shortcut editor."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.desktop.actions.action import PALETTE, Action, DefaultShortcut, MenuPlace
from studio.desktop.actions.shortcuts import Shortcuts
from studio.desktop.actions.table import Actions
from studio.desktop.shell.notices import NoticeAction, Notices

if TYPE_CHECKING:
    from studio.desktop.actions.command_palette import CommandPalette
    from studio.desktop.actions.shortcut_editor import ShortcutEditor


class ActionDialogs(QObject):
    """Registers the actions that open them. `choose_keys` gets what was chosen in the editor."""

    def __init__(
        self,
        actions: Actions,
        shortcuts: Shortcuts,
        recent: list[str],
        choose_keys: Callable[[dict[str, str]], object],
        notices: Notices,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._actions, self._recent, self._choose_keys = actions, recent, choose_keys
        self._notices, self._window = notices, window
        self.palette: CommandPalette | None = None
        self.editor: ShortcutEditor | None = None
        actions.add(Action(PALETTE, self.tr("All commands"), self.open_palette, shortcut=DefaultShortcut(("Ctrl+K",))))
        actions.add(
            Action(
                "keys", self.tr("Keyboard shortcuts"), self.edit_shortcuts, "command", self.tr("Keyboard shortcuts…"),
                shortcut=DefaultShortcut(("Ctrl+Alt+K",)), menu=MenuPlace("settings", 2),
            )
        )  # fmt: skip
        shortcuts.ambiguous.connect(self._show_ambiguous)

    def open_palette(self) -> None:
        """All that can be done now, by its name."""
        from studio.desktop.actions.command_palette import CommandPalette  # few open it in a session

        self.palette = CommandPalette(self._actions, self._recent, self._window)
        self.palette.open_over(self._window)

    def edit_shortcuts(self) -> None:
        from studio.desktop.actions.shortcut_editor import ShortcutEditor  # few open it in a session

        self.editor = ShortcutEditor(self._actions, self._window)
        self.editor.chosen.connect(self._choose_keys)
        self.editor.open()

    def _show_ambiguous(self, keys: str) -> None:
        text = self.tr("{0} is the shortcut of more than one command, so nothing was done; change one of them.")
        buttons = [NoticeAction(self.tr("Keyboard shortcuts…"), self.edit_shortcuts)]
        self._notices.show_line("keys", "warning", text.format(keys), buttons)
