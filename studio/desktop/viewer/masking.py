"""Masking: the mask tools of the viewer, the mask and the frame that its canvas shows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.desktop.actions.table import Actions
from studio.desktop.canvas.document import Document
from studio.desktop.canvas.mask_toolbar import MaskToolbar
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.worker import Worker
from studio.desktop.viewer.candidates import Candidates

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay


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
        self.bar = MaskToolbar(canvas, document.stack, worker, self._overlay_for, actions, viewer)
        self.bar.framed.connect(lambda frame: document.set_frame(self.tr("Extend the picture"), frame))
        self.bar.allow(False)
        document.framed.connect(self._show_border)

    def allow(self, masks: bool, extends: bool) -> None:
        """Whether the chosen task takes a mask, and extends pictures."""
        self.bar.allow(masks)
        self.bar.allow_frame(extends)

    def show(self) -> None:
        """The mask and the frame, unless a candidate lies over the document."""
        marks = self._candidates.marked is None and self.bar.isVisibleTo(self._viewer)
        overlay = self._document.overlay if marks else None
        if self._canvas.overlay is not overlay:
            self._canvas.show_overlay(overlay)
            self.bar.choose(self.bar.chosen if overlay is not None else "")
        self._show_border()

    def _show_border(self) -> None:
        hidden = self._candidates.marked is not None or self.bar.isHidden()
        self._canvas.show_border(QMargins() if hidden else self._document.frame)

    def _overlay_for(self) -> "MaskOverlay | None":
        """The mask of what is shown; a picture that is only looked at becomes the document first."""
        candidate = self._candidates.marked
        if candidate is not None:
            if candidate.shown is None or self._candidates.side_by_side:
                return None
            self._accept()
            if self._candidates.marked is not None:  # it becomes a layer as soon as it is cut out
                return None
        self.begins.emit()
        return self._document.need_overlay()
