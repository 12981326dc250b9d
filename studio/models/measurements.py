"""Measurements: what jobs of a kind took, kept in a file, and what by that another one will take."""

import contextlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from studio.api import Work
from studio.atomic import writing

MOST_KINDS, MOST_POINTS = 200, 16
"""Kept of the most recently measured."""


class Measured(msgspec.Struct, frozen=True):
    """One job: how much it was, and what it took."""

    width: int
    height: int
    pictures: int
    steps: int
    working_bytes: int | None = None
    """The peak beside the weights; None where it cannot be measured."""
    seconds: float | None = None
    """Without loading; None for a job that did not end well."""
    load_s: float = 0.0

    @property
    def pixels(self) -> int:
        return self.width * self.height


@dataclass(frozen=True)
class Estimate:
    """What a job will take; None for what is not known."""

    working_bytes: int | None = None
    seconds: float | None = None
    load_s: float | None = None


class Measurements:
    """By kind of job: a text that names task, model, dtype, device and whatever else sets jobs apart."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._kinds: dict[str, list[Measured]] = _read(file)

    def add(self, kind: str, measured: Measured) -> None:
        """Take the place of what was measured of a job as large, and keep it on disk."""
        with self._lock:
            points = [each for each in self._kinds.pop(kind, []) if _work(each) != _work(measured)]
            self._kinds[kind] = [*points, measured][-MOST_POINTS:]
            while len(self._kinds) > MOST_KINDS:
                del self._kinds[next(iter(self._kinds))]
            with contextlib.suppress(OSError):  # a cache: it is measured anew
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with writing(self._file) as stream:
                    stream.write(msgspec.json.encode(self._kinds))

    def estimate(self, kind: str, work: Work) -> Estimate:
        """By what was measured of jobs of this kind."""
        with self._lock:
            points = [*self._kinds.get(kind, ())]
        loads = [each.load_s for each in points if each.load_s]
        return Estimate(_bytes(points, work), _seconds(points, work), loads[-1] if loads else None)


def _work(measured: Measured) -> tuple[int, int, int, int]:
    return measured.width, measured.height, measured.pictures, measured.steps


def _bytes(points: Iterable[Measured], work: Work) -> int | None:
    """Pictures are made one after the other, so pixels alone decide: on the line through the two nearest sizes.

    With one size known, in proportion, which for a larger picture is rather too much than too little.
    """
    known: dict[int, int] = {}
    for each in points:  # the latest of a size holds
        if each.working_bytes is not None:
            known[each.pixels] = each.working_bytes
    pixels = work.width * work.height
    if not known or pixels in known:
        return known.get(pixels)
    near = sorted(known, key=lambda size: abs(size - pixels))[:2]
    first = known[near[0]]
    if len(near) == 1:
        return round(first * pixels / near[0])
    slope = (known[near[1]] - first) / (near[1] - near[0])
    return max(0, round(first + max(0.0, slope) * (pixels - near[0])))


def _seconds(points: Iterable[Measured], work: Work) -> float | None:
    """Of the job that is nearest in pixels, in proportion."""
    known = [each for each in points if each.seconds is not None]
    pixels = work.width * work.height
    if not known:
        return None
    nearest = min(reversed(known), key=lambda each: (abs(each.pixels - pixels), _work(each) != _asked(work)))
    assert nearest.seconds is not None
    share = pixels / nearest.pixels * work.pictures / nearest.pictures * work.steps / nearest.steps
    return nearest.seconds * share


def _asked(work: Work) -> tuple[int, int, int, int]:
    return work.width, work.height, work.pictures, work.steps


def _read(file: Path) -> dict[str, list[Measured]]:
    try:
        kinds = msgspec.json.decode(file.read_bytes(), type=dict[str, list[Measured]])
    except (OSError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return {}  # a cache: it is measured anew
    return {kind: [each for each in points if min(_work(each)) > 0] for kind, points in kinds.items()}
