"""JobActions: what starts and ends a job, takes an act back, and chooses a task."""

import functools
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoStack

from studio.desktop.actions.action import Action, DefaultShortcut, Section, of_task
from studio.desktop.actions.table import Actions
from studio.form import TaskForm


class JobActions(QObject):
    """Made before the parts that they act on, whose buttons show them."""

    def __init__(
        self, actions: Actions, stack: QUndoStack, generate: Callable[[], object], cancel: Callable[[], object]
    ) -> None:
        super().__init__(actions)
        self._actions = actions
        undo, redo = self.tr("Undo: {0}"), self.tr("Redo: {0}")
        for action in (
            Action(
                "generate", self.tr("Generate"), generate, about=self.tr("Start now, or add to the queue"),
                shortcut=DefaultShortcut(("Ctrl+Return",)), section=Section.JOBS,
            ),
            Action(
                "cancel", self.tr("Cancel the running job"), cancel, about=self.tr("Cancel this job"),
                shortcut=DefaultShortcut(("Esc",)), section=Section.JOBS,
            ),
            Action(
                "undo", self.tr("Undo"), stack.undo, enabled=stack.canUndo, now=lambda: undo.format(stack.undoText()),
                shortcut=DefaultShortcut(("Ctrl+Z",), repeats=True), section=Section.JOBS,
            ),
            Action(
                "redo", self.tr("Redo"), stack.redo, enabled=stack.canRedo, now=lambda: redo.format(stack.redoText()),
                shortcut=DefaultShortcut(("Ctrl+Shift+Z", "Ctrl+Y"), repeats=True), section=Section.JOBS,
            ),
        ):  # fmt: skip
            actions.add(action)

    def show_tasks(self, tasks: Sequence[TaskForm], choose: Callable[[str], object]) -> None:
        """One action for each."""
        made = (
            Action(
                f"task.{task.id}", task.title, functools.partial(choose, task.id), shortcut=of_task(number),
                section=Section.TASKS,
            )
            for number, task in enumerate(tasks)
        )  # fmt: skip
        self._actions.replace("task.", made)
