"""PNG before decoding: sizes and checksums checked, metadata taken out, so that no text or profile can swell up."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from studio.images import exif
from studio.images.picture import BROKEN_PROFILE, FIRST_FRAME, PROFILE_CAP, Damaged, ImageHeader
from studio.images.space import Space, of_code_points, of_gamma

_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_COLOURS = ((b"cICP", 4), (b"sRGB", 1), (b"gAMA", 4), (b"cHRM", 32))
"""Chunks about colours besides the profile, and how long each is."""
_MOST_CHUNKS = 1_000_000


@dataclass
class _Found:
    parts: list[memoryview] = field(default_factory=list)
    size: tuple[int, int] | None = None
    bits: int = 8
    has_pixels: bool = False
    orientation: int = 1
    colours: dict[bytes, bytes] = field(default_factory=dict)
    """The chunks about colours, by kind; of several the first counts."""
    notes: list[str] = field(default_factory=list)


def header(data: bytes) -> ImageHeader:
    """Raises Damaged. An animated PNG is reduced to its default picture."""
    found = _Found([memoryview(data)[:8]])
    for kind, body, whole in _chunks(memoryview(data)):
        _take(found, kind, body, whole)
    if found.size is None or not found.has_pixels:
        raise Damaged("it ends before its pixels begin")
    icc, space = _colours(found)
    notes = tuple(dict.fromkeys(found.notes))
    return ImageHeader(b"".join(found.parts), found.size, found.bits, found.orientation, icc, space, notes)


def _take(found: _Found, kind: bytes, body: memoryview, whole: memoryview) -> None:
    if (kind == b"IHDR") != (found.size is None):
        raise Damaged("its header is missing or repeated")
    if kind == b"IHDR":
        if len(body) != 13:
            raise Damaged("its header has a wrong length")
        width, height, found.bits = struct.unpack_from(">IIB", body)
        found.size = (width, height)
    if kind in _PIXELS:
        found.parts.append(whole)
        found.has_pixels |= kind == b"IDAT"
    elif kind == b"eXIf":
        block = bytes(body[:65536])
        found.orientation = exif.orientation(block)
        found.colours.setdefault(kind, block)
    elif kind == b"acTL":
        found.notes.append(FIRST_FRAME)
    elif kind == b"iCCP" or (kind, len(body)) in _COLOURS:
        found.colours.setdefault(kind, bytes(body))


def _colours(found: _Found) -> tuple[bytes | None, Space | None]:
    """Profile and colour space, by the order of precedence in section 4.3 of the specification (third edition)."""
    said = found.colours
    if b"cICP" in said:
        primaries, curve, matrix, full_range = said[b"cICP"]
        return None, of_code_points(primaries, curve, full_range=bool(full_range) and matrix == 0)
    if b"iCCP" in said:
        icc = _profile(said[b"iCCP"])
        if icc is not None:
            return icc, None
        found.notes.append(BROKEN_PROFILE)
    if b"sRGB" in said:
        return None, None
    if b"gAMA" in said or b"cHRM" in said:
        gamma = struct.unpack(">I", said[b"gAMA"])[0] if b"gAMA" in said else None
        return None, of_gamma(gamma, struct.unpack(">8I", said[b"cHRM"]) if b"cHRM" in said else None)
    return None, exif.colours(said.get(b"eXIf", b""))


def _chunks(data: memoryview) -> Iterator[tuple[bytes, memoryview, memoryview]]:
    """Kind, body and whole of each chunk up to IEND, or to the end where IEND is missing."""
    position = 8
    for _ in range(_MOST_CHUNKS):
        if len(data) - position < 8:
            return
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if kind == b"IEND":
            yield kind, data[0:0], memoryview(b"\0\0\0\0IEND\xaeB`\x82")
            return
        if end > len(data):
            raise Damaged("it is cut off")
        body = data[position + 8 : end - 4]
        if zlib.crc32(data[position + 4 : end - 4]) == struct.unpack_from(">I", data, end - 4)[0]:
            yield kind, body, data[position:end]
        elif not kind[0] & 32:  # a critical chunk; others are done without
            raise Damaged("its checksums are wrong")
        position = end
    raise Damaged("it consists of too many pieces")


def _profile(body: bytes) -> bytes | None:
    _, _, packed = body.partition(b"\0")
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed[1:], PROFILE_CAP)
    except zlib.error:
        return None
    return profile if unpacker.eof else None
