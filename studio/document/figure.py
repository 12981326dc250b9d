"""Figure: a text or a shape as it can be changed again, as long as its layer is not painted on or merged."""

from typing import Literal

import msgspec

Kind = Literal["rectangle", "ellipse", "line"]
Colour = str
"""#rrggbb, or '' for none."""
LONGEST_TEXT = 20_000


class ShapeFigure(msgspec.Struct, frozen=True, tag="shape"):
    """From one corner of its box, or end of its line, to the other, in pixels of the picture."""

    kind: Kind = "rectangle"
    x: float = 0.0
    y: float = 0.0
    to_x: float = 0.0
    to_y: float = 0.0
    fill: Colour = ""
    stroke: Colour = "#000000"
    width: float = 4.0


class TextFigure(msgspec.Struct, frozen=True, tag="text"):
    """`x`, `y` is the top left of the first line; `size` in pixels of the picture."""

    text: str = ""
    x: float = 0.0
    y: float = 0.0
    size: float = 48.0
    family: str = ""
    colour: Colour = "#000000"
    bold: bool = False
    italic: bool = False


Figure = ShapeFigure | TextFigure
