"""Overlapping windows over a picture, whose weights add up to 1 everywhere: what is made in parts has no edges."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from studio_upscale.source import Pixels


@dataclass(frozen=True)
class Span:
    """One window's side, in pixels of the source."""

    start: int
    stop: int
    core: tuple[int, int]
    """The part between the middles of its overlaps."""

    def weights(self, scale: int = 1) -> Pixels:
        """((stop - start) * scale,) float32: rises and falls in a straight line where it overlaps with others."""
        places = np.arange((self.stop - self.start) * scale, dtype=np.float32) + 0.5
        before, after = (self.core[0] - self.start) * scale, (self.stop - self.core[1]) * scale
        weights: Pixels = np.ones_like(places)
        if before:
            weights *= np.minimum(1, places / (2 * before))
        if after:
            weights *= np.minimum(1, places[::-1] / (2 * after))
        return weights


def spans(length: int, most: int, margin: int, multiple: int) -> list[Span]:
    """Windows over `length` pixels: cores of at most `most` and nearly one size, wider by `margin` where others are.

    `length` and `margin` are multiples of `multiple`, and so are all edges. A core is never narrower than two margins,
    so that no more than two windows meet.
    """
    most = max(most // multiple * multiple, 2 * margin, multiple)
    count = max(1, min(-(-length // most), length // max(2 * margin, multiple)))
    edges = [(2 * number * (length // multiple) + count) // (2 * count) * multiple for number in range(count + 1)]
    return [Span(max(0, low - margin), min(length, high + margin), (low, high)) for low, high in pairwise(edges)]


def woven(strips: Iterator[tuple[Span, Pixels]], height: int, scale: int) -> Iterator[Pixels]:
    """Overlapping strips (h, w, C), as high as their spans and already weighted, added up: whole rows from the top."""
    carried: Pixels | None = None
    for span, strip in strips:
        if carried is not None:
            strip[: len(carried)] += carried
        after = 2 * (span.stop - span.core[1]) * scale if span.stop < height else 0
        yield strip[: len(strip) - after]
        carried = strip[len(strip) - after :].copy() if after else None
