"""Comparing: shows what is on the canvas beside what it was made from."""

from PySide6.QtCore import QObject, Signal

from studio.desktop.canvas.comparison import BeforeAfter, Mode
from studio.desktop.canvas.document import Document, PictureSource
from studio.desktop.canvas.layer import Scene
from studio.desktop.canvas.view import CanvasView
from studio.desktop.shell.qt_image import Shown
from studio.desktop.viewer import scenes
from studio.desktop.viewer.candidates import Candidate


class Comparing(QObject):
    """Its mode stays; the comparison ends with every other scene, and `show` begins the next."""

    source_wanted = Signal(object)
    """What was this PictureSource made from? To be answered by `show_source`."""
    began = Signal()

    def __init__(self, document: Document, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._document, self._canvas = document, canvas
        self.mode: Mode | None = None
        self._source: tuple[PictureSource, Shown] | None = None
        """A picture, and what it was made from."""

    def set_mode(self, mode: Mode | None) -> None:
        """None for not at all."""
        self.mode = mode
        self._canvas.compare(None)

    def forget_source(self) -> None:
        self._source = None

    def show_source(self, piece: PictureSource, shown: Shown, candidate: Candidate | None) -> None:
        self._source = piece, shown
        self.show(candidate)

    def show(self, candidate: Candidate | None) -> None:
        """Compare what is shown, if a mode is chosen and it is not compared yet."""
        if self.mode is None or self._canvas.comparison is not None:
            return
        scene = self._before(candidate)
        if scene is not None:
            self.began.emit()
            words = self.tr("before"), self.tr("after")
            self._canvas.compare(BeforeAfter(scene, self.mode, words, self._canvas))

    def _before(self, candidate: Candidate | None) -> Scene | None:
        if candidate is None:
            return scenes.before_document(self._document)
        if candidate.piece is None or candidate.shown is None:
            return None
        area = self._document.place(candidate.piece, candidate.shown.full.size())
        if area is not None:
            return scenes.before_result(self._document, area)
        if self._source is None or self._source[0] != candidate.piece:
            self.source_wanted.emit(candidate.piece)
            return None
        return scenes.before_source(self._source[1], candidate.shown)
