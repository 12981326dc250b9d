"""Exchange: pictures on their way out to other programs, and files on their way in."""

import base64
import contextlib
import re
import sys
from pathlib import Path
from urllib.parse import unquote

from PySide6.QtCore import QMimeData, QProcess, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage

from studio.desktop.shell import drafts
from studio.errors import UserError

ENCODED = ("image/png", "image/jpeg", "image/webp")
"""How other programs put pictures on the clipboard, the best first."""
LONGEST_PATH, LONGEST_TEXT = 4096, 2**20
LONGEST_DATA = 2**28
"""Characters of a page, or of an address that holds a picture."""
DATA_ADDRESS = re.compile(r"data:image/[\w.+-]+(?:;[\w=-]+)*;base64,([\w+/=%-]+)", re.ASCII)
_STRAIGHT = QImage.Format.Format_ARGB32

OF_THE_DESKTOP = ("xcb", "wayland", "windows", "cocoa")


def copy(file: Path, image: QImage) -> None:
    """Onto the clipboard, as a picture and as a file, so that every program finds what it takes."""
    data = QMimeData()
    data.setImageData(image)
    data.setUrls([QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(data)


def let_go() -> None:
    """At the end of the program: a clipboard that nobody else has (offscreen, VNC) is freed by Qt when Python is gone
    already, and what Python has put there crashes then. That of a desktop outlives us, and is left alone."""
    if QGuiApplication.platformName() not in OF_THE_DESKTOP:
        QGuiApplication.clipboard().clear()


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
        raise UserError("The file {} is missing; put it back, or ignore this.", file)
    if sys.platform == "win32":
        started = QProcess.startDetached("explorer", ["/select,", str(file)])[0]
    elif sys.platform == "darwin":
        started = QProcess.startDetached("open", ["-R", str(file)])[0]
    else:
        started = QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))
    if not started:
        raise UserError("No file manager could be opened; the picture is {}.", file)


def files(data: QMimeData) -> list[Path]:
    """The local files of a drop or of the clipboard; lines of text that are whole paths count, as they are copied."""
    found = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    text = data.text() if data.hasText() and not found and not _addresses(data) else ""
    paths = [_path(line.strip()) for line in text[:LONGEST_TEXT].splitlines() if line.strip()]
    named = [path for path in paths if path is not None]
    return found or (named if len(named) == len(paths) else [])


def _path(text: str) -> Path | None:
    """The path that a line names: quoted, as a file:// address, or from the user's home on."""
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if text.startswith("file:"):
        text = QUrl(text).toLocalFile()
    try:
        path = Path(text).expanduser() if text.startswith("~") else Path(text)
    except RuntimeError:  # of somebody who has no home
        return None
    return path if len(text) < LONGEST_PATH and path.is_absolute() else None


def has_pixels(data: QMimeData) -> bool:
    return data.hasImage() or any(data.hasFormat(kind) for kind in ENCODED) or _embedded(data) is not None


def is_address(data: QMimeData) -> bool:
    """Whether it is only the address of something that is not on this computer."""
    return bool(_addresses(data)) and not files(data) and not has_pixels(data)


def _addresses(data: QMimeData) -> list[QUrl]:
    return [url for url in data.urls() if not url.isLocalFile() and url.scheme() != "data"]


def pixels(data: QMimeData) -> bytes | QImage | None:
    """A picture without a file, as it came: encoded, with its profile, where it can be had."""
    if kind := next((kind for kind in ENCODED if data.hasFormat(kind)), ""):
        return bytes(data.data(kind).data())
    image = QImage(data.imageData()) if data.hasImage() else QImage()
    return _embedded(data) if image.isNull() else _opaque(image)


def _embedded(data: QMimeData) -> bytes | None:
    """The picture of a data: address, as pages of the web have them; nothing is fetched for it."""
    texts = [url.toString() for url in data.urls() if url.scheme() == "data"]
    texts += [data.html()] if data.hasHtml() else []
    texts += [data.text()] if data.hasText() and data.text().startswith("data:") else []
    for text in texts:
        if found := DATA_ADDRESS.search(text[:LONGEST_DATA]):
            with contextlib.suppress(ValueError):
                return base64.b64decode(unquote(found[1]), validate=True)
    return None


def _opaque(image: QImage) -> QImage:
    """Some programs leave the alpha of what they copy empty: where nothing at all would be seen, all of it is."""
    if not image.hasAlphaChannel():
        return image
    alpha, colours = image.convertToFormat(QImage.Format.Format_Alpha8), image.convertToFormat(_STRAIGHT)
    empty = not bytes(alpha.constBits()).strip(b"\0")
    colours.reinterpretAsFormat(QImage.Format.Format_RGB32)
    drawn = colours.convertToFormat(QImage.Format.Format_RGB888)
    return drawn if empty and bytes(drawn.constBits()).strip(b"\0") else image


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
