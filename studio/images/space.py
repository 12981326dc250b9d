"""Colour spaces that a file names without an ICC profile: by code points, by gamma and chromaticities, or by EXIF."""

from dataclasses import dataclass

from studio.images import icc
from studio.images.icc import Curve, Primaries
from studio.text import Text

BT709: Primaries = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), (0.3127, 0.3290))
_D65, _C = (0.3127, 0.3290), (0.310, 0.316)
_SMPTE_170M: Primaries = ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65)
_PRIMARIES: dict[int, Primaries] = {
    1: BT709,
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: _SMPTE_170M,
    7: _SMPTE_170M,
    8: ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    22: ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65),
}
"""Rec. ITU-T H.273, table 2."""
_CURVES: dict[int, Curve] = {
    **dict.fromkeys((1, 6, 13, 14, 15), icc.SRGB),  # what cameras encode by BT.709 is shown as sRGB is, in browsers too
    **{4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6, 16: icc.PQ, 18: icc.HLG},
}
"""Rec. ITU-T H.273, table 3."""
_NEAR = 0.001
"""Of chromaticities: what is nearer is the same, written with fewer digits."""
_SRGB_GAMMA = (45_000, 46_000)
"""How sRGB is told in a gAMA chunk, in units of 1/100,000; the specification says 45,455."""
_SANE_GAMMA = (10_000, 1_000_000)

HDR = Text(
    "It is an HDR picture; it is shown as on an ordinary screen, and what is brighter than white paper (203 nits) "
    "becomes white."
)
UNKNOWN = Text("It names a colour space that is not known here; its colours are taken as sRGB and are approximate.")
UNCALIBRATED = Text(
    "It says that its colours are not sRGB, but not what they are (it has no colour profile), so they are approximate."
)


@dataclass(frozen=True)
class Space:
    """What pixel values mean; `note` is what is to be told of it."""

    primaries: Primaries = BT709
    curve: Curve = icc.SRGB
    note: str = ""

    @property
    def is_srgb(self) -> bool:
        same = all(abs(a - b) <= _NEAR for one, other in zip(self.primaries, BT709, strict=True)
                   for a, b in zip(one, other, strict=True))  # fmt: skip
        return same and self.curve == icc.SRGB

    def profile(self, *, is_grey: bool) -> bytes:
        """The same as an ICC profile."""
        return icc.grey(self.curve) if is_grey else icc.rgb(self.primaries, self.curve)


ADOBE_RGB = Space(((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), _D65), 563 / 256)
"""Adobe RGB (1998) Color Image Encoding, section 4.3."""


def of_code_points(primaries: int, curve: int, *, full_range: bool) -> Space:
    """By Rec. ITU-T H.273, as a PNG's cICP chunk and an AVIF's nclx box give it."""
    known = primaries in _PRIMARIES and curve in _CURVES and full_range
    if not known:
        return Space(note=UNKNOWN)
    return Space(_PRIMARIES[primaries], _CURVES[curve], HDR if _CURVES[curve] in (icc.PQ, icc.HLG) else "")


def of_gamma(gamma: int | None, chromaticities: tuple[int, ...] | None) -> Space | None:
    """Of a PNG's gAMA and cHRM chunks, in units of 1/100,000; None when neither says anything sensible."""
    curve: Curve = icc.SRGB
    if gamma is not None and _SANE_GAMMA[0] <= gamma <= _SANE_GAMMA[1]:
        is_usual = _SRGB_GAMMA[0] <= gamma <= _SRGB_GAMMA[1]
        curve = icc.SRGB if is_usual else 100_000 / gamma
    primaries = BT709
    if chromaticities is not None and all(0 < value < 100_000 for value in chromaticities):
        white, red, green, blue = (
            (chromaticities[at] / 100_000, chromaticities[at + 1] / 100_000) for at in range(0, 8, 2)
        )
        primaries = (red, green, blue, white) if icc.is_sound((red, green, blue, white)) else BT709
    space = Space(primaries, curve)
    return None if space.is_srgb else space
