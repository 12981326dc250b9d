"""The dtype that a device runs a model in, which need not be that of its files: processors emulate half floats."""

import contextlib
import json
import os
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from studio.atomic import writing
from studio.models.entry import CatalogueEntry
from studio.models.folder import PICTURE_PARTS
from studio.models.loaders.component import ComponentSpec

Wanted = Literal["model", "half", "8-bit"]
"""As `Settings.precision`."""
HALF_FLOATS = {"float16", "bfloat16"}
PAYS = 0.9
"""Of float32's time, what bfloat16 may take at most: below that it is worth its rougher numbers."""
CHANNELS, SIDE, ROUNDS = 320, 64, 3
"""Of the convolution that is timed: the commonest of Stable Diffusion's UNet at 512 pixels."""


class Precision:
    """What the user wants models to be computed in, and whether this processor should compute with bfloat16.

    The latter is measured once, and kept because the pictures depend on it: two engines of one machine must not come to
    different answers.
    """

    def __init__(
        self, cache_file: Path, time_convolution: Callable[[str], float] | None = None, *, wanted: Wanted = "model"
    ) -> None:
        """`time_convolution`: seconds of one in a dtype by its name."""
        self.wanted = wanted
        self._file = cache_file
        self._time = time_convolution or _time_convolution
        self._pays: bool | None = None

    def bfloat16_pays(self) -> bool:
        """Imports torch where that is not known yet."""
        if self._pays is None:
            self._pays = self._read()
        if self._pays is None:
            self._pays = self._measure()
        return self._pays

    def _measure(self) -> bool:
        from studio.diffusion import knows_bfloat16  # brings torch

        # Emulated, the convolution would take seconds to tell what the processor's flags tell at once.
        told: dict[str, Any] = {"stamp": _stamp(), "bfloat16_pays": False}
        if knows_bfloat16("cpu"):
            seconds = {dtype: self._time(dtype) for dtype in ("float32", "bfloat16")}
            told |= {"bfloat16_pays": seconds["bfloat16"] <= PAYS * seconds["float32"], "seconds": seconds}
        with contextlib.suppress(OSError):  # a cache: it is measured again
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with writing(self._file) as stream:
                stream.write(json.dumps(told).encode())
        return bool(told["bfloat16_pays"])

    def _read(self) -> bool | None:
        try:
            told = json.loads(self._file.read_bytes())
            return bool(told["bfloat16_pays"]) if told["stamp"] == _stamp() else None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None


def _stamp() -> list[Any]:
    return [version("torch"), platform.machine(), platform.processor(), os.cpu_count()]


def _time_convolution(dtype: str) -> float:
    import torch

    kind = getattr(torch, dtype)
    convolution = torch.nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, dtype=kind)
    given = torch.zeros(1, CHANNELS, SIDE, SIDE, dtype=kind)
    times = []
    with torch.inference_mode():
        for _ in range(ROUNDS + 1):
            began = time.perf_counter()
            convolution(given)
            times.append(time.perf_counter() - began)
    return min(times[1:])  # the first one makes its plan


def in_fast_dtypes(
    entry: CatalogueEntry, device: str, budget_bytes: int, bfloat16_pays: Callable[[], bool]
) -> CatalogueEntry:
    """The model in the dtypes that its device runs well, as far as they fit the budget (0 = no limit)."""
    if device != "cpu":
        return entry
    # float16 is never kept: a processor lacks some of its operations.
    some = _widened(entry.components, "float16")
    every = _widened(some, "bfloat16")
    keeps = every == some or bfloat16_pays() or (budget_bytes and _bytes(every) > budget_bytes)
    return replace(entry, components=some if keeps else every)


def in_half_floats(entry: CatalogueEntry, device: str, bfloat16_pays: Callable[[], bool]) -> CatalogueEntry:
    """The model in 16 bits where the device is quicker with those; itself where it is not, or is that already.

    Accelerators compute with float16 what is stored wider; a processor with bfloat16, where it has units for it.
    """
    if device != "cpu":
        return entry.in_dtype("float16") if _stores(entry, "float32") else entry
    return entry.in_dtype("bfloat16") if bfloat16_pays() and _stores(entry, "float32", "float16") else entry


def _stores(entry: CatalogueEntry, *dtypes: str) -> bool:
    return any(entry.components[part].dtype in dtypes for part in PICTURE_PARTS if part in entry.components)


def _widened(components: Mapping[str, ComponentSpec], *dtypes: str) -> dict[str, ComponentSpec]:
    return {part: replace(spec, dtype="float32") if spec.dtype in dtypes else spec for part, spec in components.items()}


def _bytes(specs: Mapping[str, ComponentSpec]) -> int:
    return sum(spec.estimated_bytes() for spec in specs.values())
