"""Variations: pictures that are made from each other: more like one, closer or further, and what one was made from."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from studio.desktop.canvas.document import PictureSource
from studio.desktop.forms.task_fields import variation_fields
from studio.desktop.shell import qt_image
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.form import FormField, TaskForm
from studio.role import Role

if TYPE_CHECKING:
    from studio.library import Record

NEAR = 0.3
"""How far "more like this" goes when the picture is no variation itself, as a share of what the task allows."""


class Variations(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session, self._viewer, self._notices = workbench.session, workbench.viewer, workbench.notices
        self._forms = workbench.forms
        self._tasks: dict[str, TaskForm] = {}
        workbench.forms.tasks_changed.connect(self._find_tasks)
        workbench.viewer.more_wanted.connect(self.more)
        workbench.viewer.comparing.source_wanted.connect(self.show_source)

    def _find_tasks(self) -> None:
        """Which tasks make pictures like a picture, as near to it or far from it as is wanted."""
        self._tasks = {task.id: task for task in self._forms.tasks if variation_fields(task)}
        self._viewer.choices.allow_more(bool(self._tasks))

    # ---- more

    def more(self, piece: PictureSource, by: float) -> None:
        """A variation again, so much further from its source; or a first variation of a picture."""
        self._session.worker.run(lambda: self._record(piece), lambda record: self._submit_like(piece, record, by))

    def _record(self, piece: PictureSource) -> "Record | None":
        library = self._session.library
        try:
            return library.get(piece.ref) if library else None
        except UserError:  # a file from outside has no recipe
            return None

    def _submit_like(self, piece: PictureSource, record: "Record | None", by: float) -> None:
        recipe = record.recipe if record else None
        task = self._tasks.get(recipe.task) if recipe else None
        distance = task.role(Role.DISTANCE) if task else None
        if recipe and task and distance and isinstance(recipe.params.get(distance.name), int | float):
            params = dict(recipe.params)
            params[distance.name] = _moved(distance, float(params[distance.name]), by)
            params.update((name, -1) for name in task.names(Role.SEED) if name in params)
            self._submit(task.id, params)
            return
        task = next(iter(self._tasks.values()))
        if found := variation_fields(task):
            image, distance = found
            near = _moved(distance, NEAR * (distance.maximum or 1.0), by)
            self._submit(task.id, {image: piece.ref, distance.name: near})

    def _submit(self, task: str, params: dict[str, Any]) -> None:
        try:
            self._session.jobs.submit(task, params)
        except UserError as error:
            self._notices.show_error("canvas", error)

    # ---- what it was made from

    def show_source(self, piece: PictureSource) -> None:
        """Show what a picture was made from, if that can be found; else there is nothing to compare."""

        def work() -> qt_image.Shown | None:
            for ref in piece.parents:
                try:
                    path = self._session.path(ref)
                    if not Path(path).stem.startswith("mask-"):
                        return qt_image.load(path)
                except UserError:  # gone, or no picture: perhaps the next one
                    continue
            return None

        def show(found: qt_image.Shown | None) -> None:
            if found is not None:
                self._viewer.show_before(piece, found)
            else:
                self._viewer.set_mode(None)
                self._viewer.refused.emit(
                    self.tr("The original of this picture is missing, so there is nothing to compare with.")
                )

        self._session.worker.run(work, show)


def _moved(field: FormField, distance: float, by: float) -> float:
    low, high = field.minimum or 0.0, 1.0 if field.maximum is None else field.maximum
    moved = min(max(distance + by, low), high)
    return round(moved) if field.kind == "integer" else round(moved, 3)


def install(workbench: Workbench) -> None:
    Variations(workbench)
