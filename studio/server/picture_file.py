"""A picture of the library as the file that a client asked for."""

import io
import tempfile
from pathlib import Path
from typing import NamedTuple

from studio.library import export

FORMATS = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}


class PictureFormat(NamedTuple):
    """One of FORMATS; `quality` from 0 to 100, None for the best that is sensible."""

    name: str = "png"
    quality: int | None = None

    @property
    def media_type(self) -> str:
        return FORMATS[self.name]


def encode(path: Path, wanted: PictureFormat) -> bytes:
    """The file, with the recipe that made the picture, but for folders' names. Raises UserError, OSError."""
    if wanted.name == "png":
        buffer = io.BytesIO()
        export.copy_into(path, buffer)
        return buffer.getvalue()
    with tempfile.TemporaryDirectory(prefix="studio-") as folder:
        target = Path(folder) / f"picture.{wanted.name}"
        export.save(path, target, with_recipe=True, quality=wanted.quality)
        return target.read_bytes()


def encode_preview(jpeg: bytes, wanted: PictureFormat) -> bytes:
    """A preview in the same format as the picture that it is of."""
    if wanted.name == "jpeg":
        return jpeg
    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        image.save(buffer, wanted.name.upper(), quality=80)
    return buffer.getvalue()
