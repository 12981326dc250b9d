"""PNG files as the library writes them: lossless, with the recipe inside."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from studio import files
from studio.errors import UserError
from studio.library.recipe import EMBEDDED_BYTES, Embedded, decode_embedded, encode_embedded

if TYPE_CHECKING:
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

KEYWORD = "studio"
TEXT_START = KEYWORD.encode() + b"\0\0"
"""How the text that holds our recipe begins: our keyword, not compressed."""
_MOST_CHUNKS = 1_000_000
MODES = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I;16B"}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write(image: "Image.Image", file: BinaryIO, embedded: Embedded, icc: bytes | None = None) -> None:
    """Write the picture as it is, with its colour profile. `image` must pass `check`."""
    profile = {"icc_profile": icc} if icc else {}
    image.save(file, "PNG", pnginfo=text(embedded), **profile)


def text(embedded: Embedded) -> "PngInfo":
    """The recipe as a text of a PNG."""
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt(KEYWORD, encode_embedded(embedded).decode())
    return info


def check(image: "Image.Image") -> None:
    """Raise UserError for what PNG cannot hold without loss."""
    if image.mode not in MODES:
        raise UserError(
            "A picture in the mode {} cannot be stored without loss; the task has to convert it to RGB, RGBA, L or "
            "16-bit grey.",
            image.mode,
            code="invalid_image",
        )
    if not (image.width and image.height):
        raise UserError("The picture is empty ({}x{} pixels).", image.width, image.height, code="invalid_image")


def read(path: Path) -> tuple[int, int, Embedded] | None:
    """Width, height and recipe of a complete PNG of ours; None for any other file, and for a cut or damaged one."""
    try:
        with files.open_regular(path) as file:
            return _read(file) if file.read(8) == SIGNATURE else None
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None


def chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Kind and length of each chunk from here on, up to IEND; ends early where the file ends or makes no sense.

    Whoever asks for the next one has gone past the body and the checksum behind it.
    """
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head)
        if not kind.isalpha():  # a hole in a sparse file may be larger than could ever be read
            return
        yield kind, length
        if kind == b"IEND":
            return


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _read(file: BinaryIO) -> tuple[int, int, Embedded] | None:
    """Walks the chunks to the end without decoding, so that thousands of files take no time."""
    size: tuple[int, int] | None = None
    embedded: Embedded | None = None
    for kind, length in chunks(file):
        if kind == b"IEND":
            return None if size is None or embedded is None or len(file.read(4)) < 4 else (*size, embedded)
        if kind in (b"IHDR", b"iTXt") and length <= EMBEDDED_BYTES + 100:
            body = _checked(file, kind, length)
            if body is None:
                return None
            if kind == b"IHDR" and length == 13:
                size = struct.unpack(">II", body[:8])
            elif body.startswith(TEXT_START):
                embedded = decode_embedded(body.split(b"\0", 5)[-1])
        else:
            file.seek(length + 4, 1)
    return None


def _checked(file: BinaryIO, kind: bytes, length: int) -> bytes | None:
    body = file.read(length)
    expected = file.read(4)
    return body if expected == struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))) else None
