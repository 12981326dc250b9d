"""A picture saved outside the library, where its user wants it, because the library has no room."""

from pathlib import Path
from typing import TYPE_CHECKING

from studio import atomic, files
from studio.library import picture_id, png
from studio.library.recipe import Embedded, Recipe
from studio.library.sharing import shareable
from studio.library.storage_error import explained

if TYPE_CHECKING:
    from PIL import Image


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
    return path
