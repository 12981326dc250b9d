"""WebP before decoding: its decoder takes the memory for all pixels as soon as it is made."""

import struct

from studio.images.picture import Damaged, ImageHeader


def header(data: bytes) -> ImageHeader:
    """Raises Damaged."""
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise Damaged("it is cut off")
    if kind == b"VP8X":
        size = (1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"))
    elif kind == b"VP8L" and body[0] == 0x2F:
        (packed,) = struct.unpack_from("<I", body, 1)
        size = (1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF))
    elif kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        size = (width & 0x3FFF, height & 0x3FFF)
    else:
        raise Damaged("its header makes no sense")
    return ImageHeader(data, size)
