"""CanvasFormSync: keeps the form's picture, mask and frame those of the canvas, unless it has a picture of its own."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QMargins, QObject, QTimer

from studio.desktop.canvas.document import PictureSource
from studio.desktop.features.canvas_form_sync import content
from studio.desktop.features.canvas_form_sync.content import CanvasContent, WrittenContent
from studio.desktop.forms.canvas_access import CanvasPicture
from studio.desktop.forms.canvas_mask_field import CanvasMaskField
from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.source_field import SourceField
from studio.desktop.forms.task_fields import CanvasFields, canvas_fields
from studio.desktop.shell.qt_image import Shown
from studio.desktop.workbench import Workbench
from studio.errors import UserError

IDLE_MS = 700
OPENING_MS = 20
"""Between two looks whether the form has opened its files."""


class Target(NamedTuple):
    """The form of the chosen task, and what of it the canvas fills."""

    form: FormLike
    fields: CanvasFields
    source: SourceField
    mask: CanvasMaskField | None


class CanvasFormSync(QObject):
    """Works some time after the last act, so that the form shows what stands on the canvas, and at once when a job is
    started. What is started works on the canvas: a picture that is only looked at there becomes the document first."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._document, self._viewer = workbench, workbench.document, workbench.viewer
        self._target: Target | None = None
        self._then: list[Callable[[], object]] = []
        self._working = self._again = False
        self._synced: tuple[object, ...] = ()
        self._writes = self._followed = False
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._work)
        self._document.changed.connect(self._changed)
        self._document.shown.connect(self._changed)
        self._document.shown.connect(self._write_frame)
        self._document.framed.connect(self._write_frame)
        workbench.viewer.turned.connect(self._changed)
        workbench.forms.chosen.connect(self._follow)
        workbench.forms.add_preparation(self.sync)
        workbench.forms.add_picture_preparation(self.write)

    def _follow(self) -> None:
        """The canvas is for the form of the chosen task."""
        forms = self._workbench.forms
        fields, form = canvas_fields(forms.task), forms.form
        if self._target is not None:
            self._target.form.changed.disconnect(self._form_changed)
        self._target, self._synced = None, ()
        if form is not None and fields is not None:
            source, mask = form.editor(fields.image), form.editor(fields.mask) if fields.mask else None
            if isinstance(source, SourceField):
                self._target = Target(form, fields, source, mask if isinstance(mask, CanvasMaskField) else None)
                form.changed.connect(self._form_changed)
        markable = self._target is not None and bool(self._target.fields.mask)
        extends = markable and bool(fields and fields.sides)
        self._viewer.set_markable(markable, extends, self._target is not None)
        self._followed = self._follows
        self._write_frame()
        self._changed()

    @property
    def _follows(self) -> bool:
        return self._target is not None and self._target.source.follows

    # ---- what stands there

    def _alone(self) -> tuple[PictureSource, Shown] | None:
        """A picture in the middle that is not the document; results of the same task over it are not meant: started
        once more, it makes others of what is beneath them."""
        candidate, candidates = self._viewer.candidate, self._viewer.candidates
        if candidate is None:
            return None
        if candidate.piece is None or candidate.shown is None:  # it is being made: what was there before it
            former = candidates.former
            return None if former is None or self._is_of_document(former[0]) else former
        task = self._workbench.forms.task
        if task is not None and candidates.task == task.id and self._is_of_document(candidate.piece):
            return None
        return candidate.piece, candidate.shown

    def _is_of_document(self, piece: PictureSource) -> bool:
        """Whether it was made from it, or is it."""
        return bool({*piece.parents, piece.ref} & {*self._document.refs})

    def _content(self) -> CanvasContent | None:
        if alone := self._alone():
            return content.of_picture(*alone)
        return content.of_document(self._document, self._has_results())

    def _has_results(self) -> bool:
        """Whether finished pictures are shown that are not part of the document."""
        return bool(self._viewer.candidate and self._viewer.candidate.shown)

    def _state(self) -> tuple[object, ...]:
        """Equal as long as nothing else stands there."""
        alone, overlay = self._alone(), self._document.overlay
        if alone is not None:
            return (alone[0],)
        mark = () if overlay is None else (id(overlay), overlay.revision, overlay.feather_px)
        return self._document.layers, self._document.bounds.getRect(), mark, self._has_results()

    # ---- when

    def sync(self, then: Callable[[], object]) -> None:
        """Before a job: call `then` when the form has all that stands on the canvas, which is the document then."""
        alone = self._alone() if self._follows else None
        if alone is None:
            self.write(then)
        elif self._viewer.candidate is not None and self._viewer.candidate.piece == alone[0]:
            self._viewer.accept(lambda: self.write(then))
        else:
            self._document.open(self.tr("Place picture"), *alone)
            self.write(then)

    def write(self, then: Callable[[], object]) -> None:
        """Call `then` when the form has what stands on the canvas; at once if it has it already, or takes nothing."""
        if self._target is None:
            then()
            return
        self._then.append(then)
        self._work()

    def _changed(self) -> None:
        if not self._follows or self._synced == self._state():
            return
        made = self._content()
        if made is None:
            self._idle.stop()
            self._synced = self._state()
            self._show(None, None)
        elif made.piece is not None and made.draw_mask is None:
            self._work()
        else:
            self._idle.start()

    # ---- work

    def _work(self) -> None:
        """Write what is due, then tell those who wait."""
        if self._working:
            self._again = True
            return
        self._idle.stop()
        state, made = self._state(), self._content()
        if not self._follows or made is None or state == self._synced:
            self._wait_for_form()
            return
        self._working = True
        session = self._workbench.session
        session.worker.run(
            lambda: made.write(session.drafts_dir, session.path),
            lambda written: self._written(state, written),
            self._fail,
        )

    def _written(self, state: tuple[object, ...], written: WrittenContent) -> None:
        self._working = False
        picture = written.picture
        whole = written.scene.shows(self._document.scene)
        if whole and picture.path and picture.ref not in self._document.refs:
            self._document.know_flat(picture.path)
        if self._target is not None and state == self._state():
            self._synced = state
            self._show(picture, written.mask)
        else:
            self._again = True
        self._wait_for_form()

    def _show(self, picture: CanvasPicture | None, mask: CanvasPicture | None) -> None:
        if self._target is not None:
            self._target.source.show_canvas(picture)
            if self._target.mask is not None:
                self._target.mask.show_canvas(mask)

    def _wait_for_form(self) -> None:
        """The form looks at files of its own on a worker's thread too; a job is to wait for it."""
        if self._again:
            self._again = False
            self._work()
        elif self._then and self._target and any(f.opening for f in (self._target.source, self._target.mask) if f):
            QTimer.singleShot(OPENING_MS, self, self._wait_for_form)
        elif not self._working:
            calls, self._then = self._then, []
            for then in calls:
                then()

    def _fail(self, error: UserError) -> None:
        self._working = self._again = False
        self._then = []
        self._workbench.notices.show_error("canvas", error)

    # ---- the frame

    def _write_frame(self) -> None:
        """What is drawn on the canvas stands in the form."""
        target = self._target
        if target is None or not target.source.follows or self._writes:
            return
        self._writes = True
        for name, pixels in zip(target.fields.sides, _sides(self._document.frame), strict=False):
            if target.form.values().get(name) != pixels:
                target.form.editor(name).set_value(pixels)
        self._writes = False

    def _form_changed(self) -> None:
        """Somebody wrote numbers, or asked for another picture, or for the canvas again."""
        target, followed = self._target, self._followed
        self._followed = self._follows
        if target is None or not target.source.follows or self._writes:
            return
        if not followed:
            self._write_frame()
            self._changed()
        elif target.fields.sides and self._document.layers:
            values = target.form.values()
            left, top, right, bottom = (_pixels(values.get(name)) for name in target.fields.sides)
            self._document.set_frame(self.tr("Extend the picture"), QMargins(left, top, right, bottom))


def _pixels(value: object) -> int:
    """A number that somebody may be in the middle of writing."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000 else 0


def _sides(frame: QMargins) -> tuple[int, int, int, int]:
    return frame.left(), frame.top(), frame.right(), frame.bottom()
