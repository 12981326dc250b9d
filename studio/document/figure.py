"""Figure: a text or a shape as it can be changed again, as long as its layer is not painted on or merged."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Kind = Literal["rectangle", "ellipse", "line"]
Colour = Annotated[str, Meta(pattern="^(#[0-9a-fA-F]{6})?$")]
"""#rrggbb, or '' for none."""
LONGEST_TEXT = 20_000
Place = Annotated[float, Meta(ge=-1e6, le=1e6)]


class ShapeFigure(msgspec.Struct, frozen=True, tag="shape"):
    """From one corner of its box, or end of its line, to the other, in pixels of the picture."""

    kind: Kind = "rectangle"
    x: Place = 0.0
    y: Place = 0.0
    to_x: Place = 0.0
    to_y: Place = 0.0
    fill: Colour = ""
    stroke: Colour = "#000000"
    width: Annotated[float, Meta(ge=0, le=1000)] = 4.0


class TextFigure(msgspec.Struct, frozen=True, tag="text"):
    """`x`, `y` is the top left of the first line; `size` in pixels of the picture."""

    text: Annotated[str, Meta(max_length=LONGEST_TEXT)] = ""
    x: Place = 0.0
    y: Place = 0.0
    size: Annotated[float, Meta(ge=1, le=4000)] = 48.0
    family: str = ""
    colour: Colour = "#000000"
    bold: bool = False
    italic: bool = False


Figure = ShapeFigure | TextFigure
