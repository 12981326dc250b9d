"""Lander: pictures that are let go of over the canvas become the input of the chosen task, or layers."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, Signal

from studio.desktop import exchange, pixel
from studio.desktop.canvas.easel import Piece, new_key
from studio.desktop.canvas.layer import Layer
from studio.errors import UserError
from studio.messages import TaskInfo

if TYPE_CHECKING:
    from studio.desktop.window import Window


class Landed(NamedTuple):
    piece: Piece
    shown: pixel.Shown


class Lander(QObject):
    failed = Signal(object)

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window, self._stage = window, window.stage
        self._task: TaskInfo | None = None
        self._marks = False
        self._stage.dropped.connect(self.land)

    def use(self, task: TaskInfo | None, marks: bool) -> None:
        """The chosen task, and whether it works on the canvas itself."""
        self._task, self._marks = task, marks
        if marks:
            words = self.tr("Work on this picture")
        elif task is not None and self._fields():
            words = self.tr("Input of “{0}”").format(task.title)
        else:
            words = self.tr("Show it")
        self._stage.tell_drop(words, self.tr("Show it"))

    def _fields(self) -> list[tuple[str, str]]:
        form = self._window.bench.form
        return form.image_fields() if form is not None else []

    def land(self, data: QMimeData, own: bool, as_layer: bool, at: QPointF) -> None:
        """`own`: from the strip. `at`: in pixels of the document."""
        files = exchange.files(data)
        if as_layer and files:
            if self._stage.candidate is not None:
                self._stage.accept()  # what is seen is what the layer lies on
            self._read(files, lambda found: self._add(found, at))
        elif own and files:
            self._read(files if self._takes_several() else files[:1], self._use)
        else:
            self._window.inlet.take(data)

    def _takes_several(self) -> bool:
        return not self._marks and bool(self._fields())

    def _read(self, files: Sequence[Path], then: object) -> None:
        session = self._window.session

        def work() -> list[Landed]:
            from studio.library import identity

            found = []
            for file in files:
                ref = str(file)
                if identity.is_id(file.stem):
                    with contextlib.suppress(UserError):  # its name only looks like that of a picture of the library
                        ref = file.stem if session.path(file.stem) == file else ref
                found.append(Landed(Piece(ref, file), pixel.load(file)))
            return found

        self._window.worker.run(work, then, self.failed.emit)  # type: ignore[arg-type]

    # ---- what they become

    def _add(self, found: list[Landed], at: QPointF) -> None:
        easel = self._window.session.easel
        layers = [*easel.layers]
        for piece, shown in found:
            size = shown.full.size()
            corner = QPoint(round(at.x() - size.width() / 2), round(at.y() - size.height() / 2))
            place = corner if layers else QPoint()
            layers.append(Layer(shown, new_key(), self.tr("Picture"), piece.ref, piece.file, at=place))
        easel.put(self.tr("Add a layer"), layers, keep_mask=True)

    def _use(self, found: list[Landed]) -> None:
        first, form = found[0], self._window.bench.form
        if self._marks:
            self._stage.clear()
            self._window.session.easel.open(self.tr("Put the picture on the canvas"), first.piece, first.shown)
            return
        for piece, _ in found:
            fields = [name for name, _ in self._fields()]
            values = form.values() if form is not None else {}
            name = next((name for name in fields if not values.get(name)), fields[0] if fields else "")
            if name and form is not None:
                form.set_image(name, piece.ref)
        self._window.director.show_file(first.piece.ref, first.piece.file)
