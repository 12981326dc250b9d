"""What the canvas hears by itself and has no button for, as actions of the palette."""

import functools
from collections.abc import Iterator

from PySide6.QtCore import QObject

from studio.desktop.actions.action import Action
from studio.desktop.actions.keymap import press
from studio.desktop.workbench import Workbench


class CanvasActions(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._viewer = workbench.viewer
        workbench.actions.add_source(self._actions)

    def _actions(self) -> Iterator[Action]:
        brush, view = self._viewer.masks.brush is not None, self._viewer.view is not None
        for title, id, key, able in (
            (self.tr("Show every pixel as one (100 %)"), "stage.actual", "1", view),
            (self.tr("Brush: smaller"), "brush.smaller", "[", brush),
            (self.tr("Brush: larger"), "brush.larger", "]", brush),
            (self.tr("Brush: softer"), "brush.softer", "{", brush),
            (self.tr("Brush: harder"), "brush.harder", "}", brush),
        ):
            yield Action(title, functools.partial(self._press, key), "", id, able)

    def _press(self, key: str) -> None:
        if (view := self._viewer.view) is not None:
            view.setFocus()
            press(view, key)


def install(workbench: Workbench) -> None:
    CanvasActions(workbench)
