"""Variations: pictures that are made from each other: more like one, closer or further, and what one was made from."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from studio.desktop.canvas.document import PictureSource
from studio.desktop.forms.task_fields import DISTANCE, variation_fields
from studio.desktop.shell import qt_image
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.form import FormField

if TYPE_CHECKING:
    from studio.library import Record

NEAR = 0.3
"""How far "more like this" goes when the picture is no variation itself, as a share of what the task allows."""


class Variations(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._session, self._viewer, self._notices = workbench.session, workbench.viewer, workbench.notices
        self._forms = workbench.forms
        self._fields: dict[str, tuple[str, FormField]] = {}
        workbench.forms.tasks_changed.connect(self._find_tasks)
        workbench.viewer.more_wanted.connect(self.more)
        workbench.viewer.comparing.source_wanted.connect(self.show_source)

    def _find_tasks(self) -> None:
        """Which tasks make pictures like a picture: by their field for the picture and their distance."""
        found = {task.id: variation_fields(self._forms.fields(task.id)) for task in self._forms.tasks}
        self._fields = {id: fields for id, fields in found.items() if fields}
        self._viewer.choices.allow_more(bool(self._fields))

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
        if recipe and recipe.task in self._fields and isinstance(recipe.params.get(DISTANCE), int | float):
            task, params = recipe.task, dict(recipe.params)
            params[DISTANCE] = self._moved(task, float(params[DISTANCE]), by)
            if "seed" in params:
                params["seed"] = -1
        else:
            task = next(iter(self._fields))
            image, distance = self._fields[task]
            params = {image: piece.ref, DISTANCE: self._moved(task, NEAR * (distance.maximum or 1.0), by)}
        self._submit(task, params)

    def _moved(self, task: str, distance: float, by: float) -> float:
        field = self._fields[task][1]
        low, high = field.minimum or 0.0, 1.0 if field.maximum is None else field.maximum
        return round(min(max(distance + by, low), high), 3)

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
                    self.tr("What this picture was made from is not there, so nothing is compared.")
                )

        self._session.worker.run(work, show)


def install(workbench: Workbench) -> None:
    Variations(workbench)
