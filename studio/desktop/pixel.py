"""From files and bytes to what Qt draws; decoding is left to `studio.images`, on a worker's thread."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from PIL import Image

LARGE_SIDE = 2048
"""Pixels: a larger picture is drawn from a smaller copy until it is zoomed into."""


class Shown(NamedTuple):
    """A picture ready to be drawn: all of it, and a copy small enough to be scaled at every paint."""

    full: QImage
    small: QImage
    notes: tuple[str, ...] = ()


def load(source: Path | bytes) -> Shown:
    """Raises UserError when it cannot be read. For a worker's thread."""
    from studio import images  # takes 50 ms, which the first paint should not wait for

    picture = images.open_image(source)
    full = to_qimage(picture.image)
    return Shown(full, shrunk(full, LARGE_SIDE), picture.notes)


def preview(data: bytes) -> QImage:
    """A small JPEG from the engine. Raises UserError. For a worker's thread."""
    from studio import images

    return to_qimage(images.load_rgb(data))


def to_qimage(image: "Image.Image") -> QImage:
    """A copy in a format that Qt draws without converting it first."""
    alpha = image.mode in ("RGBA", "LA") or "transparency" in image.info
    image = image.convert("RGBA" if alpha else "RGB")
    channels = 4 if alpha else 3
    kind = QImage.Format.Format_RGBA8888 if alpha else QImage.Format.Format_RGB888
    raw = QImage(image.tobytes(), image.width, image.height, image.width * channels, kind)
    drawn = QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32
    return raw.convertToFormat(drawn)


def shrunk(image: QImage, side: int) -> QImage:
    """The picture itself if no side is longer than that."""
    if max(image.width(), image.height()) <= side:
        return image
    box = QSize(side, side)
    return image.scaled(box, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
