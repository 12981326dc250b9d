"""From files and bytes to what Qt draws; decoding is left to `studio.images`, on a worker's thread."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from PIL import Image

SMALLEST_SIDE = 512
"""Pixels: no smaller copies are made of a picture that fits into this."""


class Shown(NamedTuple):
    """A picture ready to be drawn: all of it, and copies of half the size, a quarter and so on, for smaller zooms."""

    full: QImage
    halves: tuple[QImage, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def small(self) -> QImage:
        """The smallest of the copies."""
        return self.halves[-1] if self.halves else self.full

    def level(self, scale: float) -> QImage:
        """The smallest copy that is still as large as the picture is drawn at `scale`."""
        chosen = self.full
        for half in self.halves:
            if half.width() < self.full.width() * scale:
                break
            chosen = half
        return chosen


def load(source: Path | bytes) -> Shown:
    """Raises UserError when it cannot be read. For a worker's thread."""
    from studio import images  # takes 50 ms, which the first paint should not wait for

    picture = images.open_image(source)
    return prepared(to_qimage(picture.image), picture.notes)


def passing(path: Path, side: int, folder: Path) -> QImage:
    """A small copy of a picture; one that was put into `folder` was made for this only, and goes.

    For a worker's thread. Raises UserError.
    """
    try:
        return shrunk(load(path).full, side)
    finally:
        if path.parent == folder:
            path.unlink(missing_ok=True)


def grey(path: Path) -> QImage:
    """A mask, 255 = repaint. Raises UserError. For a worker's thread."""
    from studio import images  # slow, and first needed after the first paint

    return to_qimage(images.load_mask(path)).convertToFormat(QImage.Format.Format_Grayscale8)


def prepared(full: QImage, notes: tuple[str, ...] = ()) -> Shown:
    """A picture with its smaller copies; takes time for a large one, so for a worker's thread."""
    halves, last = [], full
    while max(last.width(), last.height()) > SMALLEST_SIDE:
        half = QSize(max(1, last.width() // 2), max(1, last.height() // 2))
        last = last.scaled(half, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        halves.append(last)
    return Shown(full, tuple(halves), notes)


def preview(data: bytes) -> QImage:
    """A small JPEG from the engine. Raises UserError. For a worker's thread."""
    from studio import images  # slow, and first needed after the first paint

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
