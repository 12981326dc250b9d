"""Kin: pictures that are made from each other: more like one, closer or further, and what one was made from."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from studio.desktop.canvas.document import PictureSource
from studio.desktop.session import DesktopSession
from studio.desktop.shell import qt_image
from studio.errors import UserError
from studio.form import FormField, UnsupportedSchema, parse
from studio.messages import TaskInfo

if TYPE_CHECKING:
    from studio.desktop.viewer.viewer import Viewer
    from studio.library import Record

DISTANCE = "distance"
"""The number by which tasks say how far from its source a picture may lie."""
NEAR = 0.3
"""How far "more like this" goes when the picture is no variation itself, as a share of what the task allows."""


class Variations(QObject):
    failed = Signal(object)

    def __init__(self, session: DesktopSession, stage: "Viewer", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._viewer = session, stage
        self._fields: dict[str, tuple[str, FormField]] = {}

    def learn(self, tasks: Sequence[TaskInfo]) -> None:
        """Which tasks make pictures like a picture: by their field for the picture and their distance."""
        self._fields = {}
        for task in tasks:
            try:
                fields = parse(task.schema)
            except UnsupportedSchema:
                continue
            if found := like(fields):
                self._fields[task.id] = found
        self._viewer.choices.allow_more(bool(self._fields))

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


def like(fields: Sequence[FormField]) -> tuple[str, FormField] | None:
    """Of a task that makes pictures like a picture: the field for it, and the distance; None for any other."""
    image = next((field.name for field in fields if field.widget == "image" and field.kind == "text"), None)
    distance = next((field for field in fields if field.name == DISTANCE and field.kind == "number"), None)
    return (image, distance) if image and distance else None
