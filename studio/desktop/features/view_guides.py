"""ViewGuides: turns the view, and switches rulers, grid and snapping."""

import functools
from collections.abc import Callable

from PySide6.QtCore import QObject

from studio.desktop.actions.action import NO_SHORTCUT, Action, DefaultShortcut, MenuPlace, Scope, Section
from studio.desktop.canvas.guides import STEPS
from studio.desktop.canvas.view import CanvasView
from studio.desktop.viewer.toolbar import VIEW
from studio.desktop.workbench import Workbench

TURN = 15.0
"""Degrees."""


class ViewGuides(QObject):
    """Only what is seen is turned; pictures stay as they are."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._viewer, self._actions = workbench.viewer, workbench.actions
        self._canvas = workbench.viewer.masks.view
        for id, title, icon, keys, by in (
            ("view.turn-left", self.tr("Rotate the view left"), "turn-left", "4", -TURN),
            ("view.turn-right", self.tr("Rotate the view right"), "turn-right", "6", TURN),
            ("view.straight", self.tr("Reset the rotation of the view"), "", "5", 0.0),
        ):
            shortcut = DefaultShortcut((keys,), Scope.CANVAS)
            self._add(id, title, icon, shortcut, functools.partial(self._turn, by), None, 1)
        guides = self._canvas.guides
        rulers, grid = DefaultShortcut(("Ctrl+R",), Scope.CANVAS), DefaultShortcut(("Ctrl+'",), Scope.CANVAS)
        self._add("view.rulers", self.tr("Rulers"), "ruler", rulers, self._flip("rulers"), lambda: guides.rulers)
        self._add("view.grid", self.tr("Grid"), "grid", grid, self._flip("grid"), lambda: guides.grid)
        snap = DefaultShortcut(("Ctrl+;",), Scope.CANVAS)
        title = self.tr("Snap to grid, edges and centre")
        self._add("view.snap", title, "snap", snap, self._flip("snap"), lambda: guides.snap)
        for step in STEPS:
            title = self.tr("Grid: every {0} pixels").format(step)
            run = functools.partial(self._set_step, step)
            self._add(f"view.grid-{step}", title, "", NO_SHORTCUT, run, functools.partial(self._has_step, step), 2)

    def _add(
        self, id: str, title: str, icon: str, shortcut: DefaultShortcut, run: Callable[[], object],
        checked: Callable[[], bool] | None, group: int = 0,
    ) -> None:  # fmt: skip
        self._actions.add(
            Action(
                id, title, run, icon, enabled=self._is_shown, checked=checked, shortcut=shortcut,
                menu=MenuPlace(VIEW, group), section=Section.CANVAS,
            )
        )  # fmt: skip

    def _is_shown(self) -> bool:
        return bool(self._canvas.scene.layers)

    def _turn(self, by: float) -> None:
        view = self._viewer.view
        if isinstance(view, CanvasView) and view.comparison is None:
            view.rotate_to(view.viewport.rotation + by if by else 0.0)

    def _flip(self, name: str) -> Callable[[], None]:
        def run() -> None:
            guides = self._canvas.guides
            setattr(guides, name, not getattr(guides, name))
            self._canvas.show_guides()

        return run

    def _set_step(self, step: int) -> None:
        self._canvas.guides.step, self._canvas.guides.grid = step, True
        self._canvas.show_guides()

    def _has_step(self, step: int) -> bool:
        return self._canvas.guides.step == step


def install(workbench: Workbench) -> None:
    ViewGuides(workbench)
