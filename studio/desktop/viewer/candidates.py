"""Candidates: the pictures that stand on the stage and are not part of the document until one is accepted."""

from collections.abc import Iterator
from dataclasses import dataclass

from studio.desktop.canvas.document import PictureSource
from studio.desktop.canvas.job_preview import JobPreview
from studio.desktop.shell.qt_image import Shown


@dataclass(eq=False)
class Candidate:
    """A picture that came from a job or from the strip; `rough` is what is seen of it while it is being made."""

    piece: PictureSource | None = None
    shown: Shown | None = None
    rough: JobPreview | None = None


class Candidates:
    """In the order of their job; one of them is marked, if there are any."""

    def __init__(self) -> None:
        self._all: list[Candidate] = []
        self.at = 0

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._all)

    def __getitem__(self, index: int) -> Candidate:
        return self._all[index]

    @property
    def marked(self) -> Candidate | None:
        return self._all[self.at] if self._all else None

    def arrange(self, count: int) -> None:
        """Room for so many, all of them still to come."""
        self._all, self.at = [Candidate() for _ in range(count)], 0

    def put(self, index: int, candidate: Candidate) -> None:
        self.reach(index)
        self._all[index] = candidate

    def reach(self, index: int) -> Candidate:
        """The one in that place, made if need be."""
        while len(self._all) <= index:
            self._all.append(Candidate())
        return self._all[index]

    def step(self, by: int) -> None:
        self.at = (self.at + by) % len(self._all)

    def keep_finished(self) -> None:
        """Places that stayed without a picture go, unless they are all there is."""
        kept = [candidate for candidate in self._all if candidate.piece]
        if kept:
            marked = self._all[self.at]
            self._all = kept
            self.at = kept.index(marked) if marked in kept else min(self.at, len(kept) - 1)

    def discard(self) -> None:
        """The marked one goes."""
        self._all.pop(self.at)
        self.at = max(0, min(self.at, len(self._all) - 1))
