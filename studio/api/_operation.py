"""PictureOperation: what makes a control picture of a picture: its edges, its depth, a pose."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from PIL import Image

SHOWS = {
    "auto": "Automatic", "lines": "Lines and edges", "scribble": "Scribbles and soft edges", "depth": "Depth",
    "pose": "A pose", "normals": "Normals", "segments": "Segments", "tile": "A tile", "blur": "A blurred picture",
    "inpaint": "The part to paint",
}  # fmt: skip
"""What a control picture may show, for ControlNets that read several kinds, and what it is called."""


class ControlPicture(NamedTuple):
    """A control picture, RGB, and what it shows: one of SHOWS, '' where that has no name there."""

    image: Image.Image
    shows: str = ""


@dataclass(frozen=True)
class PictureOperation:
    """One way of making a control picture. A plugin returns them from its hook `register_picture_operations`."""

    id: str
    """Lower-case words joined by hyphens: what `hint` of an api.Control says."""
    title: str
    run: Callable[[Image.Image, Path | None], Image.Image]
    """Gets a picture, RGB, and the file of `weights`; returns one of the same size, RGB or L. It keeps nothing, for it
    is called in several threads, for previews too, and imports what is heavy by itself."""
    shows: str = ""
    """What the result shows, see SHOWS: ControlNets that read several kinds are told."""
    weights: str = ""
    """The `Signature.role` of the file of weights that it needs; '' for none."""
    missing: str = ""
    """The sentence when no such file is here: what to get, and from where."""
