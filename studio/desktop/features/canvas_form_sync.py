"""CanvasFormSync: what is marked on the canvas goes into the form that it is for, as the files that its fields take."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMargins, QObject, QTimer

from studio.desktop.canvas.layer import Layer, Scene
from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.task_fields import CanvasFields, canvas_fields
from studio.desktop.shell import drafts
from studio.desktop.workbench import Workbench
from studio.errors import UserError

IDLE_MS = 700
OPENING_MS = 20
"""Between two looks whether the form has opened its files."""


@dataclass(frozen=True)
class WrittenFiles:
    """The files of what is on the canvas: `ref` of all the layers, `flat` where that had to be made."""

    layers: tuple[Layer, ...]
    ref: str
    flat: Path | None
    mask: Path | None


class CanvasFormSync(QObject):
    """Works some time after the last mark, so that the form shows what is marked, and at once when a job is started.

    A picture that somebody put into the form is left alone: then the canvas is not what the form is about.
    """

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._document = workbench, workbench.document
        self._target: tuple[FormLike, CanvasFields] | None = None
        self._then: list[Callable[[], object]] = []
        self._working = self._again = False
        self._synced: tuple[object, ...] = ()
        self._mask = ""
        self._ours: set[str] = set()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._work)
        self._document.changed.connect(self._changed)
        self._document.framed.connect(self._write_frame)
        workbench.forms.chosen.connect(self._follow)
        workbench.forms.add_preparation(self.sync)

    def _follow(self) -> None:
        """The canvas marks what the form of the chosen task takes."""
        forms = self._workbench.forms
        fields = canvas_fields(forms.task)
        form = forms.form if fields else None
        self._use(form, fields)
        self._workbench.viewer.set_markable(form is not None, bool(fields and fields.sides))

    def _use(self, form: FormLike | None, fields: CanvasFields | None) -> None:
        """The form of the chosen task, and what of it can be marked on the canvas."""
        if self._target is not None:
            self._target[0].changed.disconnect(self._read_frame)
        self._target = None if form is None or fields is None else (form, fields)
        self._synced, self._mask = (), ""
        if form is not None and fields is not None:
            form.changed.connect(self._read_frame)
            self._changed()

    def sync(self, then: Callable[[], object]) -> None:
        """Call `then` when the form has all that is marked; at once if it has it already."""
        if not self._working and not self._is_due():
            then()
            return
        self._then.append(then)
        self._work()

    # ---- when

    def _changed(self) -> None:
        if self._is_due():
            self._idle.start()
        elif self._mask and self._target and (self._document.overlay is None or self._document.overlay.mask.is_empty):
            form, fields = self._target
            if form.values().get(fields.mask) == self._mask:
                form.editor(fields.mask).remove()
            self._synced, self._mask = (), ""

    def _is_due(self) -> bool:
        if self._target is None or not self._document.is_marked:
            return False
        form, fields = self._target
        now = form.values().get(fields.image)
        ours = not now or now in self._document.refs or now in self._ours
        return ours and self._state() != self._synced

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
        folder = self._workbench.session.drafts_dir

        def work() -> WrittenFiles:
            flat = None if piece else drafts.keep(folder, "canvas", drafts.as_png(Scene([*layers]).flattened()))
            mask = drafts.keep(folder, "mask", drafts.as_png(draw())) if draw else None
            return WrittenFiles(layers, piece.ref if piece else str(flat), flat, mask)

        self._workbench.session.worker.run(work, lambda made: self._write(state, made), self._fail)

    def _write(self, state: tuple[object, ...], made: WrittenFiles) -> None:
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
        self._synced = state
        self._wait_for_form()

    def _wait_for_form(self) -> None:
        """The form looks at the files on a worker's thread too; a job is to wait for it."""
        form, fields = self._target or (None, None)
        if form and fields and any(form.editor(name).opening for name in (fields.image, fields.mask)):
            QTimer.singleShot(OPENING_MS, self, self._wait_for_form)
        else:
            self._done()

    def _done(self) -> None:
        if self._again:
            self._again = False
            self._work()
            return
        calls, self._then = self._then, []
        for then in calls:
            then()

    def _fail(self, error: UserError) -> None:
        self._working = self._again = False
        self._then = []
        self._workbench.notices.show_error("canvas", error)

    # ---- the frame

    def _write_frame(self) -> None:
        form, fields = self._target or (None, None)
        if form is None or fields is None:
            return
        for name, pixels in zip(fields.sides, _sides(self._document.frame), strict=False):
            if form.values().get(name) != pixels:
                form.editor(name).set_value(pixels)

    def _read_frame(self) -> None:
        """Somebody wrote numbers."""
        form, fields = self._target or (None, None)
        if form is None or fields is None or not fields.sides or not self._document.layers:
            return
        values = form.values()
        left, top, right, bottom = (_pixels(values.get(name)) for name in fields.sides)
        self._document.set_frame(self.tr("Extend the picture"), QMargins(left, top, right, bottom))


def _pixels(value: object) -> int:
    """A number that somebody may be in the middle of writing."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000 else 0


def _sides(frame: QMargins) -> tuple[int, int, int, int]:
    return frame.left(), frame.top(), frame.right(), frame.bottom()


def install(workbench: Workbench) -> None:
    CanvasFormSync(workbench)
