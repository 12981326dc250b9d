"""Pictures larger than the network can take: tile by tile, strip by strip, from top to bottom.

Each tile is seen with `overlap` pixels of its surroundings, which are cut off again. Where the overlap covers what the
network sees around a pixel, the result is that of the whole picture at once.
"""

from collections.abc import Callable, Iterator

import numpy as np

from studio_upscale.source import Box, Pixels

SMALLEST = 32
STRIP_PIXELS = 2**24  # of a strip of the result; what is very wide comes in lower strips


class Tiling:
    """Tiles of one picture. `tile` is halved when memory is short, and stays so."""

    def __init__(
        self, size: tuple[int, int], *, tile: int, overlap: int, multiple: int = 1,
        on_halved: Callable[[int], None] = lambda tile: None,
    ) -> None:  # fmt: skip
        self.size = size
        self.multiple = multiple
        self.tile = max(multiple, tile // multiple * multiple)
        self.overlap = -(-overlap // multiple) * multiple  # a tile must begin where the network's own grid does
        self.tiles = 0
        self._on_halved = on_halved

    def boxes(self, top: int, scale: int) -> list[Box]:
        """The tiles of the strip that begins at `top`, from left to right."""
        width, height = self.size
        most = STRIP_PIXELS // (width * scale * scale) // self.multiple * self.multiple
        bottom = min(height, top + min(self.tile, max(self.multiple, SMALLEST, most)))
        return [Box(left, top, min(width, left + self.tile), bottom) for left in range(0, width, self.tile)]

    def run(self, box: Box, scale: int, paint: Callable[[Box], Pixels]) -> Pixels:
        """One tile, enlarged; `paint` gets it with its surroundings. Raises MemoryError when none is small enough.

        Out of memory halves the tile and goes on.
        """
        if max(box.size) <= self.tile:
            grown = box.grown(self.overlap, self.size)
            try:
                large = paint(grown)
            except MemoryError:
                if not self._halve(max(box.size)):
                    raise
            else:
                self.tiles += 1
                left, top = (box.left - grown.left) * scale, (box.top - grown.top) * scale
                return large[top : top + box.size[1] * scale, left : left + box.size[0] * scale]
        rows = [[self.run(part, scale, paint) for part in row] for row in _parts(box, self.tile)]
        return np.concatenate([np.concatenate(row, axis=1) for row in rows])

    def _halve(self, side: int) -> bool:
        """False when a tile of this side cannot be halved any more."""
        half = max(side // 2, SMALLEST) // self.multiple * self.multiple
        if not 0 < half < side:
            return False
        self.tile = half
        self._on_halved(half)
        return True


def _parts(box: Box, side: int) -> Iterator[list[Box]]:
    """Rows of tiles of at most this side."""
    for top in range(box.top, box.bottom, side):
        bottom = min(box.bottom, top + side)
        yield [Box(left, top, min(box.right, left + side), bottom) for left in range(box.left, box.right, side)]
