"""RegionPainting: the regions of the form are painted over what stands in the middle, with the mask tools of Edit."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QUndoCommand, QUndoStack

from studio.desktop.actions.action import Action, DefaultShortcut, Scope, Section
from studio.desktop.canvas.document import new_key
from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer import Layer
from studio.desktop.features.regions.painted_region import Entry, PaintedRegion, inside
from studio.desktop.features.regions.region_bar import RegionBar
from studio.desktop.features.regions.region_names import RegionNames
from studio.desktop.forms.image_field import ImageField
from studio.desktop.shell import drafts
from studio.desktop.shell.qt_image import grey, prepared
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.form import FormField
from studio.role import Role

ID = "regions"
USUAL = 512
OPENING_MS = 20


class Strokes(QUndoStack):
    """Tells of each: as steps they are changes of the form."""

    ended = Signal()

    def push(self, command: QUndoCommand) -> None:
        self.ended.emit()


class RegionPainting(QObject):
    """The form has the regions: what is painted is written into it after each stroke, and undone as all of it is."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._viewer = workbench, workbench.viewer
        self._canvas = workbench.viewer.masks.view
        self._regions: list[PaintedRegion] = []
        self._at = 0
        self._active = self._writes = False
        self._bounds = QRect()
        self._pending = 0
        self._then: list[Callable[[], object]] = []
        self._form: Any = None
        self._strokes = Strokes(self)
        self._strokes.ended.connect(self._marked)
        self._names = RegionNames(self._canvas)
        self.bar = RegionBar(workbench.window)
        workbench.viewer.add_bar(self.bar)
        self._connect_bar()
        about = self.tr("Regions: paint parts of the picture that have words of their own")
        workbench.actions.add(
            Action(
                ID, self.tr("Regions"), self.switch, "region", about=about, section=Section.MASK,
                enabled=lambda: self._field() is not None and not self._canvas.forming,
                checked=lambda: self._active, shortcut=DefaultShortcut(("G",), Scope.CANVAS),
            )
        )  # fmt: skip
        workbench.forms.chosen.connect(self._choose)
        workbench.forms.add_preparation(self._prepare)
        workbench.viewer.turned.connect(self._turned)
        workbench.opener.region_wanted.connect(self._paint)

    def _connect_bar(self) -> None:
        self.bar.chosen.connect(self.take)
        self.bar.added.connect(self.add)
        self.bar.removed.connect(self._remove)
        self.bar.worded.connect(self._word)
        self.bar.words.returnPressed.connect(self._canvas.setFocus)
        self.bar.ended.connect(self.end)

    # ---- what stands in the form

    def _field(self) -> FormField | None:
        task = self._workbench.forms.task
        return task.role(Role.REGION) if task else None

    def _entries(self) -> list[Entry]:
        field, form = self._field(), self._workbench.forms.form
        given = form.values().get(field.name) if field and form else None
        return [entry for entry in given or [] if isinstance(entry, dict)]

    @property
    def _most(self) -> int:
        field = self._field()
        return (field.max_length if field else None) or 1

    def _write(self) -> None:
        """Into the form, all that has words or a mask."""
        field, form = self._field(), self._workbench.forms.form
        if field is not None and form is not None:
            self._writes = True
            form.editor(field.name).set_value([each.entry for each in self._regions if each.words or each.ref])
            self._writes = False
        self._show()

    def _choose(self) -> None:
        form = self._workbench.forms.form
        if form is not self._form:
            if self._form is not None:
                self._form.changed.disconnect(self._form_changed)
            self._form = form
            if form is not None:
                form.changed.connect(self._form_changed)
        self.end()
        self._workbench.actions.refresh(ID)

    def _form_changed(self) -> None:
        if self._active and not self._writes and not self._pending:
            self._read()

    def _read(self) -> None:
        """Those of the form; those that are painted already stay, and one that it has not yet."""
        there, found = [*self._regions], []
        for entry in self._entries():
            known = next((each for each in there if each.ref == entry.get("mask")), None)
            if known is not None:
                there.remove(known)
            found.append(known or PaintedRegion(0))
            found[-1].entry = entry
        found += [each for each in there if not each.words and not each.ref][:1]
        for number, region in enumerate(found):
            if region.number != number or region.overlay is None:
                region.number = number
                self._cover(region)
        self._regions = found
        if not found:
            self.add()
        else:
            self.take(min(self._at, len(found) - 1), focus=False)

    def _cover(self, region: PaintedRegion) -> None:
        region.cover(self._bounds, None)
        if (ref := region.ref) is None:
            return

        def show(mask: QImage) -> None:
            if region in self._regions and region.ref == ref:
                region.cover(self._bounds, mask)
                self.take(self._at, focus=False)

        session = self._workbench.session
        session.worker.run(lambda: grey(session.path(ref)), show, self._fail)

    # ---- when

    def switch(self) -> None:
        self.end() if self._active else self.begin()

    def begin(self) -> None:
        """Over the picture that is shown, or an empty page."""
        if self._active or self._field() is None or not self._has_picture():
            return
        self._active, self._regions, self._at = True, [], 0
        self._bounds = self._canvas.scene.bounds
        self._read()
        self.bar.show()
        self._workbench.actions.refresh(ID)

    def end(self) -> None:
        if not self._active:
            return
        self._active = False
        self._viewer.mark_instead(None)
        self.bar.hide()
        self._names.show_regions((), -1)
        self._workbench.actions.refresh(ID)

    def _paint(self, mask: object, words: object) -> None:
        """What the form's button asks for."""
        self.begin()
        wanted = [number for number, each in enumerate(self._regions) if mask and each.ref == mask]
        wanted += [number for number, each in enumerate(self._regions) if not each.ref and each.words == (words or "")]
        if self._active and wanted:
            self.take(wanted[0])

    def _turned(self) -> None:
        """Another picture is shown."""
        bounds = self._canvas.scene.bounds
        self._workbench.actions.refresh(ID)
        if self._active and bounds.isEmpty():
            self.end()
        elif self._active and bounds != self._bounds and not self._canvas.forming:
            self._bounds = bounds
            for region in self._regions:
                self._cover(region)
            self.take(self._at, focus=False)

    def _has_picture(self) -> bool:
        if self._canvas.scene.layers or self._viewer.candidates:
            return True
        task = self._workbench.forms.task
        if task is not None and task.role(Role.SOURCE):
            text = self.tr("Open a picture first; the regions are painted over it.")
            self._workbench.notices.show_line("regions", "warning", text)
            return False
        page = QImage(self._page(), QImage.Format.Format_RGB32)
        page.fill(QColor("white"))
        layer = Layer(prepared(page), new_key(), self.tr("Background"), painted=True)
        self._workbench.document.put_state(self.tr("Page for regions"), DocumentState((layer,)))
        return True

    def _page(self) -> QSize:
        """As large as what the form would make."""
        task, form = self._workbench.forms.task, self._workbench.forms.form
        field = task.role(Role.SIZE) if task else None
        asked = str(form.values().get(field.name) or "") if field and form else ""
        sides = asked.split("x")
        if len(sides) == 2 and all(side.isdigit() and 0 < int(side) <= 8192 for side in sides):
            return QSize(int(sides[0]), int(sides[1]))
        told = form.model.defaults if form and form.model else {}
        return QSize(int(told.get("width", USUAL)), int(told.get("height", USUAL)))

    # ---- acts

    def take(self, number: int, *, focus: bool = True) -> None:
        """Paint this one."""
        if not self._active or not 0 <= number < len(self._regions):
            return
        again, self._at = number == self._at, number
        overlay = self._regions[number].overlay
        if not again or self._canvas.overlay is not overlay:
            self._viewer.mark_instead(overlay, self._strokes, anywhere=True, focus=False)
        self._show()
        if focus:
            self._canvas.setFocus()

    def add(self) -> None:
        """An empty one, unless there is one."""
        blank = next((at for at, each in enumerate(self._regions) if not each.words and not each.ref), None)
        if blank is None:
            blank = len(self._regions)
            self._regions.append(PaintedRegion(blank))
            self._cover(self._regions[blank])
        self.take(blank)

    def _remove(self) -> None:
        del self._regions[self._at : self._at + 1]
        self._write()
        self._read()

    def _word(self, words: str) -> None:
        region = self._regions[self._at]
        region.entry = {"weight": 1.0, **region.entry, "prompt": words}
        self._write()

    def _marked(self) -> None:
        """A stroke has ended: it is written, and the form has it."""
        if not self._active:
            return
        region, bounds, session = self._regions[self._at], self._bounds, self._workbench.session
        draw = region.drawing()
        if draw is None:
            region.entry = {key: value for key, value in region.entry.items() if key != "mask"}
            region.middle = None
            self._write()
            return
        self._pending += 1

        def work() -> tuple[str, Any]:
            image = draw()
            return str(drafts.keep(session.drafts_dir, "mask", drafts.as_png(image))), inside(image, bounds)

        session.worker.run(work, lambda made: self._kept(region, *made), self._fail_keeping)

    def _kept(self, region: PaintedRegion, ref: str, middle: Any) -> None:
        self._pending -= 1
        if region in self._regions:
            self._workbench.document.stack.pushing.emit()  # what was before this stroke is a step of its own
            region.entry = {"weight": 1.0, **region.entry, "mask": ref}
            region.middle = middle
            self._write()
        self._tell()

    def _prepare(self, then: Callable[[], object]) -> None:
        """Before a job: all that is painted is in the form, and the picture is seen without it."""
        self._then.append(then)
        self.end()
        self._tell()

    def _tell(self) -> None:
        if self._then and not self._pending and self._is_opening():
            QTimer.singleShot(OPENING_MS, self, self._tell)
        elif not self._pending:
            calls, self._then = self._then, []
            for call in calls:
                call()

    def _is_opening(self) -> bool:
        """The form looks at what was painted on a worker's thread."""
        field, form = self._field(), self._workbench.forms.form
        editors = form.editor(field.name).findChildren(ImageField) if field and form else []
        return any(editor.opening for editor in editors)

    def _fail(self, error: UserError) -> None:
        self._workbench.notices.show_error("regions", error)

    def _fail_keeping(self, error: UserError) -> None:
        self._pending -= 1
        self._then = []
        self._fail(error)

    def _show(self) -> None:
        if self._active:
            self.bar.show_regions(self._regions, self._at, self._most)
            self._names.show_regions(self._regions, self._at)
