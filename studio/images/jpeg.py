"""JPEG before decoding: size and scans checked, metadata taken out."""

import re
import struct
from dataclasses import dataclass, field

from studio.images import exif
from studio.images.picture import BROKEN_PROFILE, PROFILE_CAP, Damaged, ImageHeader
from studio.images.space import Space

_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_METADATA = {*range(0xE1, 0xEE), 0xEF, 0xFE}  # APP1 … APP13, APP15, comments; JFIF and Adobe's colour hint stay
_BARE = {0x01, *range(0xD0, 0xD8)}
_NEXT = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_MOST_SCANS = 100
"""An ordinary progressive file has 10; thousands of scans would keep the decoder busy for hours."""


@dataclass
class _Found:
    parts: list[memoryview] = field(default_factory=list)
    size: tuple[int, int] | None = None
    bits: int = 8
    scans: int = 0
    orientation: int | None = None
    space: Space | None = None
    profile: dict[int, bytes] = field(default_factory=dict)
    profile_parts: int = 0


def header(data: bytes) -> ImageHeader:
    """Raises Damaged. What follows the end of the picture (a second picture, a film) is left out."""
    found = _Found([memoryview(data)[:2]])
    position = 2
    while position < len(data):
        position = _segment(found, data, position)
    if found.size is None or not found.scans:
        raise Damaged("it ends before its pixels begin")
    icc, notes = _profile(found)
    return ImageHeader(b"".join(found.parts), found.size, found.bits, found.orientation or 1, icc, found.space, notes)


def _segment(found: _Found, data: bytes, position: int) -> int:
    """Read the segment at `position`, with the pixels that follow it if it is a scan; where the next one begins."""
    view = memoryview(data)
    marker = _NEXT.search(data, position)
    if marker is None:
        found.parts.append(view[position:])
        return len(data)
    start, kind = marker.start(), data[marker.end() - 1]
    if kind == 0xD9:
        found.parts.append(view[position : start + 2])
        return len(data)
    if kind in _BARE:
        return start + 2
    length = struct.unpack_from(">H", data, start + 2)[0] if len(data) >= start + 4 else 0
    end = start + 2 + length
    if length < 2 or end > len(data):
        raise Damaged("it is cut off")
    found.parts.append(view[position:start])  # pixels of the scan before, if any
    if kind not in _METADATA:
        found.parts.append(view[start:end])
    _take(found, kind, data[start + 4 : end])
    return end


def _take(found: _Found, kind: int, body: bytes) -> None:
    if kind in _FRAMES:
        if found.size is not None or len(body) < 6:
            raise Damaged("its header is repeated or too short")
        found.bits, height, width = struct.unpack_from(">BHH", body)
        found.size = (width, height)
    elif kind == 0xDA:
        found.scans += 1
        if found.scans > _MOST_SCANS:
            raise Damaged("it consists of too many scans")
    elif kind == 0xE1 and body.startswith(b"Exif\0\0") and found.orientation is None:
        found.orientation, found.space = exif.orientation(body), exif.colours(body)
    elif kind == 0xE2 and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
        found.profile[body[12]] = body[14:]
        found.profile_parts = body[13]


def _profile(found: _Found) -> tuple[bytes | None, tuple[str, ...]]:
    if not found.profile:
        return None, ()
    icc = b"".join(part for _, part in sorted(found.profile.items()))
    whole = sorted(found.profile) == list(range(1, found.profile_parts + 1))
    return (icc, ()) if whole and len(icc) <= PROFILE_CAP else (None, (BROKEN_PROFILE,))
