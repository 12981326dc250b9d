"""Repertoire: all that can be done in a window, by its name and by its keys."""

import functools
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.desktop.canvas.view import CanvasView
from studio.desktop.command import Command, harvest
from studio.desktop.key.dialog import KeysDialog
from studio.desktop.key.habit import Scope
from studio.desktop.key.keymap import Keymap, press
from studio.desktop.notice import Action
from studio.desktop.palette import Palette

if TYPE_CHECKING:
    from studio.desktop.window import Window


class Repertoire(QObject):
    """Gathers the commands of a window that is complete, and gives them their keys."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self.palette: Palette | None = None
        self.dialog: KeysDialog | None = None
        self.keymap = Keymap(self.commands, self)
        self.keymap.changed.connect(lambda: window.bar.show_keys(self.keymap.text))
        self.keymap.clashed.connect(self._tell_clash)
        self.keymap.use(window.session.settings.keys)
        self.keymap.serve(window, Scope.WINDOW)
        self.keymap.serve(window.stage, Scope.CANVAS)
        self.keymap.serve(window.layers, Scope.LAYERS)

    def commands(self) -> list[Command]:
        window = self._window
        areas = (window.bar, window.stage, window.layers, window.queue, window.detail)
        found = [*self._named(), *self._of_canvas(), *self._of_panels()]
        known = {command.id for command in found}
        for command in (command for area in areas for command in harvest(area)):
            if command.id not in known:  # what has no room in a bar stands in the menu at its end as well
                found.append(command)
                known |= {command.id} - {""}
        return [command._replace(keys=self.keymap.text(command.id)) if command.id else command for command in found]

    def _named(self) -> list[Command]:
        window, stack = self._window, self._window.session.easel.stack
        undo, redo = self.tr("Undo: {0}"), self.tr("Redo: {0}")
        return [
            Command(self.tr("Generate"), window.generate, id="generate"),
            Command(self.tr("Cancel the running job"), window.escape, id="cancel"),
            Command(undo.format(stack.undoText()), stack.undo, "", "undo", stack.canUndo(), self.tr("Undo")),
            Command(redo.format(stack.redoText()), stack.redo, "", "redo", stack.canRedo(), self.tr("Redo")),
            Command(self.tr("Sweep"), window.sweeper.ask, id="sweep"),
            Command(self.tr("Blend board"), window.blender.ask, "", "blend", window.bench.board.isEnabled()),
            Command(self.tr("Search the pictures"), functools.partial(window.go_to, window.strip.search), id="search"),
            Command(self.tr("Go to the strip"), functools.partial(window.go_to, window.strip.list), id="strip"),
            Command(self.tr("Go to the next panel"), window.next_area, id="next-area"),
            Command(self.tr("Show the copied picture"), window.inlet.paste, id="paste"),
            Command(self.tr("Open a project"), window.exporter.ask_open, id="open"),
            Command(self.tr("Delete the pictures marked in the strip"), window.trash.delete_chosen, id="delete"),
            Command(self.tr("Open the trash"), window.trash.open, id="trash"),
            Command(self.tr("All commands"), self.open_palette, id="palette"),
            Command(self.tr("Keyboard shortcuts"), self.change_keys, id="keys"),
            Command(self.tr("Quit"), window.quit, id="quit"),
        ]

    def _of_canvas(self) -> list[Command]:
        """What the canvas hears by itself, and has no button for."""
        brush = self._window.stage.masks.brush is not None
        view = self._window.stage.view is not None
        return [
            Command(title, functools.partial(self._to_canvas, key), "", id, able)
            for title, id, key, able in (
                (self.tr("Show every pixel as one (100 %)"), "stage.actual", "1", view),
                (self.tr("Brush: smaller"), "brush.smaller", "[", brush),
                (self.tr("Brush: larger"), "brush.larger", "]", brush),
                (self.tr("Brush: softer"), "brush.softer", "{", brush),
                (self.tr("Brush: harder"), "brush.harder", "}", brush),
            )
        ]

    def _to_canvas(self, key: str) -> None:
        view: CanvasView | None = self._window.stage.view
        if view is not None:
            view.setFocus()
            press(view, key)

    def _of_panels(self) -> list[Command]:
        deck, side, title = self._window.deck, self._window.side, self.tr("Side panel: {0}")
        toggle, detach = self.tr("Hide or show: {0}"), self.tr("Into a window of its own, or back: {0}")
        found = [
            Command(
                title.format(side.title(number)), functools.partial(side.setCurrentIndex, number), id=f"side.{number}"
            )
            for number in range(side.count())
        ]
        for name, panel in deck.panels.items():
            found.append(Command(toggle.format(panel.title), functools.partial(deck.toggle, panel), id=f"panel.{name}"))
            found.append(
                Command(detach.format(panel.title), functools.partial(deck.float_panel, panel), id=f"float.{name}")
            )
        return [
            *found,
            Command(self.tr("Only the picture, or the panels again"), deck.only_picture, id="only-picture"),
            Command(self.tr("Arrange the panels"), lambda: deck.arrange(not deck.arranging), id="arrange"),
            Command(self.tr("Reset the layout"), deck.reset, id="reset-layout"),
        ]

    # ---- showing it

    def open_palette(self) -> None:
        """All that can be done now, by its name."""
        able = [command for command in self.commands() if command.able and command.id != "palette"]
        self.palette = Palette(able, self._window.session.memory.commands, self._window)
        self.palette.open_over(self._window)

    def change_keys(self) -> None:
        self.dialog = KeysDialog(self.keymap, self._window)
        self.dialog.chosen.connect(lambda keys: self._window.preferred.emit({"keys": keys}))
        self.dialog.open()

    def _tell_clash(self, keys: str) -> None:
        text = self.tr("{0} belongs to more than one command, so nothing was done; choose other keys for one of them.")
        actions = [Action(self.tr("Keyboard shortcuts…"), self.change_keys)]
        self._window.notices.show_line("keys", "warning", text.format(keys), actions)
