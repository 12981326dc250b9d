"""Handover: what is marked on the canvas goes into the form that it is for, as the files that its fields take."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QMargins, QObject, QTimer, Signal

from studio.desktop.canvas.document import Document
from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.shell.worker import Worker
from studio.errors import UserError
from studio.form import FormField

IDLE_MS = 700
SETTLING_MS = 20
SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class CanvasFields:
    """Which fields of a form the canvas fills."""

    image: str
    mask: str
    sides: tuple[str, ...] = ()
    """Left, top, right, bottom: by how many pixels the picture is extended."""


@dataclass(frozen=True)
class WrittenFiles:
    """The files of what is on the canvas: `ref` of all the layers, `flat` where that had to be made."""

    layers: tuple[Layer, ...]
    ref: str
    flat: Path | None
    mask: Path | None


class FormLike(Protocol):
    """What is asked of a form."""

    changed: Any

    def values(self) -> dict[str, Any]: ...
    def editor(self, field: str) -> Any: ...


class CanvasFormSync(QObject):
    """Works some time after the last mark, so that the form shows what is marked, and at once when a job is started.

    A picture that somebody put into the form is left alone: then the canvas is not what the form is about.
    """

    failed = Signal(object)

    def __init__(self, document: Document, worker: Worker, drafts_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._worker, self._drafts_dir = document, worker, drafts_dir
        self._target: tuple[FormLike, CanvasFields] | None = None
        self._waiting: list[Callable[[], object]] = []
        self._working = self._again = False
        self._given: tuple[object, ...] = ()
        self._mask = ""
        self._ours: set[str] = set()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._work)
        document.changed.connect(self._stir)
        document.framed.connect(self._give_frame)

    def use(self, form: FormLike | None, fields: CanvasFields | None) -> None:
        """The form of the chosen task, and what of it can be marked on the canvas."""
        if self._target is not None:
            self._target[0].changed.disconnect(self._take_frame)
        self._target = None if form is None or fields is None else (form, fields)
        self._given, self._mask = (), ""
        if form is not None and fields is not None:
            form.changed.connect(self._take_frame)
            self._stir()

    def deliver(self, then: Callable[[], object]) -> None:
        """Call `then` when the form has all that is marked; at once if it has it already."""
        if not self._working and not self._is_due():
            then()
            return
        self._waiting.append(then)
        self._work()

    # ---- when

    def _stir(self) -> None:
        if self._is_due():
            self._idle.start()
        elif self._mask and self._target and (self._document.overlay is None or self._document.overlay.mask.is_empty):
            form, fields = self._target
            if form.values().get(fields.mask) == self._mask:
                form.editor(fields.mask).remove()
            self._given, self._mask = (), ""

    def _is_due(self) -> bool:
        if self._target is None or not self._document.is_marked:
            return False
        form, fields = self._target
        now = form.values().get(fields.image)
        ours = not now or now in self._document.refs or now in self._ours
        return ours and self._state() != self._given

    def _state(self) -> tuple[object, ...]:
        overlay, stack = self._document.overlay, self._document.stack
        mark = (None, 0.0) if overlay is None else (id(overlay), overlay.feather_px)
        return self._document.layers, mark, stack.index(), stack.count()

    # ---- work

    def _work(self) -> None:
        if self._working:
            self._again = True
            return
        if not self._is_due():
            self._done()
            return
        self._idle.stop()
        self._working = True
        state, document = self._state(), self._document
        overlay = document.overlay if document.overlay is not None and not document.overlay.mask.is_empty else None
        piece, layers = document.piece, document.layers
        draw = overlay.drawing() if overlay is not None else None
        folder = self._drafts_dir

        def work() -> WrittenFiles:
            from studio.desktop.shell import drafts

            flat = None if piece else drafts.keep(folder, "canvas", drafts.as_png(Scene([*layers]).flattened()))
            mask = drafts.keep(folder, "mask", drafts.as_png(draw())) if draw else None
            return WrittenFiles(layers, piece.ref if piece else str(flat), flat, mask)

        self._worker.run(work, lambda made: self._give(state, made), self._fail)

    def _give(self, state: tuple[object, ...], made: WrittenFiles) -> None:
        self._working = False
        if self._target is None:
            self._done()
            return
        form, fields = self._target
        if made.flat is not None:
            self._document.flat = made.layers, made.flat
        self._ours.add(made.ref)
        if form.values().get(fields.image) != made.ref:
            form.editor(fields.image).set_value(made.ref)
        if made.mask is not None:
            self._mask = str(made.mask)
            form.editor(fields.mask).set_value(self._mask)
        self._given = state
        self._settle()

    def _settle(self) -> None:
        """The form looks at the files on a worker's thread too; a job is to wait for it."""
        form, fields = self._target or (None, None)
        if form and fields and any(form.editor(name).opening for name in (fields.image, fields.mask)):
            QTimer.singleShot(SETTLING_MS, self, self._settle)
        else:
            self._done()

    def _done(self) -> None:
        if self._again:
            self._again = False
            self._work()
            return
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()

    def _fail(self, error: UserError) -> None:
        self._working = self._again = False
        self._waiting = []
        self.failed.emit(error)

    # ---- the frame

    def _give_frame(self) -> None:
        form, fields = self._target or (None, None)
        if form is None or fields is None:
            return
        for name, pixels in zip(fields.sides, _sides(self._document.frame), strict=False):
            if form.values().get(name) != pixels:
                form.editor(name).set_value(pixels)

    def _take_frame(self) -> None:
        """Somebody wrote numbers."""
        form, fields = self._target or (None, None)
        if form is None or fields is None or not fields.sides or not self._document.layers:
            return
        values = form.values()
        left, top, right, bottom = (_pixels(values.get(name)) for name in fields.sides)
        self._document.set_frame(self.tr("Extend the picture"), QMargins(left, top, right, bottom))


def find(fields: tuple[FormField, ...]) -> CanvasFields | None:
    """What of a task's form can be marked on the canvas; None for a task without a mask."""
    image = next((field.name for field in fields if field.widget == "image"), None)
    mask = next((field.name for field in fields if field.widget == "mask"), None)
    if image is None or mask is None:
        return None
    whole = {field.name for field in fields if field.kind == "integer"}
    return CanvasFields(image, mask, SIDES if whole.issuperset(SIDES) else ())


def _pixels(value: object) -> int:
    """A number that somebody may be in the middle of writing."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000 else 0


def _sides(frame: QMargins) -> tuple[int, int, int, int]:
    return frame.left(), frame.top(), frame.right(), frame.bottom()
