"""The ladder for a job that runs out of memory: tried again with the same seed, a rung more frugal each time."""

from dataclasses import dataclass

CODE = "out_of_memory"
_TEXTS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "cannot allocate memory",
    "bad_alloc",
)


@dataclass(frozen=True)
class Rung:
    """How a job is run. `note` goes with its pictures, and so into their recipes."""

    note: str = ""
    tiled: bool = False
    """Whether the decoder works in tiles: less memory, and a picture that can differ a little."""


RUNGS = (
    Rung(),
    Rung("Memory ran out, so all that no job needs was unloaded and the job was run again; the picture is the same."),
    Rung(
        "Memory was short, so the picture was decoded in tiles; it can differ a little from what one decoding makes.",
        tiled=True,
    ),
)


def is_no_memory(error: BaseException) -> bool:
    """Also for torch's errors, which are told by name and text here: torch may not even be imported."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    # An ImportError is what a library of torch becomes that cannot be brought into memory.
    told = isinstance(error, RuntimeError | ImportError | OSError)
    return told and any(text in str(error).lower() for text in _TEXTS)
