"""The one EXIF tag that matters for pixels."""

import struct

_ORIENTATION = 0x0112
_MOST_TAGS = 1000


def orientation(exif: bytes) -> int:
    """1 … 8, as EXIF counts; 1 for anything that cannot be read."""
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, start)
        for index in range(min(count, _MOST_TAGS)):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, start + 2 + 12 * index)
            if tag == _ORIENTATION and kind == 3:
                return value if 1 <= value <= 8 else 1
    except struct.error:  # points outside the block
        pass
    return 1
