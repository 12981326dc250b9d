"""Lander: pictures that are let go of over the canvas become the input of the chosen task, or layers."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Signal

from studio.desktop.canvas.document import PictureSource, new_key
from studio.desktop.canvas.layer import Layer
from studio.desktop.shell import clipboard, qt_image
from studio.errors import UserError
from studio.messages import TaskInfo

if TYPE_CHECKING:
    from studio.desktop.main_window import MainWindow


class DroppedPicture(NamedTuple):
    piece: PictureSource
    shown: qt_image.Shown


class CanvasDrop(QObject):
    failed = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window, self._viewer = window, window.viewer
        self._task: TaskInfo | None = None
        self._marks = False
        self._viewer.dropped.connect(self.land)

    def use(self, task: TaskInfo | None, marks: bool) -> None:
        """The chosen task, and whether it works on the canvas itself."""
        self._task, self._marks = task, marks
        if marks:
            words = self.tr("Work on this picture")
        elif task is not None and self._fields():
            words = self.tr("Input of “{0}”").format(task.title)
        else:
            words = self.tr("Show it")
        self._viewer.tell_drop(words, self.tr("Show it"))

    def _fields(self) -> list[tuple[str, str]]:
        form = self._window.task_panel.form
        return form.image_fields() if form is not None else []

    def land(self, data: QMimeData, own: bool, as_layer: bool, at: QPointF) -> None:
        """`own`: from the strip. `at`: in pixels of the document."""
        files = clipboard.files(data)
        if as_layer and files:
            if self._viewer.candidate is not None:
                self._viewer.accept()  # what is seen is what the layer lies on
            self._read(files, lambda found: self._add(found, at))
        elif own and files:
            self._read(files if self._takes_several() else files[:1], self._use)
        else:
            self._window.importer.take(data)

    def _takes_several(self) -> bool:
        return not self._marks and bool(self._fields())

    def _read(self, files: Sequence[Path], then: object) -> None:
        session = self._window.session

        def work() -> list[DroppedPicture]:
            from studio.library import picture_id

            found = []
            for file in files:
                ref = str(file)
                if picture_id.is_id(file.stem):
                    with contextlib.suppress(UserError):  # its name only looks like that of a picture of the library
                        ref = file.stem if session.path(file.stem) == file else ref
                found.append(DroppedPicture(PictureSource(ref, file), qt_image.load(file)))
            return found

        self._window.worker.run(work, then, self.failed.emit)  # type: ignore[arg-type]

    # ---- what they become

    def _add(self, found: list[DroppedPicture], at: QPointF) -> None:
        document = self._window.session.document
        layers = [*document.layers]
        for piece, shown in found:
            size = shown.full.size()
            corner = QPoint(round(at.x() - size.width() / 2), round(at.y() - size.height() / 2))
            place = corner if layers else QPoint()
            layers.append(Layer(shown, new_key(), self.tr("Picture"), piece.ref, piece.file, at=place))
        document.put(self.tr("Add a layer"), layers, keep_mask=True)

    def _use(self, found: list[DroppedPicture]) -> None:
        first, form = found[0], self._window.task_panel.form
        if self._marks:
            self._viewer.clear()
            self._window.session.document.open(self.tr("Put the picture on the canvas"), first.piece, first.shown)
            return
        for piece, _ in found:
            fields = [name for name, _ in self._fields()]
            values = form.values() if form is not None else {}
            name = next((name for name in fields if not values.get(name)), fields[0] if fields else "")
            if name and form is not None:
                form.set_image(name, piece.ref)
        self._window.viewer_controller.show_file(first.piece.ref, first.piece.file)
