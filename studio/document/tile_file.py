"""Tiles of a mask as a file: only those that are there, so that a stroke at 8k is kept in milliseconds."""

import zlib
from pathlib import Path

import msgspec
import numpy as np

from studio.atomic import writing
from studio.document.mask import TILE, Mask


class PackedTiles(msgspec.Struct):
    width: int
    height: int
    ground: int
    tiles: list[tuple[int, int, bytes]]


def save(path: Path, mask: Mask) -> None:
    """Raises OSError. For a worker's thread, of a snapshot."""
    found = ((key, mask.tile(key)) for key in mask.keys)
    tiles = [(x, y, zlib.compress(tile.tobytes(), 1)) for (x, y), tile in found if tile is not None]
    with writing(path) as file:
        file.write(msgspec.msgpack.encode(PackedTiles(mask.width, mask.height, mask.ground, tiles)))


def load(path: Path) -> Mask:
    """Raises OSError, and ValueError for a damaged file."""
    try:
        packed = msgspec.msgpack.decode(path.read_bytes(), type=PackedTiles)
        mask = Mask(packed.width, packed.height)
        found = {}
        for x, y, data in packed.tiles:
            raw = zlib.decompressobj().decompress(data, TILE * TILE)
            found[x, y] = np.frombuffer(raw, np.uint8).reshape(TILE, TILE)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    mask.apply(dict(found), packed.ground)
    return mask
