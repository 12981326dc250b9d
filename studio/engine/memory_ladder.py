"""The ladder for a job that fails for want of memory, or of precision: tried again with the same seed on the next rung.

Out of memory has three rungs: all that no job needs is freed, then the decoder works in tiles, then the layers of the
network that makes the picture are kept in 8 bits, where they are not that small already. No task of ours makes several
pictures as one batch, so there is no batch to split. Numbers that became invalid (NaN) in a half float have one: the
same model in float32.
"""

import re
from dataclasses import dataclass

NO_MEMORY, INVALID = "out_of_memory", "nan"
"""Codes of the errors that there are rungs for."""
_TEXTS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "cannot allocate memory",
    "bad_alloc",
)
_ASKED = re.compile(r"ried to allocate ([0-9.]+) (bytes|KiB|MiB|GiB)")
_UNITS = {"bytes": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30}


@dataclass(frozen=True)
class Rung:
    """How a job is run. `note` goes with its pictures, and so into their recipes."""

    note: str = ""
    tiled: bool = False
    """Whether the decoder works in tiles: less memory, and a picture that can differ a little."""
    float32: bool = False
    narrow: bool = False
    """Whether the layers of the network that makes the picture are kept in 8 bits."""


RUNGS = (
    Rung(),
    Rung("Memory ran out, so all that no job needs was unloaded and the job was run again; the picture is the same."),
    Rung(
        "Memory was short, so the picture was decoded in tiles; it can differ a little from what one decoding makes.",
        tiled=True,
    ),
    Rung(
        "Memory was short, so the layers of the model were kept in 8 bits and the picture was decoded in tiles; it "
        "differs a little from what the whole model makes.",
        tiled=True,
        narrow=True,
    ),
)
EXACT = Rung(
    "The model produced invalid numbers (NaN) in half precision, so the picture was made again in float32.",
    float32=True,
)


def next_rung(rung: Rung, code: str, dtypes: set[str]) -> Rung | None:
    """The one after a failure of this code, in a job that ran in these dtypes; None at the end."""
    if code == INVALID:
        return None if rung.float32 or dtypes <= {"torch.float32"} else EXACT
    if code == NO_MEMORY and rung in RUNGS[:-1]:
        return RUNGS[RUNGS.index(rung) + 1]
    return None


def asked_bytes(error: BaseException) -> int:
    """What could not be had, where torch's error says how much that was; else 0."""
    found = _ASKED.search(str(error)) if is_no_memory(error) else None
    return int(float(found[1]) * _UNITS[found[2].lower()]) if found else 0


def is_no_memory(error: BaseException) -> bool:
    """Also for torch's errors, which are told by name and text here: torch may not even be imported."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    # An ImportError is what a library of torch becomes that cannot be brought into memory.
    told = isinstance(error, RuntimeError | ImportError | OSError)
    return told and any(text in str(error).lower() for text in _TEXTS)
