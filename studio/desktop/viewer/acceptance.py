"""Acceptance: makes a candidate a layer of the document, or a document of its own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect

from studio.desktop.canvas.document import Document, new_key
from studio.desktop.canvas.layer import Layer
from studio.desktop.canvas.layer_cut import cut
from studio.desktop.canvas.undo import StateCommand
from studio.desktop.shell.qt_image import grey
from studio.desktop.shell.worker import Worker
from studio.desktop.viewer.candidates import Candidate, Candidates, CandidatesState


class Acceptance(QObject):
    """`accepted` is called before the document changes."""

    def __init__(self, document: Document, worker: Worker, accepted: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._worker, self._accepted = document, worker, accepted

    def add(self, candidate: Candidate) -> None:
        """A finished picture, whatever it was made from, over the others and in their middle."""
        piece, shown = candidate.piece, candidate.shown
        if piece is None or shown is None:
            return
        place = QRect(QPoint(), shown.full.size())
        place.moveCenter(self._document.bounds.center())
        layer = Layer(shown, new_key(), self.tr("Picture"), piece.ref, piece.file, at=place.topLeft())
        self._accepted()
        self._document.put_layers(self.tr("Add layer"), (*self._document.layers, layer))

    def discard(self, candidates: Candidates) -> None:
        """The marked one goes, as a step that can be undone."""

        def show(state: object) -> None:
            assert isinstance(state, CandidatesState)
            candidates.restore(state)

        before = candidates.state
        candidates.discard()
        if candidates.state != before:
            command = StateCommand(self.tr("Discard"), before, candidates.state, show, done=True)
            self._document.stack.push(command)

    def accept(self, candidate: Candidate, then: Callable[[], object] = lambda: None, *, beside: bool = False) -> None:
        """A candidate that is finished; of an edit, only what its mask marked. `then` is called when it is done.

        `beside`: what was not made from the document takes its place in no case.
        """
        piece, shown = candidate.piece, candidate.shown
        if piece is None or shown is None:
            return
        area = self._document.place(piece, shown.full.size())
        if area is None:
            self._accepted()
            self._document.open(self.tr("Place picture"), piece, shown, beside=beside)
            then()
            return
        mask = next((name for name in piece.parents if Path(name).stem.startswith("mask-")), None)
        layer = Layer(shown, "", self.tr("Result"), piece.ref, piece.file, at=area.topLeft())
        if mask is None or area != self._document.bounds:
            self._add(layer, then)
            return
        path = Path(mask)
        layer = Layer(shown, "", self.tr("Edit"), piece.ref, piece.file, path, area.topLeft())
        state = self._document.state

        def done(made: Layer) -> None:
            if self._document.state is state:  # else something else was done meanwhile, and this is not for it
                self._add(made, then)

        self._worker.run(lambda: replace(layer, shown=cut(shown, lambda: grey(path))), done, lambda error: done(layer))

    def _add(self, layer: Layer, then: Callable[[], object]) -> None:
        self._accepted()
        self._document.add(self.tr("Accept"), layer)
        then()
