"""CanvasAccess: what a field for a picture may ask of the canvas, whose picture it takes by default."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtGui import QImage

from studio.errors import UserError


class CanvasPicture(NamedTuple):
    """What stands on the canvas, or marks it, as a field shows it and a job names it; `ref` is '' until it is kept."""

    ref: str
    path: Path | None
    size: tuple[int, int]
    thumbnail: QImage
    notes: tuple[str, ...] = ()
    beneath: bool = False
    """Whether results of the same task lie over it, which are not part of it."""


class CanvasAccess(Protocol):
    def open(self, ref: str, path: Path) -> None:
        """Put a picture on the canvas; a `ref` that jobs can name, and its file."""
        ...

    def open_mask(self, path: Path, refused: Callable[[UserError], None]) -> None:
        """Mark on the canvas what a file marks, if it has the size of the picture there."""
        ...

    def mark(self) -> bool:
        """Take the brush; False where nothing can be marked."""
        ...

    def clear_mask(self) -> None: ...

    def paint_region(self, mask: object, words: object) -> None:
        """Paint on the canvas the region that has this mask and these words."""
        ...
