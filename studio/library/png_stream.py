"""A PNG written from strips of rows, so that a picture may be larger than the memory that is left."""

import contextlib
import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.library import png
from studio.library.recipe import Embedded, Recipe, encode_embedded

Pixels = NDArray[Any]
CHANNELS = {"L": 1, "LA": 2, "RGB": 3, "RGBA": 4}
_COLOUR_TYPES = {"L": 0, "LA": 4, "RGB": 2, "RGBA": 6}
_BAND_BYTES = 2**20  # what is filtered at once
_CHUNK_BYTES = 2**16
_LEVEL = 6  # of zlib: what Pillow takes


class PngRows(Protocol):
    """What `studio.api.Rows` is; the library knows nothing of plugins."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def mode(self) -> str: ...
    @property
    def bits(self) -> int: ...
    @property
    def strips(self) -> Iterator[Pixels]: ...


class StripError(Exception):
    """Carries what the maker of the strips raised past those who would take it for a failure of the disk."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Shrinker:
    """The thumbnail of a picture, added up band by band: each of its pixels is the mean of a rectangle."""

    def __init__(self, rows: PngRows, side: int) -> None:
        share = min(1.0, side / max(rows.width, rows.height))
        self._size = max(1, round(rows.width * share)), max(1, round(rows.height * share))
        self._mode, self._bits, self._height = rows.mode, rows.bits, rows.height
        self._starts = np.arange(self._size[0]) * rows.width // self._size[0]
        self._sums = np.zeros((self._size[1], self._size[0], CHANNELS[rows.mode] + 1))
        self._done = 0

    def add(self, band: Pixels) -> None:
        """The next rows, (h, width, channels)."""
        colours = band.astype(np.float64)
        weights = colours[..., -1:] if self._mode.endswith("A") else np.ones((*band.shape[:2], 1))
        own = colours[..., :-1] if self._mode.endswith("A") else colours
        # What is transparent has any colour, and must not shine through.
        planes = np.concatenate([own * weights, weights, np.ones_like(weights)][: 2 + self._mode.endswith("A")], axis=2)
        sums = np.add.reduceat(planes, self._starts, axis=1)
        rows = (self._done + np.arange(len(band))) * self._size[1] // self._height
        np.add.at(self._sums, rows, sums)
        self._done += len(band)

    def image(self) -> Image.Image:
        has_alpha = self._mode.endswith("A")
        weights = self._sums[..., -1 - has_alpha, None]
        own = self._sums[..., : -1 - has_alpha] / np.maximum(weights, 1e-9)
        means = np.concatenate([own, weights / self._sums[..., -1:]], axis=2) if has_alpha else own
        values = (means / (257 if self._bits == 16 else 1)).round().astype(np.uint8)
        return Image.fromarray(values.squeeze(2) if values.shape[2] == 1 else values).convert(
            "RGBA" if has_alpha else "RGB"
        )


def write(
    rows: PngRows, file: BinaryIO, embed: Callable[[Recipe], Embedded], recipe: Callable[[], Recipe],
    icc: bytes | None = None, small: Shrinker | None = None,
) -> Recipe:  # fmt: skip
    """Write it all; the recipe, asked for when all is drawn, comes last. Raises OSError and StripError."""
    file.write(png.SIGNATURE)
    _chunk(
        file, b"IHDR", struct.pack(">IIBBBBB", rows.width, rows.height, rows.bits, _COLOUR_TYPES[rows.mode], 0, 0, 0)
    )
    if icc:
        _chunk(file, b"iCCP", b"ICC profile\0\0" + zlib.compress(icc))
    for packed in _packed(rows, small):
        _chunk(file, b"IDAT", packed)
    made = recipe()
    _chunk(file, b"iTXt", png.KEYWORD.encode() + b"\0" * 5 + encode_embedded(embed(made)))
    _chunk(file, b"IEND", b"")
    return made


def _packed(rows: PngRows, small: Shrinker | None) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL)
    pixel_bytes = CHANNELS[rows.mode] * rows.bits // 8
    above = np.zeros(rows.width * pixel_bytes, np.uint8)
    waiting = b""
    for band in _bands(rows):
        if small:
            small.add(band)
        plain = np.ascontiguousarray(band, ">u2" if rows.bits == 16 else None).view(np.uint8).reshape(len(band), -1)
        waiting += packer.compress(_filtered(plain, above, pixel_bytes).tobytes())
        above = plain[-1]
        if len(waiting) >= _CHUNK_BYTES:
            yield waiting
            waiting = b""
    yield waiting + packer.flush()


def _filtered(plain: Pixels, above: Pixels, pixel_bytes: int) -> Pixels:
    """Each row as its difference to the left or to the row above, the smaller one, after a byte that says which."""
    sub = plain.copy()
    sub[:, pixel_bytes:] -= plain[:, :-pixel_bytes]
    up = plain - np.concatenate([above[None], plain[:-1]])
    is_up = _cost(up) < _cost(sub)
    filtered = np.empty((len(plain), plain.shape[1] + 1), np.uint8)
    filtered[:, 0] = np.where(is_up, 2, 1)
    filtered[:, 1:] = np.where(is_up[:, None], up, sub)
    return filtered


def _cost(differences: Pixels) -> Pixels:
    """The sum of their sizes, as the PNG specification advises (section 12.8)."""
    costs: Pixels = np.minimum(differences, -differences).sum(axis=1, dtype=np.int64)
    return costs


def _bands(rows: PngRows) -> Iterator[Pixels]:
    """(h, width, channels) each, not much more than _BAND_BYTES. Raises ValueError for strips that do not fit."""
    dtype = np.dtype({8: np.uint8, 16: np.uint16}[rows.bits])
    shape = (rows.width, CHANNELS[rows.mode])
    most = max(1, _BAND_BYTES // (shape[0] * shape[1] * dtype.itemsize))
    height = 0
    for strip in _strips(rows):
        pixels = strip[..., None] if strip.ndim == 2 else strip
        if pixels.dtype != dtype or pixels.shape[1:] != shape:
            raise ValueError(f"a strip is {strip.dtype}{strip.shape}; it must be {dtype}(h, {shape[0]}, {shape[1]})")
        height += len(pixels)
        yield from (pixels[top : top + most] for top in range(0, len(pixels), most))
    if height != rows.height:
        raise ValueError(f"the strips have {height} rows; the picture must have {rows.height}")


def _strips(rows: PngRows) -> Iterator[Pixels]:
    try:
        yield from rows.strips
    except (OSError, sqlite3.Error) as error:
        raise StripError(error) from None
    finally:
        if close := getattr(rows.strips, "close", None):  # also when it is the disk that failed
            with contextlib.suppress(RuntimeError):  # it is the one that raised
                close()


def _chunk(file: BinaryIO, kind: bytes, body: bytes) -> None:
    file.write(struct.pack(">I", len(body)) + kind)
    file.write(body)
    file.write(struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))))
