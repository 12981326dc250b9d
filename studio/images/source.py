"""Bytes from a path or from memory, never from anything that could block or never end."""

import os
from pathlib import Path

from studio import files
from studio.errors import UserError
from studio.images.picture import FILE_CAP
from studio.text import printable

Source = str | os.PathLike[str] | bytes | bytearray | memoryview


def read(source: Source) -> bytes:
    """The whole file. Raises UserError for what is no readable, regular, sensible file."""
    name = label(source)
    data = bytes(source) if isinstance(source, bytes | bytearray | memoryview) else _read(Path(source), name)
    if not data:
        raise refused(f"{name} is empty (0 bytes); choose another file, or save it again where it came from.")
    if len(data) > FILE_CAP:
        raise _too_long(name)
    return data


def label(source: Source) -> str:
    """What the picture is called in a sentence."""
    if isinstance(source, bytes | bytearray | memoryview):
        return "The pasted picture"
    return f"“{_shown(Path(source).name or str(source), 80)}”"


def refused(message: str, code: str = "invalid_image") -> UserError:
    return UserError(message, code=code)


def _read(path: Path, name: str) -> bytes:
    try:
        return files.read_bounded(path, FILE_CAP)
    except FileNotFoundError:
        raise refused(f"{name} does not exist (any more): {_shown(str(path), 300)}. Choose another file.") from None
    except IsADirectoryError:
        raise refused(f"{name} is a folder; choose a picture in it.") from None
    except files.IrregularFileError:
        raise refused(f"{name} is a device or a pipe, not a file; choose a picture file.") from None
    except files.FileTooLongError:
        raise _too_long(name) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise refused(f"{name} cannot be read ({reason}); check the file and its permissions.") from None


def _shown(name: str, longest: int) -> str:
    plain = printable(name)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _too_long(name: str) -> UserError:
    return refused(f"{name} is larger than {FILE_CAP // 2**20} MiB; export it smaller, as PNG or JPEG.")
