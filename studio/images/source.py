"""Bytes from a path or from memory, never from anything that could block or never end."""

import os
from pathlib import Path

from studio import files
from studio.errors import UserError, os_reason
from studio.images.picture import FILE_CAP
from studio.printable import printable
from studio.text import Text

Source = str | os.PathLike[str] | bytes | bytearray | memoryview


def read(source: Source) -> bytes:
    """The whole file. Raises UserError for what is no readable, regular, sensible file."""
    name = label(source)
    data = bytes(source) if isinstance(source, bytes | bytearray | memoryview) else _read(Path(source), name)
    if not data:
        raise refused("{} is empty (0 bytes); choose another file, or save it again where it came from.", name)
    if len(data) > FILE_CAP:
        raise _too_long(name)
    return data


def label(source: Source) -> str:
    """What the picture is called in a sentence."""
    if isinstance(source, bytes | bytearray | memoryview):
        return Text("The pasted picture")
    return f"“{_shown(Path(source).name or str(source), 80)}”"


def refused(template: str, *args: object, code: str = "invalid_image") -> UserError:
    return UserError(template, *args, code=code)


def _read(path: Path, name: str) -> bytes:
    try:
        return files.read_bounded(path, FILE_CAP)
    except FileNotFoundError:
        raise refused("{} does not exist (any more): {}. Choose another file.", name, _shown(str(path), 300)) from None
    except IsADirectoryError:
        raise refused("{} is a folder; choose a picture in it.", name) from None
    except files.IrregularFileError:
        raise refused("{} is a device or a pipe, not a file; choose a picture file.", name) from None
    except files.FileTooLongError:
        raise _too_long(name) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = os_reason(error) if isinstance(error, OSError) else str(error)
        raise refused("{} cannot be read ({}); check the file and its permissions.", name, reason) from None


def _shown(name: str, longest: int) -> str:
    plain = printable(name)
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _too_long(name: str) -> UserError:
    return refused("{} is larger than {} MiB; export it smaller, as PNG or JPEG.", name, FILE_CAP // 2**20)
