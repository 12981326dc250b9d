"""A picture saved outside the library, where its user wants it, because the library has no room."""

from pathlib import Path
from typing import TYPE_CHECKING

from studio import atomic, files
from studio.errors import UserError
from studio.library import picture_id, png, png_copy
from studio.library.recipe import Embedded, Recipe
from studio.library.sharing import shareable
from studio.library.storage_error import explained

if TYPE_CHECKING:
    from PIL import Image


def copy_loose(source: Path, recipe: Recipe, folder: Path, id: str) -> Path:
    """The same for a finished picture in a file: bit for bit, under its own id. Raises StorageError, UserError."""
    told = Embedded(id, picture_id.utc_now().isoformat(timespec="milliseconds"), shareable(recipe))
    path = files.absolute(folder) / f"{id}.png"
    with explained(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with atomic.writing(path) as file:
                png_copy.copy_with(source, file, told)
        except png_copy.NotCopiedError:
            raise UserError("“{}” is no picture of the studio.", source.name, code="invalid_image") from None
    return path


def save_loose(image: "Image.Image", recipe: Recipe, folder: Path, icc: bytes | None = None) -> Path:
    """Write a PNG with its recipe inside, as the library would. Raises StorageError."""
    png.check(image)
    now = picture_id.utc_now()
    told = shareable(recipe)
    embedded = Embedded(picture_id.new_id(now), now.isoformat(timespec="milliseconds"), told)
    path = files.absolute(folder) / f"{embedded.id}.png"
    with explained(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic.writing(path) as file:
            png.write(image, file, embedded, icc)
            png.verify(file, image.size)
    return path
