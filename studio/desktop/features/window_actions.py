"""WindowActions: the actions of a window that belong to no part of it alone."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.desktop.actions.action import Action, DefaultShortcut, MenuPlace
from studio.desktop.actions.dialogs import ActionDialogs
from studio.desktop.actions.shortcuts import Shortcuts

if TYPE_CHECKING:
    from studio.desktop.main_window import MainWindow


def _keys(*keys: str, repeats: bool = False) -> DefaultShortcut:
    return DefaultShortcut(keys, repeats=repeats)


class WindowActions(QObject):
    """Registers them, and those of the palette and the shortcut editor, before the parts that they act on are built."""

    def __init__(self, window: "MainWindow", shortcuts: Shortcuts) -> None:
        super().__init__(window)
        self._window, self._actions = window, window.action_table
        self._add_general()
        self._add_finding()
        self.dialogs = ActionDialogs(
            window.action_table, shortcuts, window.session.memory.commands,
            lambda keys: window.preferred.emit({"keys": keys}), window.notices, window,
        )  # fmt: skip
        last = MenuPlace("settings", 2)
        self._actions.add(Action("quit", self.tr("Quit"), window.quit, "cancel", shortcut=_keys("Ctrl+Q"), menu=last))

    def _add_general(self) -> None:
        window, stack = self._window, self._window.session.document.stack
        undo, redo = self.tr("Undo: {0}"), self.tr("Redo: {0}")
        for action in (
            Action(
                "generate", self.tr("Generate"), window.generate,
                about=self.tr("Start this job, or add it to the queue"), shortcut=_keys("Ctrl+Return"),
            ),
            Action(
                "cancel", self.tr("Cancel the running job"), window.escape, "cancel", self.tr("Cancel"),
                self.tr("Cancel this job"), shortcut=_keys("Esc"),
            ),
            Action(
                "undo", self.tr("Undo"), stack.undo, enabled=stack.canUndo,
                now=lambda: undo.format(stack.undoText()), shortcut=_keys("Ctrl+Z", repeats=True),
            ),
            Action(
                "redo", self.tr("Redo"), stack.redo, enabled=stack.canRedo,
                now=lambda: redo.format(stack.redoText()), shortcut=_keys("Ctrl+Shift+Z", "Ctrl+Y", repeats=True),
            ),
            Action(
                "sweep", self.tr("Sweep"), lambda: window.sweep.ask(), "grid",
                about=self.tr("Sweep: one or two settings through several values"),
            ),
            Action(
                "blend", self.tr("Blend board"), lambda: window.blend.ask(), "blend",
                about=self.tr("Blend board: pictures at the corners, a puck between them"),
            ),
        ):  # fmt: skip
            self._actions.add(action)

    def _add_finding(self) -> None:
        window = self._window
        for id, title, run, keys in (
            ("search", self.tr("Search the pictures"), lambda: window.go_to(window.filmstrip.search), _keys("Ctrl+F")),
            ("strip", self.tr("Go to the strip"), lambda: window.go_to(window.filmstrip.list), _keys("Ctrl+L")),
            ("next-area", self.tr("Go to the next panel"), window.next_area, _keys("F6")),
            ("paste", self.tr("Show the copied picture"), lambda: window.importer.paste(), _keys("Ctrl+V")),
            ("open", self.tr("Open a project"), lambda: window.document_files.ask_open(), _keys("Ctrl+O")),
        ):
            self._actions.add(Action(id, title, run, shortcut=keys))
        delete, trash = self.tr("Delete the pictures marked in the strip"), self.tr("Open the trash")
        self._actions.add(Action("delete", delete, lambda: window.trash.delete_chosen()))
        place, short = MenuPlace("settings", 1, 3), self.tr("Trash…")
        self._actions.add(Action("trash", trash, lambda: window.trash.open(), "trash", short, menu=place))
