"""Repertoire: all that can be done in a window, by its name and by its keys."""

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.desktop.actions.action import Action, harvest
from studio.desktop.actions.command_palette import CommandPalette
from studio.desktop.actions.default_shortcuts import Scope
from studio.desktop.actions.keymap import Keymap, press
from studio.desktop.actions.shortcut_editor import ShortcutEditor
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.notices import NoticeAction

if TYPE_CHECKING:
    from studio.desktop.main_window import MainWindow


class WindowActions(QObject):
    """Gathers the commands of a window that is complete, and gives them their keys."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.palette: CommandPalette | None = None
        self.dialog: ShortcutEditor | None = None
        self.keymap = Keymap(self.commands, self)
        self.keymap.changed.connect(lambda: window.bar.show_keys(self.keymap.text))
        self.keymap.clashed.connect(self._tell_clash)
        self.keymap.use(window.session.settings.keys)
        self.keymap.serve(window, Scope.WINDOW)
        self.keymap.serve(window.viewer, Scope.CANVAS)
        self.keymap.serve(window.layers, Scope.LAYERS)

    def commands(self) -> list[Action]:
        window = self._window
        areas = (window.bar, window.viewer, window.layers, window.queue, window.detail)
        found = [*self._named(), *self._of_canvas(), *self._of_panels()]
        known = {command.id for command in found}
        for command in (command for area in areas for command in harvest(area)):
            if command.id not in known:  # what has no room in a bar stands in the menu at its end as well
                found.append(command)
                known |= {command.id} - {""}
        return [command._replace(keys=self.keymap.text(command.id)) if command.id else command for command in found]

    def _named(self) -> list[Action]:
        window, stack = self._window, self._window.session.document.stack
        undo, redo = self.tr("Undo: {0}"), self.tr("Redo: {0}")
        return [
            Action(self.tr("Generate"), window.generate, id="generate"),
            Action(self.tr("Cancel the running job"), window.escape, id="cancel"),
            Action(undo.format(stack.undoText()), stack.undo, "", "undo", stack.canUndo(), self.tr("Undo")),
            Action(redo.format(stack.redoText()), stack.redo, "", "redo", stack.canRedo(), self.tr("Redo")),
            Action(self.tr("Sweep"), window.sweep.ask, id="sweep"),
            Action(self.tr("Blend board"), window.blend.ask, "", "blend", window.task_panel.board.isEnabled()),
            Action(
                self.tr("Search the pictures"), functools.partial(window.go_to, window.filmstrip.search), id="search"
            ),
            Action(self.tr("Go to the strip"), functools.partial(window.go_to, window.filmstrip.list), id="strip"),
            Action(self.tr("Go to the next panel"), window.next_area, id="next-area"),
            Action(self.tr("Show the copied picture"), window.importer.paste, id="paste"),
            Action(self.tr("Open a project"), window.document_files.ask_open, id="open"),
            Action(self.tr("Delete the pictures marked in the strip"), window.trash.delete_chosen, id="delete"),
            Action(self.tr("Open the trash"), window.trash.open, id="trash"),
            Action(self.tr("All commands"), self.open_palette, id="palette"),
            Action(self.tr("Keyboard shortcuts"), self.change_keys, id="keys"),
            Action(self.tr("Quit"), window.quit, id="quit"),
        ]

    def _of_canvas(self) -> list[Action]:
        """What the canvas hears by itself, and has no button for."""
        brush = self._window.viewer.masks.brush is not None
        view = self._window.viewer.view is not None
        return [
            Action(title, functools.partial(self._to_canvas, key), "", id, able)
            for title, id, key, able in (
                (self.tr("Show every pixel as one (100 %)"), "stage.actual", "1", view),
                (self.tr("Brush: smaller"), "brush.smaller", "[", brush),
                (self.tr("Brush: larger"), "brush.larger", "]", brush),
                (self.tr("Brush: softer"), "brush.softer", "{", brush),
                (self.tr("Brush: harder"), "brush.harder", "}", brush),
            )
        ]

    def _to_canvas(self, key: str) -> None:
        view: CanvasView | None = self._window.viewer.view
        if view is not None:
            view.setFocus()
            press(view, key)

    def _of_panels(self) -> list[Action]:
        dock_area, side, title = self._window.dock_area, self._window.side, self.tr("Side panel: {0}")
        toggle, detach = self.tr("Hide or show: {0}"), self.tr("Into a window of its own, or back: {0}")
        found = [
            Action(
                title.format(side.title(number)), functools.partial(side.setCurrentIndex, number), id=f"side.{number}"
            )
            for number in range(side.count())
        ]
        for name, panel in dock_area.panels.items():
            found.append(
                Action(toggle.format(panel.title), functools.partial(dock_area.toggle, panel), id=f"panel.{name}")
            )
            found.append(
                Action(detach.format(panel.title), functools.partial(dock_area.float_panel, panel), id=f"float.{name}")
            )
        return [
            *found,
            Action(self.tr("Only the picture, or the panels again"), dock_area.only_picture, id="only-picture"),
            Action(self.tr("Arrange the panels"), lambda: dock_area.arrange(not dock_area.arranging), id="arrange"),
            Action(self.tr("Reset the layout"), dock_area.reset, id="reset-layout"),
        ]

    # ---- showing it

    def open_palette(self) -> None:
        """All that can be done now, by its name."""
        able = [command for command in self.commands() if command.able and command.id != "palette"]
        self.palette = CommandPalette(able, self._window.session.memory.commands, self._window)
        self.palette.open_over(self._window)

    def change_keys(self) -> None:
        self.dialog = ShortcutEditor(self.keymap, self._window)
        self.dialog.chosen.connect(lambda keys: self._window.preferred.emit({"keys": keys}))
        self.dialog.open()

    def _tell_clash(self, keys: str) -> None:
        text = self.tr("{0} belongs to more than one command, so nothing was done; choose other keys for one of them.")
        actions = [NoticeAction(self.tr("Keyboard shortcuts…"), self.change_keys)]
        self._window.notices.show_line("keys", "warning", text.format(keys), actions)
