"""A PNG copied chunk by chunk: pixels, depth and colours stay bit for bit, only what is told beside them changes."""

import struct
from collections.abc import Callable
from pathlib import Path
from typing import IO, BinaryIO

from studio import files
from studio.library import png
from studio.library.recipe import Embedded, encode_embedded

_PICTURE = {
    b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sBIT", b"bKGD", b"pHYs",
    b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"mDCV", b"cLLI",
}  # fmt: skip
_PIECE_BYTES = 2**20


class NotCopiedError(Exception):
    """It is no PNG, is damaged, or is turned by its metadata: it has to be decoded."""


def copy_bare(source: Path, target: IO[bytes]) -> None:
    """The picture, without recipe, texts and all else. Raises OSError and NotCopiedError."""

    def copied(kind: bytes) -> bool:
        if kind == b"eXIf":  # it may say which way is up
            raise NotCopiedError
        return kind in _PICTURE

    _copy(source, target, copied)


def copy_with(source: Path, target: IO[bytes], embedded: Embedded) -> None:
    """With that recipe in place of the one in it; all else as it is. Raises OSError and NotCopiedError."""
    body = png.KEYWORD.encode() + b"\0" * 5 + encode_embedded(embedded)
    _copy(source, target, lambda kind: True, png.chunk(b"iTXt", body))


def _copy(source: Path, target: IO[bytes], copied: Callable[[bytes], bool], recipe: bytes = b"") -> None:
    """`recipe`: the chunk that goes before the end."""
    with files.open_regular(source) as file:
        if file.read(8) != png.SIGNATURE:
            raise NotCopiedError
        target.write(png.SIGNATURE)
        for kind, length in png.chunks(file):
            if kind == b"IEND":
                target.write(recipe + png.chunk(b"IEND"))
                return
            start = file.read(min(length, len(png.TEXT_START)))
            if copied(kind) and not (kind == b"iTXt" and start == png.TEXT_START):
                target.write(struct.pack(">I4s", length, kind) + start)
                _copy_bytes(file, target, length - len(start) + 4)
            else:
                file.seek(length - len(start) + 4, 1)
    raise NotCopiedError


def _copy_bytes(file: BinaryIO, target: IO[bytes], count: int) -> None:
    while count:
        piece = file.read(min(count, _PIECE_BYTES))
        if not piece:
            raise NotCopiedError
        target.write(piece)
        count -= len(piece)
