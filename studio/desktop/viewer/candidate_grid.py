"""CandidateGrid: the pictures of one job side by side."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.desktop.canvas.view import CanvasView
from studio.desktop.viewer.candidates import Candidate


class CandidateGrid(QWidget):
    """`chosen` carries the number of the picture that got the keyboard, `opened` that of one to be seen alone."""

    chosen = Signal(int)
    opened = Signal(int)
    zoomed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views: list[CanvasView] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)

    def keep_free(self, bottom: int) -> None:
        """So many pixels below the pictures, where something lies over the grid."""
        self._grid.setContentsMargins(0, 0, 0, bottom)

    def room(self, count: int) -> None:
        """So many places; those that are there already keep their pictures."""
        while len(self.views) > count:
            self.remove(len(self.views) - 1)
        for _ in range(count - len(self.views)):
            view = CanvasView(self)
            view.chosen.connect(lambda view=view: self.chosen.emit(self.views.index(view)))
            view.opened.connect(lambda view=view: self.opened.emit(self.views.index(view)))
            view.zoomed.connect(self.zoomed)
            self.views.append(view)
        self._lay_out()

    def show_candidate(self, number: int, candidate: Candidate) -> None:
        view = self.views[number]
        if candidate.shown is not None and candidate.piece is not None:
            if view.file != candidate.piece.file:
                view.show_picture(candidate.shown, candidate.piece.file)
        elif candidate.preview is not None:
            view.show_preview(candidate.preview.whole)

    def remove(self, number: int) -> None:
        view = self.views.pop(number)
        self._grid.removeWidget(view)
        view.hide()
        view.deleteLater()
        self._lay_out()

    def mark(self, number: int) -> None:
        for other, view in enumerate(self.views):
            view.marked = other == number
            view.update()

    def _lay_out(self) -> None:
        columns = math.ceil(math.sqrt(len(self.views))) or 1
        for number, view in enumerate(self.views):
            self._grid.removeWidget(view)
            view.setAccessibleName(self.tr("Picture {0} of {1}").format(number + 1, len(self.views)))
            self._grid.addWidget(view, number // columns, number % columns)
            view.show()
