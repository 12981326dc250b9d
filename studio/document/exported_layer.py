"""Sheet: a layer on its way to another program, in whatever format."""

from typing import NamedTuple


class ExportedLayer(NamedTuple):
    """A layer: its pixels as a PNG, its place, 0 … 1 how strongly it is seen."""

    name: str
    png: bytes
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    visible: bool = True
