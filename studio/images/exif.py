"""What EXIF says that matters for pixels: which way is up, and which colours are meant."""

import struct
from dataclasses import dataclass

from studio.images.space import ADOBE_RGB, UNCALIBRATED, Space

_ORIENTATION, _EXIF, _COLOUR_SPACE, _INTEROPERABILITY, _INDEX = 0x0112, 0x8769, 0xA001, 0xA005, 0x0001
_SHORT, _LONG, _ASCII = 3, 4, 2
_ADOBE, _OTHER = 2, 0xFFFF  # of the colour space; Adobe RGB is said by some cameras with a number that is no standard
_MOST_TAGS = 1000

Entries = dict[int, tuple[int, bytes]]
"""Of one directory: type and the four bytes of the value, by tag."""


def orientation(exif: bytes) -> int:
    """1 … 8, as EXIF counts; 1 for anything that cannot be read."""
    found = _Block.of(exif)
    value = found.number(found.entries(found.start), _ORIENTATION) if found else None
    return value if value is not None and 1 <= value <= 8 else 1


def colours(exif: bytes) -> Space | None:
    """The colour space that a camera names (Exif 2.32, section 4.6.5, and the Design rule for Camera File system)."""
    found = _Block.of(exif)
    if found is None:
        return None
    entries = found.entries(found.number(found.entries(found.start), _EXIF))
    named = found.number(entries, _COLOUR_SPACE)
    if named not in (_ADOBE, _OTHER):
        return None
    kind, index = found.entries(found.number(entries, _INTEROPERABILITY)).get(_INDEX, (0, b""))
    if named == _ADOBE or (kind == _ASCII and index[:3] == b"R03"):
        return ADOBE_RGB
    return Space(note=UNCALIBRATED)


@dataclass(frozen=True)
class _Block:
    """A TIFF structure; whatever points outside it is not there."""

    data: bytes
    order: str
    start: int

    @classmethod
    def of(cls, exif: bytes) -> "_Block | None":
        data = exif.removeprefix(b"Exif\0\0")
        order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
        if order is None or len(data) < 8:
            return None
        return cls(data, order, struct.unpack_from(f"{order}I", data, 4)[0])

    def entries(self, start: int | None) -> Entries:
        """Of the directory that begins at `start`."""
        found: Entries = {}
        if start is None:
            return found
        try:
            (count,) = struct.unpack_from(f"{self.order}H", self.data, start)
            for index in range(min(count, _MOST_TAGS)):
                tag, kind, _, value = struct.unpack_from(f"{self.order}HHI4s", self.data, start + 2 + 12 * index)
                found.setdefault(tag, (kind, value))
        except struct.error:  # points outside the block
            pass
        return found

    def number(self, entries: Entries, tag: int) -> int | None:
        kind, value = entries.get(tag, (0, b""))
        if kind not in (_SHORT, _LONG):
            return None
        form = "H" if kind == _SHORT else "I"
        return int(struct.unpack_from(f"{self.order}{form}", value)[0])
