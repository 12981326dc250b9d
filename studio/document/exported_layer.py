"""ExportedLayer: a layer on its way to another program, in whatever format."""

from typing import NamedTuple

from studio.document.blend_mode import BlendMode


class ExportedLayer(NamedTuple):
    """A layer: its pixels as a PNG, its place, 0 … 1 how strongly it is seen, how it mixes with what is below it.

    `mask` is a grey PNG as large as the pixels, for a format that has masks: what it does not mark is hidden.
    """

    name: str
    png: bytes
    x: int = 0
    y: int = 0
    opacity: float = 1.0
    visible: bool = True
    blend: BlendMode = BlendMode.NORMAL
    mask: bytes = b""
