"""Candidates: the pictures that the viewer shows and that are not part of the document until one is accepted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from studio.desktop.canvas.document import PictureSource
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.shell.qt_image import Shown


@dataclass(eq=False)
class Candidate:
    """A picture that came from a job or from the filmstrip; `preview` is what is seen of it while it is being made."""

    piece: PictureSource | None = None
    shown: Shown | None = None
    preview: JobPreview | None = None


class CandidatesState(NamedTuple):
    """All of them, which is marked, whether it is shown alone, and which task has made them."""

    all: tuple[Candidate, ...]
    at: int
    alone: bool
    task: str


class Candidates(QObject):
    """In the order of their job; one is marked, if there are any. Several are shown side by side, or one alone."""

    replaced = Signal()
    """Others have come in their place."""
    changed = Signal()
    changed_at = Signal(int)
    """Only the one in this place has changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Candidate] = []
        self.at = 0
        self._alone = False
        self.task = ""
        """Which task makes them; '' for a picture of another origin."""
        self.former: tuple[PictureSource, Shown] | None = None
        """What was shown before a job began."""

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._all)

    def __getitem__(self, index: int) -> Candidate:
        return self._all[index]

    @property
    def marked(self) -> Candidate | None:
        return self._all[self.at] if self._all else None

    @property
    def side_by_side(self) -> bool:
        return len(self._all) > 1 and not self._alone

    # ---- other pictures

    def begin(self, count: int, task: str = "") -> None:
        """Room for the pictures of a job of that task."""
        marked = self.marked
        if marked and marked.piece and marked.shown:
            self.former = marked.piece, marked.shown
        elif not marked:
            self.former = None
        self._replace(max(1, count), task)

    def show_preview(self, index: int, preview: JobPreview) -> None:
        """`index`: which picture of the job is forming."""
        self._reach(index).preview = preview
        self.changed_at.emit(index)

    def show_result(self, index: int, piece: PictureSource, shown: Shown) -> None:
        self._reach(index)
        self._all[index] = Candidate(piece, shown)
        self.changed_at.emit(index)

    def show_one(self, piece: PictureSource, shown: Shown) -> None:
        """One picture and no other."""
        self._replace(1)
        self.show_result(0, piece, shown)

    def finish(self) -> None:
        """The job has ended: places that stayed without a picture go, unless they are all there is."""
        kept = [candidate for candidate in self._all if candidate.piece]
        if kept:
            marked = self._all[self.at]
            self._all = kept
            self.at = kept.index(marked) if marked in kept else min(self.at, len(kept) - 1)
        self.changed.emit()

    def clear(self) -> None:
        self.former = None
        self._replace(0)

    def empty(self) -> None:
        """None of them; what was shown before the job stays known."""
        self._replace(0)

    def take_off(self) -> None:
        """All of them, as they become part of the document, which shows itself then."""
        self._set_places(0)

    def discard(self) -> None:
        """The marked one goes; the library keeps it."""
        if self._all:
            self._all.pop(self.at)
            self.at = max(0, min(self.at, len(self._all) - 1))
            self.former = None
            self.changed.emit()

    @property
    def state(self) -> CandidatesState:
        return CandidatesState(tuple(self._all), self.at, self._alone, self.task)

    def restore(self, state: CandidatesState) -> None:
        """Those of another time, as they were shown then."""
        self._all, self.at, self._alone, self.task = [*state.all], state.at, state.alone, state.task
        self.replaced.emit()

    # ---- which of them

    def step(self, by: int) -> None:
        self.at = (self.at + by) % len(self._all)
        self.changed.emit()

    def show_alone(self, index: int) -> None:
        self.at, self._alone = index, True
        self.changed.emit()

    def show_side_by_side(self) -> None:
        self._alone = False
        self.changed.emit()

    def _reach(self, index: int) -> Candidate:
        """The one in that place, made if need be."""
        while len(self._all) <= index:
            self._all.append(Candidate())
        return self._all[index]

    def _replace(self, count: int, task: str = "") -> None:
        self._set_places(count)
        self.task = task
        self.replaced.emit()

    def _set_places(self, count: int) -> None:
        self._all, self.at, self._alone = [Candidate() for _ in range(count)], 0, False
