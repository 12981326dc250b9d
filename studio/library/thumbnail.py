"""Small pictures for galleries, made when they are first asked for."""

from pathlib import Path
from typing import TYPE_CHECKING

from studio.atomic import writing
from studio.errors import UserError
from studio.text import Text

if TYPE_CHECKING:
    from PIL import Image

SIDE = 256  # pixels


def make(picture: Path, size: tuple[int, int], target: Path) -> None:
    """Write the thumbnail of a picture of this size. Raises UserError for a picture that cannot be read."""
    save(_shrink(picture, size), target)


def save(small: "Image.Image", target: Path) -> None:
    """Write a small picture as a thumbnail. Raises OSError."""
    for folder in (target.parent.parent, target.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    with writing(target) as file:
        small.save(file, "WEBP", quality=80, method=2)


def _shrink(picture: Path, size: tuple[int, int]) -> "Image.Image":
    from PIL import Image, PngImagePlugin

    try:
        with PngImagePlugin.PngImageFile(picture) as image:
            if image.size != size:
                raise ValueError("it is not the picture that was saved")
            image.load()
            small = _eight_bit(image)
    except (OSError, ValueError, SyntaxError) as error:
        raise UserError(
            "The picture {} cannot be shown: {}. The file was left as it is; restore it from a backup.",
            picture,
            Text(str(error)),
            code="invalid_image",
        ) from error
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    return small


def _eight_bit(image: "Image.Image") -> "Image.Image":
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
