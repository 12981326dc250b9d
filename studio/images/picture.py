"""What a file becomes once it is pixels."""

from dataclasses import dataclass

from PIL import Image

from studio.images.space import Space
from studio.text import Text

FILE_CAP = 2**30
"""Bytes of a file: more than any picture below the pixel cap needs."""
PROFILE_CAP = 16 * 2**20
"""Bytes of a colour profile, unpacked."""


@dataclass(frozen=True)
class Picture:
    """A picture from outside. The images may be one object, so copy before you change one."""

    image: Image.Image
    """The working copy: upright, sRGB, mode RGB, or RGBA when something in it is transparent."""
    original: Image.Image
    """As decoded, but upright: its own mode and colour space. 16-bit colour (not grey) arrives reduced to 8 bits."""
    icc: bytes | None
    """The colour profile of `original`, made from what the file says where it holds none; None for sRGB."""
    notes: tuple[str, ...]
    """What was adapted or left out, one sentence each."""
    has_alpha: bool
    """Whether a pixel is less than opaque."""
    bits: int
    """Bits per channel in the file."""
    format: str


@dataclass(frozen=True)
class ImageHeader:
    """What a file says about its pixels, read before any of them is decoded."""

    data: bytes
    """The file without its metadata, for the decoder."""
    size: tuple[int, int] | None = None
    """As stored; None when only the decoder can tell."""
    bits: int = 8
    orientation: int = 1
    """As in EXIF."""
    icc: bytes | None = None
    space: Space | None = None
    """What it says of its colours where it has no profile; None for nothing."""
    notes: tuple[str, ...] = ()


class Damaged(Exception):
    """The file is not what its first bytes promise; `reason` says why, as part of a sentence."""

    def __init__(self, template: str, *args: object) -> None:
        self.reason = Text(template, *args)
        super().__init__(self.reason)


BROKEN_PROFILE = Text("Its colour profile is damaged and was ignored; colours are taken as sRGB.")
FIRST_FRAME = Text("It is animated; only its first frame is used.")
