"""PaintState: what tools on the canvas are set to, kept for the next start."""

from typing import Annotated

import msgspec

from studio.document.figure import ShapeFigure

SIZES = 60
"""Of pictures whose brushes are remembered, the last ones."""
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class BrushSetting(msgspec.Struct, frozen=True):
    radius: Annotated[float, msgspec.Meta(ge=0.5, le=2000)]
    hardness: Share = 0.8


class PaintState(msgspec.Struct):
    brushes: dict[str, BrushSetting] = {}
    """By kind of brush and size of the picture."""
    colour: str = "#000000"
    recent: list[str] = []
    opacity: Share = 1.0
    shape: ShapeFigure = ShapeFigure()
    rulers: bool = False
    grid: bool = False
    snap: bool = True
    step: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 64

    def brush(self, kind: str, size: tuple[int, int], default: BrushSetting) -> BrushSetting:
        """What this kind of brush was last set to on pictures of this size."""
        return self.brushes.get(_key(kind, size), default)

    def remember(self, kind: str, size: tuple[int, int], setting: BrushSetting) -> None:
        key = _key(kind, size)
        self.brushes.pop(key, None)
        self.brushes[key] = setting
        for old in [*self.brushes][:-SIZES]:
            del self.brushes[old]


def _key(kind: str, size: tuple[int, int]) -> str:
    return f"{kind} {size[0]}x{size[1]}"
