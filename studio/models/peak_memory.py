"""The most memory that was taken since a moment, beside what is still held: what pictures need beside the weights."""

import contextlib
import sys
from pathlib import Path
from typing import Any

from studio.models.tensor_storage import trim_heap

STATUS, CLEAR_REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"
"""Written into clear_refs it sets the process's high-water mark to what is resident now (proc(5))."""


class PeakMemory:
    """Of one device. Nothing else in the process may take much memory meanwhile: there is one thread of jobs."""

    def __init__(self, device: str) -> None:
        self._kind, _, index = device.partition(":")
        self._index = int(index or 0)

    def reset(self) -> None:
        """The peak is counted from here on."""
        if self._kind == "cpu":
            with contextlib.suppress(OSError):
                CLEAR_REFS.write_text(RESET_PEAK)
        elif accelerator := self._accelerator():
            accelerator.reset_peak_memory_stats(self._index)

    def above_now(self) -> int | None:
        """The peak less what is held now, once all that belongs to the job was let go; None where that is not told."""
        if self._kind == "cpu":
            trim_heap()  # what was freed, and is kept for later, is not held
            return _above_resident()
        accelerator = self._accelerator()
        if accelerator is None:
            return None
        return int(accelerator.max_memory_allocated(self._index) - accelerator.memory_allocated(self._index))

    def _accelerator(self) -> Any:
        """torch's module of it, if it counts peaks; none before torch was imported."""
        found = getattr(sys.modules.get("torch"), self._kind, None)
        return found if hasattr(found, "max_memory_allocated") else None


def _above_resident() -> int | None:
    try:
        lines = dict(line.split(":", 1) for line in STATUS.read_text().splitlines() if ":" in line)
        peak, resident = (int(lines[name].split()[0]) * 1024 for name in ("VmHWM", "VmRSS"))
    except (OSError, KeyError, ValueError):  # another system
        return None
    return max(0, peak - resident)
