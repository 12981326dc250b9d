"""AVIF before decoding: the colours that it names by code points, of which its decoder says nothing."""

import struct
from collections.abc import Iterator

from studio.images.picture import ImageHeader
from studio.images.space import Space, of_code_points

_PATH = (b"meta", b"iprp", b"ipco", b"colr")
_UNSPECIFIED = 2
_MOST_BOXES = 1000


def header(data: bytes) -> ImageHeader:
    """Raises nothing: what is not there is not named, and the decoder tells what is damaged."""
    return ImageHeader(data, space=_space(memoryview(data)))


def _space(data: memoryview) -> Space | None:
    inside = data
    for kind in _PATH:
        body = next((body for name, body in _boxes(inside) if name == kind and _is_wanted(name, body)), None)
        if body is None:
            return None
        inside = body[4:] if kind == b"meta" else body  # a full box: version and flags first
    primaries, curve = struct.unpack_from(">HH", inside, 4)
    if _UNSPECIFIED in (primaries, curve):
        return None
    return of_code_points(primaries, curve, full_range=True)  # the decoder makes full range of all


def _is_wanted(kind: bytes, body: memoryview) -> bool:
    return kind != b"colr" or (bytes(body[:4]) == b"nclx" and len(body) >= 10)


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Kind and body of each box (ISO/IEC 14496-12, section 4.2); ends where one makes no sense."""
    position = 0
    for _ in range(_MOST_BOXES):
        if position + 8 > len(data):
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        end = len(data) if length == 0 else position + length
        if length in range(1, 8) or end > len(data):
            return
        yield kind, data[position + 8 : end]
        position = end
