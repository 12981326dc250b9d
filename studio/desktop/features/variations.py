"""Variations: pictures that are made from each other: more like one, closer or further, and what one was made from."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.desktop.canvas.document import PictureSource
from studio.desktop.session import DesktopSession
from studio.desktop.shell import qt_image
from studio.errors import UserError
from studio.form import FormField, TaskForm
from studio.role import Role

if TYPE_CHECKING:
    from studio.desktop.viewer.viewer import Viewer
    from studio.library import Record

NEAR = 0.3
"""How far "more like this" goes when the picture is no variation itself, as a share of what the task allows."""


class Variations(QObject):
    failed = Signal(object)

    def __init__(self, session: DesktopSession, stage: "Viewer", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._viewer = session, stage
        self._tasks: dict[str, TaskForm] = {}

    def learn(self, tasks: Sequence[TaskForm]) -> None:
        """Which tasks make pictures like a picture: by their field for the picture and their distance."""
        self._tasks = {task.id: task for task in tasks if varies(task)}
        self._viewer.choices.allow_more(bool(self._tasks))

    # ---- more

    def more(self, piece: PictureSource, by: float) -> None:
        """The order of a variation again, so much further from its source; or a first variation of a picture."""
        self._session.worker.run(lambda: self._record(piece), lambda record: self._order(piece, record, by))

    def _record(self, piece: PictureSource) -> "Record | None":
        library = self._session.library
        try:
            return library.get(piece.ref) if library else None
        except UserError:  # a file from outside has no recipe
            return None

    def _order(self, piece: PictureSource, record: "Record | None", by: float) -> None:
        recipe = record.recipe if record else None
        task = self._tasks.get(recipe.task) if recipe else None
        distance = task.role(Role.DISTANCE) if task else None
        if recipe and task and distance and isinstance(recipe.params.get(distance.name), int | float):
            params = dict(recipe.params)
            params[distance.name] = _moved(distance, float(params[distance.name]), by)
            params.update((name, -1) for name in task.names(Role.SEED) if name in params)
        else:
            task = next(iter(self._tasks.values()))
            [image], [name] = task.names(Role.SOURCE), task.names(Role.DISTANCE)
            distance = task.role(Role.DISTANCE)
            assert distance is not None  # it varies
            params = {image: piece.ref, name: _moved(distance, NEAR * (distance.maximum or 1.0), by)}
        self._submit(task.id, params)

    def _submit(self, task: str, params: dict[str, Any]) -> None:
        try:
            self._session.jobs.submit(task, params)
        except UserError as error:
            self.failed.emit(error)

    # ---- what it was made from

    def tell_source(self, piece: PictureSource) -> None:
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
                    self.tr("What this picture was made from is not there, so nothing is compared.")
                )

        self._session.worker.run(work, show)


def varies(form: TaskForm) -> bool:
    """Whether a task makes pictures like a picture, as near to it or far from it as is wanted."""
    return form.role(Role.SOURCE) is not None and form.role(Role.DISTANCE) is not None


def _moved(field: FormField, distance: float, by: float) -> float:
    low, high = field.minimum or 0.0, 1.0 if field.maximum is None else field.maximum
    moved = min(max(distance + by, low), high)
    return round(moved) if field.kind == "integer" else round(moved, 3)
