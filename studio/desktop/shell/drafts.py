"""Drafts: what was pasted, painted or picked elsewhere, kept as files so that jobs can name it, as it was then."""

import contextlib
import hashlib
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from studio import files
from studio.atomic import writing
from studio.errors import UserError, os_reason

PICKED, DIGITS, LONGEST_STEM = "picked", 20, 120
KINDS = ("pasted", "mask", "canvas", PICKED)
KEPT_S = 24 * 3600.0
"""For so long a draft is kept in any case: a job that waits, or another window, may still want it."""


def keep(folder: Path, kind: str, data: bytes) -> Path:
    """A new file with these bytes. For a worker's thread. Raises UserError when it cannot be written."""
    from studio.library import picture_id  # the library takes 15 ms, which the first paint should not wait for

    path = folder / f"{kind}-{picture_id.new_id(picture_id.utc_now())}.png"
    try:
        files.make_private(folder)
        with writing(path) as file:
            file.write(data)
    except OSError as error:
        raise UserError(
            "The picture could not be kept in {} ({}); free some space there and try again.",
            folder,
            os_reason(error),
            code="storage",
        ) from error
    return path


def keep_pasted(folder: Path, pixels: bytes | QImage) -> Path:
    """A picture that came from another program, encoded or as pixels. For a worker's thread. Raises UserError."""
    return keep(folder, "pasted", pixels if isinstance(pixels, bytes) else as_png(pixels))


def keep_file(folder: Path, source: Path) -> Path:
    """A copy of a chosen file, which may change, or go, before the job that wants it runs. For a worker's thread.

    Equal contents are kept once. Raises UserError when it cannot be written.
    """
    try:
        with source.open("rb") as opened:
            content = hashlib.file_digest(opened, "sha256").hexdigest()
            path = folder / f"{PICKED}-{content[:DIGITS]}-{_short(source)}"
            if not path.exists():
                files.make_private(folder)
                opened.seek(0)
                with writing(path) as file:
                    shutil.copyfileobj(opened, file)
            else:
                path.touch()  # it counts as new
    except OSError as error:
        raise UserError(
            "{} could not be kept in {} ({}); free some space there and try again.",
            source.name,
            folder,
            os_reason(error),
            code="storage",
        ) from error
    return path


def adopt(folder: Path, path: Path, open_ref: Callable[[str], Path]) -> tuple[str, Path]:
    """How jobs name a picture, and its file: the id of one of the library, else a copy of ours. For a worker's thread.

    Raises UserError when it cannot be kept.
    """
    from studio.library import picture_id  # the library takes 15 ms, which the first paint should not wait for

    if picture_id.is_id(path.stem):
        with contextlib.suppress(UserError):  # the name may only look like an id
            if open_ref(path.stem) == path:
                return path.stem, path
    kept = path if path.parent == folder else keep_file(folder, path)
    return str(kept), kept


def title(path: Path) -> str:
    """What the user calls it."""
    parts = path.name.split("-", 2)
    return parts[2] if len(parts) == 3 and parts[0] == PICKED and len(parts[1]) == DIGITS else path.name


def _short(source: Path) -> str:
    """A name that every file system takes with ours before it."""
    return source.stem.encode()[:LONGEST_STEM].decode(errors="ignore") + source.suffix[:8]


def as_png(image: QImage) -> bytes:
    """The file of a picture that came as pixels. For a worker's thread."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    buffer.close()
    return bytes(data.data())


def sweep(folder: Path, is_named: Callable[[Path], bool]) -> list[Path]:
    """Remove the drafts that nothing names any more; returns them. For a worker's thread.

    `is_named` tells whether a form, the canvas, a job or the recipe of a picture has it.
    """
    removed = []
    for path in sorted(path for kind in KINDS for path in folder.glob(f"{kind}-*")):
        with contextlib.suppress(OSError):  # another window may sweep at the same time
            if time.time() - path.stat().st_mtime > KEPT_S and not is_named(path):
                path.unlink()
                removed.append(path)
    return removed
