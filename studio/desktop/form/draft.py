"""Drafts: pictures that were pasted and masks that were painted, kept as files so that jobs can name them."""

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from studio.atomic import writing
from studio.errors import UserError
from studio.library import identity


def keep(folder: Path, kind: str, data: bytes) -> Path:
    """A new file with these bytes. For a worker's thread. Raises UserError when it cannot be written."""
    path = folder / f"{kind}-{identity.new_id(identity.utc_now())}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with writing(path) as file:
            file.write(data)
    except OSError as error:
        raise UserError(
            f"The picture could not be kept in {folder} ({error.strerror}); free some space there and try again.",
            code="storage",
        ) from error
    return path


def keep_pasted(folder: Path, pixels: bytes | QImage) -> Path:
    """A picture that came from another program, encoded or as pixels. For a worker's thread. Raises UserError."""
    return keep(folder, "pasted", pixels if isinstance(pixels, bytes) else as_png(pixels))


def as_png(image: QImage) -> bytes:
    """The file of a picture that came as pixels. For a worker's thread."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return bytes(data.data())
