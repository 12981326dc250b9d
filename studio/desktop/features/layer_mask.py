"""Layer mask: the mask of a layer is painted with the tools that mark; what it hides is tinted, and goes at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from studio.desktop.actions.action import Action, MenuPlace, Section
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_panel import MENU
from studio.desktop.shell.notices import plain_label
from studio.desktop.style.label_text import one_line
from studio.desktop.workbench import Workbench
from studio.errors import UserError

if TYPE_CHECKING:  # numpy, which a window without a mask does not need
    from studio.desktop.canvas.layer_mask import LayerMask

ACTION = "layer.paint-mask"


class MaskSteps(QUndoStack):
    """Tells of each stroke: the step of the document is the layer with its new mask."""

    told = Signal()

    def push(self, command: QUndoCommand) -> None:
        self.told.emit()


class LayerMaskBar(QFrame):
    """Says whose mask is painted, and ends it."""

    def __init__(self, end: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "choices")
        self.setAccessibleName(self.tr("Layer mask"))
        self._about = plain_label("")
        self._about.setWordWrap(False)
        hint = plain_label(self.tr("Brush shows, eraser hides"))
        hint.setProperty("role", "hint")
        hint.setWordWrap(False)
        done = QPushButton(self.tr("Done"), self)
        done.clicked.connect(end)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 5, 8, 5)
        row.setSpacing(12)
        for widget in (self._about, hint, done):
            row.addWidget(widget)
        self.hide()

    def show_for(self, layer: Layer) -> None:
        self._about.setText(self.tr("Layer mask: {0}").format(one_line(layer.name, 24)))
        self.show()


class LayerMaskPainting(QObject):
    """Ends with a result, another task, or when its layer is gone. Each stroke is written down in its turn."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._document = workbench, workbench.document
        self._viewer, self._worker = workbench.viewer, workbench.session.worker
        self.mask: LayerMask | None = None
        self._key = ""
        self._known: tuple[object, ...] = ()
        """Of which mask, and in which place, the tools paint."""
        self._waiting: list[tuple[str, Callable[[], Layer]]] = []
        """Strokes that are not in their layers yet."""
        self._busy = False
        self._round = 0
        self._steps = MaskSteps(self)
        self._steps.told.connect(self._write)
        self.bar = LayerMaskBar(self.end, workbench.window)
        workbench.viewer.lay_over(self.bar)
        workbench.actions.add(
            Action(
                ACTION, self.tr("Paint layer mask"), self.switch, "mask-brush",
                about=self.tr("Show and hide parts of the layer with brush, eraser and selections"),
                enabled=self._can, checked=lambda: bool(self._key), menu=MenuPlace(MENU, 3), section=Section.LAYERS,
            )
        )  # fmt: skip
        self._document.shown.connect(self._follow)
        self._viewer.turned.connect(self._follow)
        workbench.forms.chosen.connect(self.end)

    def _can(self) -> bool:
        return self._viewer.candidate is None and bool(self._document.layers)

    def switch(self) -> None:
        layer = self._document.chosen
        if self._key or layer is None:
            self.end()
        else:
            self._key = layer.key
            self._read(layer)

    def end(self) -> None:
        if not self._key:
            return
        self._key, self.mask, self._known = "", None, ()
        self._round += 1
        self.bar.hide()
        self._viewer.mark_instead(None)
        self._workbench.actions.refresh(ACTION)

    def _read(self, layer: Layer) -> None:
        """What the tools are to paint in, as the layer has it now."""
        from studio.desktop.canvas import layer_mask  # numpy comes with it

        self._round += 1
        number, bounds, self._known = self._round, self._document.bounds, _known(layer)
        self._waiting.clear()

        def begin(mask: "LayerMask") -> None:
            if number == self._round:
                self.mask = mask
                self._viewer.mark_instead(mask.overlay, self._steps)
                self.bar.show_for(layer)
                self._workbench.actions.refresh(ACTION)

        self._worker.run(lambda: layer_mask.read(layer, bounds), begin, self._fail)

    def _follow(self) -> None:
        """The layer may have been changed, undone or deleted."""
        self._workbench.actions.refresh(ACTION)
        if not self._key:
            return
        layer = self._document.layer(self._key)
        if layer is None or not self._can():
            self.end()
        elif _known(layer) != self._known:
            self._read(layer)

    def _write(self) -> None:
        layer = self._document.layer(self._key)
        if self.mask is not None and layer is not None:
            made = self.mask.drawing(layer, self._workbench.session.drafts_dir)
            self._waiting.append((self._key, made))
            self._next()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        key, work = self._waiting.pop(0)
        if (before := self._document.layer(key)) is None:
            return
        self._busy, known = True, _known(before)

        def done(made: Layer) -> None:
            self._busy = False
            layer = self._document.layer(key)
            if layer is not None and _known(layer) == known:  # else it was undone meanwhile
                self._put(layer, made)
            self._next()

        self._worker.run(work, done, self._fail)

    def _put(self, layer: Layer, made: Layer) -> None:
        painted = replace(
            layer, shown=made.shown, file=made.file, mask=made.mask, soft=True, painted=False, figure=None
        )  # fmt: skip
        if self._key:
            self._known = _known(painted)
        self._document.replace(self.tr("Paint layer mask"), painted)

    def _fail(self, error: UserError) -> None:
        self._busy = False
        self._waiting.clear()
        self._workbench.notices.show_error("canvas", error)
        self.end()


def _known(layer: Layer) -> tuple[object, ...]:
    return layer.mask, layer.placement


def install(workbench: Workbench) -> None:
    LayerMaskPainting(workbench)
