"""PaintedRegion: one entry of the form's list, with what is painted of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage

if TYPE_CHECKING:  # numpy, which the first paint should not wait for
    from studio.desktop.canvas.mask_overlay import MaskOverlay

COLOURS = (
    ("#1677e8", "#8cc4ff"), ("#f28c0c", "#ffd08a"), ("#0f9d58", "#8ee0b4"), ("#9b4dea", "#d6b3ff"),
    ("#d9a400", "#fff0a0"), ("#e0402f", "#ffb3aa"),
)  # fmt: skip
"""Each in two stripes, so that it is seen over any picture; Edit's own mask is pink."""
Entry = dict[str, Any]


@dataclass
class PaintedRegion:
    number: int
    """Its place in the list, which its colour follows."""
    entry: Entry = field(default_factory=dict)
    """As the form has it: prompt, mask, weight; {} for one that it has not yet."""
    overlay: "MaskOverlay | None" = None
    middle: QPointF | None = None
    """A point of the picture inside it, for its name; None for one that is empty."""

    @property
    def words(self) -> str:
        return str(self.entry.get("prompt") or "")

    @property
    def ref(self) -> str | None:
        mask = self.entry.get("mask")
        return mask if isinstance(mask, str) and mask else None

    @property
    def colour(self) -> QColor:
        return QColor(COLOURS[self.number % len(COLOURS)][0])

    def cover(self, bounds: QRect, grey: QImage | None) -> None:
        """Lie over a picture, as a mask of any size says."""
        from studio.desktop.canvas.mask_overlay import MaskOverlay, from_grey  # first needed after the first paint

        base = None
        if grey is not None:
            scaled = grey.scaled(bounds.size(), mode=Qt.TransformationMode.SmoothTransformation)
            base = from_grey(scaled)
        colours = [QColor(each).rgb() for each in COLOURS[self.number % len(COLOURS)]]
        self.overlay = MaskOverlay(bounds.size(), base, bounds.topLeft(), colours=(colours[0], colours[1]))
        self.middle = None if grey is None else inside(grey, bounds)

    def drawing(self) -> Callable[[], QImage] | None:
        """What draws its mask, on a worker's thread; None for one that is empty."""
        overlay = self.overlay
        return None if overlay is None or overlay.mask.is_empty else overlay.drawing()


SIDE = 64


def inside(grey: QImage, bounds: QRect) -> QPointF | None:
    """The point of a mask that is nearest to the middle of all that it marks, in pixels of the picture."""
    import numpy as np

    from studio.desktop.canvas.mask_overlay import from_grey  # first needed after the first paint

    small = from_grey(grey.scaled(SIDE, SIDE, mode=Qt.TransformationMode.SmoothTransformation))
    rows, columns = np.nonzero(small > 127)
    if not len(rows):
        rows, columns = np.nonzero(small)
    if not len(rows):
        return None
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    across, down = (columns[nearest] + 0.5) / SIDE, (rows[nearest] + 0.5) / SIDE
    return QPointF(bounds.x() + across * bounds.width(), bounds.y() + down * bounds.height())
