"""ICC profiles (version 4.3) made from primaries and a curve, so that a colour engine reads whatever a file may say."""

import struct

import numpy as np
from numpy.typing import NDArray

Chromaticity = tuple[float, float]
Primaries = tuple[Chromaticity, Chromaticity, Chromaticity, Chromaticity]
"""x and y of red, green, blue and white."""
Curve = float | str
"""From stored value to light: an exponent, or SRGB, PQ or HLG."""
SRGB, PQ, HLG = "sRGB", "PQ", "HLG"
REFERENCE_WHITE_NITS = 203.0
"""How bright paper white is in an HDR picture (Rec. ITU-R BT.2408)."""
_ENTRIES = 4096
_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def rgb(primaries: Primaries, curve: Curve, name: str = "") -> bytes:
    """A profile of three primaries, all with one curve. `primaries` must be sound."""
    adapted = _adaptation(_xyz(primaries[3]))
    columns = adapted @ _matrix(primaries)
    tags = {b"chad": b"sf32" + bytes(4) + _fixed(*adapted.ravel()), b"wtpt": _xyz_tag(_D50)}
    tags |= {tag: _xyz_tag(columns[:, at]) for at, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve_tag(curve))
    return _profile(b"RGB ", tags, name or f"RGB, {_called(curve)}")


def grey(curve: Curve, name: str = "") -> bytes:
    """A profile of grey pictures."""
    return _profile(b"GRAY", {b"wtpt": _xyz_tag(_D50), b"kTRC": _curve_tag(curve)}, name or f"Grey, {_called(curve)}")


def is_sound(primaries: Primaries) -> bool:
    """Whether there are colours at all between them."""
    (rx, ry), (gx, gy), (bx, by), _ = primaries
    area = (gx - rx) * (by - ry) - (bx - rx) * (gy - ry)
    return abs(area) > 0.001 and bool((np.abs(_matrix(primaries)) < 8).all())


def light(curve: Curve, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light of stored values from 0 to 1; 1.0 is white. Of an HDR curve, what is brighter than paper is white too."""
    if curve == PQ:  # Rec. ITU-R BT.2100, table 4
        root = values ** (1 / 78.84375)
        nits = 10_000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
        return np.minimum(nits / REFERENCE_WHITE_NITS, 1.0)
    if curve == HLG:  # the same, table 5; paper white is at 75 % of the signal (BT.2408)
        return np.minimum((_scene(values) / _scene(np.array(0.75))) ** 1.2, 1.0)
    raise ValueError(f"{curve} needs no table")


def _scene(values: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)


def _called(curve: Curve) -> str:
    return curve if isinstance(curve, str) else f"gamma {curve:.3g}"


def _curve_tag(curve: Curve) -> bytes:
    if curve == SRGB:  # IEC 61966-2-1, as a parametric curve of the third kind
        parameters = _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
        return b"para" + bytes(4) + struct.pack(">HH", 3, 0) + parameters
    if not isinstance(curve, str):
        return b"para" + bytes(4) + struct.pack(">HH", 0, 0) + _fixed(curve)
    table = (light(curve, np.linspace(0, 1, _ENTRIES)) * 65535).round().astype(">u2")
    return b"curv" + bytes(4) + struct.pack(">I", _ENTRIES) + table.tobytes()


def _matrix(primaries: Primaries) -> NDArray[np.float64]:
    """From linear RGB to XYZ: columns are scaled so that their sum is white."""
    *colours, white = (_xyz(each) for each in primaries)
    columns = np.array(colours).T
    shares: NDArray[np.float64] = np.linalg.lstsq(columns, _xyz_array(white), rcond=None)[0]
    return columns * shares


def _adaptation(white: tuple[float, float, float]) -> NDArray[np.float64]:
    """Bradford's, to D50."""
    gains = (_BRADFORD @ _xyz_array(_D50)) / (_BRADFORD @ _xyz_array(white))
    adapted: NDArray[np.float64] = np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD
    return adapted


def _xyz(point: Chromaticity) -> tuple[float, float, float]:
    x, y = point
    return x / y, 1.0, (1 - x - y) / y


def _xyz_array(xyz: tuple[float, float, float]) -> NDArray[np.float64]:
    return np.array(xyz, np.float64)


def _xyz_tag(xyz: "tuple[float, ...] | NDArray[np.float64]") -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*xyz)


def _fixed(*numbers: float) -> bytes:
    """s15Fixed16Number."""
    return struct.pack(f">{len(numbers)}i", *(round(float(number) * 65536) for number in numbers))


def _text(words: str) -> bytes:
    encoded = words.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _profile(space: bytes, tags: dict[bytes, bytes], name: str) -> bytes:
    tags = {b"desc": _text(name), b"cprt": _text("No copyright, use freely"), **tags}
    start, table, body = 128 + 4 + 12 * len(tags), b"", b""
    places: dict[bytes, int] = {}  # equal tags share their bytes
    for tag, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", tag, places[data], len(data))
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4sIQI12s", start + len(body), bytes(4), 0x04300000, b"mntr", space, b"XYZ ",
        2026, 1, 1, 0, 0, 0, b"acsp", bytes(4), 0, bytes(4), 0, 0, 0, _fixed(*_D50),
    )  # fmt: skip
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
