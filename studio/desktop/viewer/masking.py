"""Masking: the mask tools of the viewer, the mask and the frame that its canvas shows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QObject, Signal
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QWidget

from studio.desktop.actions.table import Actions
from studio.desktop.canvas import mask_toolbar
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.mask_toolbar import MaskToolbar
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.worker import Worker
from studio.desktop.viewer.candidates import Candidates

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay

MARKING = tuple(name for name in mask_toolbar.TOOLS if name != "frame")


class Masking(QObject):
    """Only the document is marked: a candidate is accepted first, by `accept`."""

    begins = Signal()
    """A tool is about to be used on the document."""

    def __init__(
        self,
        document: Document,
        canvas: CanvasView,
        candidates: Candidates,
        accept: Callable[[], object],
        worker: Worker,
        actions: Actions,
        viewer: QWidget,
    ) -> None:
        super().__init__(viewer)
        self._document, self._canvas, self._candidates = document, canvas, candidates
        self._accept, self._viewer = accept, viewer
        self._begins_with = ""
        """The tool that is taken up as soon as there is a document to use it on."""
        self._instead: MaskOverlay | None = None
        """What the tools mark in the place of the document's mask."""
        self._anywhere = False
        self._allowed = False, False, False
        self.bar = MaskToolbar(
            canvas, document.stack, worker, self._overlay_for, actions, viewer, document=document, ready=self._ready
        )
        self.bar.framed.connect(lambda frame: document.set_frame(self.tr("Extend the picture"), frame))
        self.bar.allow(False)
        document.framed.connect(self._show_border)

    def allow(self, masks: bool, extends: bool, paints: bool) -> None:
        """Whether the chosen task takes a mask, extends pictures, and works on what is painted. To mark is what a task
        with a mask begins with: the brush is in the hand."""
        self._allowed = masks, extends, paints
        if self._instead is not None:
            return
        begins = masks and not self.bar.marks
        self.bar.allow(masks, paints)
        self.bar.allow_frame(extends)
        if begins and not self.bar.chosen:
            self._begins_with = "brush"
        elif not masks and self._begins_with in mask_toolbar.TOOLS:
            self._begins_with = ""

    def mark_instead(
        self, overlay: "MaskOverlay | None", stack: QUndoStack | None = None, *, anywhere: bool = False,
        focus: bool = True,
    ) -> None:  # fmt: skip
        """The tools work on another mask, whose steps `stack` gets; None ends that. `anywhere`: also over a picture
        that is not part of the document."""
        tool = self.bar.chosen if self._instead is not None and self.bar.chosen in MARKING else "brush"
        self.bar.choose("", focus=False)
        self._instead, self._anywhere = overlay, anywhere
        self.bar.stack = self._document.stack if stack is None else stack
        if overlay is None:
            self.allow(*self._allowed)
        else:
            self.bar.allow(True, self._allowed[2])
            self.bar.allow_frame(False)
        self.show()
        if overlay is not None:
            self.bar.choose(tool, focus=focus)

    def show(self) -> None:
        """The mask and the frame, unless a candidate lies over the document."""
        if self._instead is not None and self._anywhere:
            if self._canvas.overlay is not self._instead:
                self._canvas.show_overlay(self._instead)
            self._canvas.show_border(QMargins())
            return
        alone = self._candidates.marked is None
        overlay = (self._instead or self._document.overlay) if alone and self.bar.marks else None
        if self._canvas.overlay is not overlay:
            self._canvas.show_overlay(overlay)
            if not self.bar.is_painting:
                self._put_back(self.bar.chosen if overlay is not None else "")
        if not alone and self.bar.chosen:
            self._put_back("")
        elif alone and not self._candidates and self._begins_with and self._document.layers:
            self._take_up()
        self._show_border()

    def _put_back(self, name: str) -> None:
        """A result is shown: what was in the hand comes back to it with the document."""
        if not name and self.bar.chosen:
            self._begins_with = self.bar.chosen
        self.bar.choose(name, focus=False)

    def _take_up(self) -> None:
        name, self._begins_with = self._begins_with, ""
        self.bar.choose(name, focus=False)

    def _show_border(self) -> None:
        hidden = self._candidates.marked is not None or not self.bar.marks
        self._canvas.show_border(QMargins() if hidden else self._document.frame)

    def _overlay_for(self) -> "MaskOverlay | None":
        """The mask of what is shown."""
        if self._instead is not None and self._anywhere:
            return self._instead
        return (self._instead or self._document.need_overlay()) if self._ready() else None

    def _ready(self) -> bool:
        """Whether what is shown is the document: a picture that is only looked at becomes it first."""
        candidate = self._candidates.marked
        if candidate is not None:
            if candidate.shown is None or self._candidates.side_by_side:
                return False
            self._accept()
            if self._candidates.marked is not None:  # it becomes a layer as soon as it is cut out
                return False
        self.begins.emit()
        return bool(self._document.layers)
