"""Exchange: pictures on their way out to other programs, and files on their way in."""

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, QProcess, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage

from studio.desktop.shell import drafts
from studio.errors import UserError

ENCODED = ("image/png", "image/jpeg", "image/webp")
"""How other programs put pictures on the clipboard, the best first."""
LONGEST_PATH = 4096


def copy(file: Path, image: QImage) -> None:
    """Onto the clipboard, as a picture and as a file, so that every program finds what it takes."""
    data = QMimeData()
    data.setImageData(image)
    data.setUrls([QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(data)


def save_as(source: Path, target: Path) -> list[str]:
    """Save a copy, with the recipe in it; for a worker's thread. Returns a sentence for each thing that was lost.

    Raises UserError; what was there before stays then.
    """
    from studio.library import export  # slow, and first needed after the first paint

    return export.save(source, target, with_recipe=True)


def save_pixels(source: Path | QImage, target: Path) -> list[str]:
    """Save a picture without its recipe, or one that has no file; otherwise as `save_as`."""
    from studio.library import export  # slow, and first needed after the first paint

    given = drafts.as_png(source) if isinstance(source, QImage) else source
    return export.save(given, target, with_recipe=False)


def reveal(file: Path) -> None:
    """Show the file in the system's file manager. Raises UserError."""
    if not file.exists():
        raise UserError("The file {} is gone; put it back, or leave it be.", file)
    if sys.platform == "win32":
        started = QProcess.startDetached("explorer", ["/select,", str(file)])[0]
    elif sys.platform == "darwin":
        started = QProcess.startDetached("open", ["-R", str(file)])[0]
    else:
        started = QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
    if not started:
        raise UserError("No file manager could be opened; the picture is {}.", file)


def files(data: QMimeData) -> list[Path]:
    """The local files of a drop or of the clipboard; a text that is a whole path counts as one."""
    found = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    text = data.text().strip() if data.hasText() and not data.hasUrls() else ""
    if text and "\n" not in text and len(text) < LONGEST_PATH and Path(text).is_absolute():
        return [Path(text)]
    return found


def has_pixels(data: QMimeData) -> bool:
    return data.hasImage() or any(data.hasFormat(kind) for kind in ENCODED)


def pixels(data: QMimeData) -> bytes | QImage | None:
    """A picture without a file, as it came: encoded, with its profile, where it can be had."""
    if kind := next((kind for kind in ENCODED if data.hasFormat(kind)), ""):
        return bytes(data.data(kind).data())
    image = QImage(data.imageData()) if data.hasImage() else QImage()
    return None if image.isNull() else image


def first_picture(files: list[Path]) -> tuple[Path, list[str]]:
    """The first of many files that can be opened, and why those before it cannot. For a worker's thread.

    Raises UserError when none can.
    """
    from studio import images  # slow, and first needed after the first paint

    refused: list[str] = []
    for file in files:
        try:
            images.open_image(file)
        except UserError as error:
            refused.append(error.message)
        else:
            return file, refused
    raise UserError(refused[0])
