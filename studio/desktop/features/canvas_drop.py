"""CanvasDrop: pictures that are let go of over the canvas become the input of the chosen task, or layers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF

from studio.desktop.canvas.document import PictureSource, new_key
from studio.desktop.canvas.layer import Layer
from studio.desktop.forms.task_fields import canvas_fields
from studio.desktop.shell import clipboard, drafts, qt_image
from studio.desktop.workbench import Workbench
from studio.errors import UserError


class DroppedPicture(NamedTuple):
    piece: PictureSource
    shown: qt_image.Shown


class CanvasDrop(QObject):
    """What comes from other programs is not for the canvas unless it shall be a layer: it is imported."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._viewer = workbench, workbench.viewer
        self._begins = False
        """Whether the chosen task begins from what stands on the canvas."""
        self._viewer.drops.dropped.connect(self._drop)
        workbench.forms.chosen.connect(self._follow)

    def _follow(self) -> None:
        """What becomes of a picture in the chosen task, which may work on the canvas itself."""
        task, form = self._workbench.forms.task, self._workbench.forms.form
        self._begins = bool(form and canvas_fields(task))
        if self._begins:
            words = self.tr("Edit this picture")
        elif task is not None and self._fields():
            words = self.tr("Use as input of “{0}”").format(task.title)
        else:
            words = self.tr("Show")
        self._viewer.drops.set_texts(words, self.tr("Open it on the canvas"))

    def _fields(self) -> list[tuple[str, str]]:
        form = self._workbench.forms.form
        return form.image_fields() if form is not None else []

    def _drop(self, data: QMimeData, own: bool, as_layer: bool, at: QPointF) -> None:
        """`own`: from the filmstrip. `at`: in pixels of the document."""
        files = clipboard.files(data)
        if as_layer and files:
            if self._viewer.candidate is not None:
                self._viewer.accept()  # what is seen is what the layer lies on
            self._read(files, lambda found: self._add(found, at))
        elif own and files:
            self._read(files if self._takes_several() else files[:1], self._use)

    def _takes_several(self) -> bool:
        return not self._begins and bool(self._fields())

    def _read(self, files: Sequence[Path], then: Callable[[list[DroppedPicture]], object]) -> None:
        session = self._workbench.session

        def work() -> list[DroppedPicture]:
            refs = [drafts.adopt(session.drafts_dir, file, session.path)[0] for file in files]
            named = zip(refs, files, strict=True)
            return [DroppedPicture(PictureSource(ref, file), qt_image.load(file)) for ref, file in named]

        session.worker.run(work, then, self._show_failed)

    def _show_failed(self, error: UserError) -> None:
        self._workbench.notices.show_error("canvas", error)

    # ---- what they become

    def _add(self, found: list[DroppedPicture], at: QPointF) -> None:
        document = self._workbench.document
        layers = [*document.layers]
        for piece, shown in found:
            size = shown.full.size()
            corner = QPoint(round(at.x() - size.width() / 2), round(at.y() - size.height() / 2))
            place = corner if layers else QPoint()
            layers.append(Layer(shown, new_key(), self.tr("Picture"), piece.ref, piece.file, at=place))
        document.put(self.tr("Add a layer"), layers, keep_mask=True)

    def _use(self, found: list[DroppedPicture]) -> None:
        first, form = found[0], self._workbench.forms.form
        if self._begins:
            self._workbench.opener.open_shown(first.piece, first.shown)
            return
        for piece, _ in found:
            fields = [name for name, _ in self._fields()]
            values = form.values() if form is not None else {}
            name = next((name for name in fields if not values.get(name)), fields[0] if fields else "")
            if name and form is not None:
                form.set_image(name, piece.ref)
        self._workbench.viewer_controller.show_file(first.piece.ref, first.piece.file)


def install(workbench: Workbench) -> None:
    CanvasDrop(workbench)
