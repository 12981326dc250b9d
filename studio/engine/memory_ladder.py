"""The ladder for a job that fails for want of memory, or of precision: tried again with the same seed on the next rung.

In this order, for want of memory: all that no job needs is freed, then the decoder works in tiles, then weights stay
in RAM and come to the accelerator block by block, then the layers of the network that makes the picture are kept in 8
bits besides, where they are not that small already. On a processor, whose weights are in RAM, and where RAM has no room
for them, the third is left out. Where the weights alone are too much, nothing is decoded in tiles before the pictures
are too much as well. No task of ours makes several pictures as one
batch, so there is no batch to split. Numbers that became invalid (NaN) in a half float have one: the
same model in float32.
"""

import re
from dataclasses import dataclass, replace

from studio.models.model_facts import ModelFacts

NO_MEMORY, INVALID = "out_of_memory", "nan"
"""Codes of the errors that there are rungs for."""
_TEXTS = (
    "out of memory",
    "can't allocate memory",
    "not enough memory",
    "cannot allocate memory",
    "bad_alloc",
    "failed to map segment",
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
    offloaded: bool = False
    """Whether the weights stay in RAM, and come to the accelerator block by block."""
    before: str = ""
    """Another note: of the rung whose ways these are too."""

    def is_for(self, facts: ModelFacts | None) -> bool:
        """Whether it takes less of this model. `facts`: None where nothing is known of the job."""
        if not self.lightens:
            return True
        if facts is None or not self.weights_bytes(facts):
            return False
        return self.offloaded or not facts.offloaded_bytes  # where both are to be had, the one comes with the other

    @property
    def lightens(self) -> bool:
        """Whether less of the weights is on the device."""
        return self.offloaded or self.narrow

    def weights_bytes(self, facts: ModelFacts) -> int:
        """What of a model's weights is on the device on this rung."""
        if self.offloaded:
            return facts.narrow_offloaded_bytes if self.narrow else facts.offloaded_bytes
        return facts.narrow_bytes if self.narrow else facts.weights_bytes

    def is_there(self, facts: ModelFacts) -> bool:
        """Whether the weights that it takes rest in RAM since an earlier job."""
        return self.offloaded and (facts.narrow_offloaded_there if self.narrow else facts.offloaded_there)

    @property
    def ways(self) -> tuple[str, ...]:
        """What sets apart what jobs take on this rung."""
        ways = {"tiled": self.tiled, "narrow": self.narrow, "offloaded": self.offloaded}
        return tuple(way for way, chosen in ways.items() if chosen)


RUNGS = (
    Rung(),
    Rung("Memory ran out, so all that no job needs was unloaded and the job was run again; the picture is the same."),
    Rung(
        "Memory was short, so the picture was decoded in tiles; it can differ a little from what one decoding makes.",
        tiled=True,
    ),
    Rung(
        "Memory was short, so the weights of the model stayed in RAM and came to the device block by block, which "
        "takes longer; the picture is the same.",
        offloaded=True,
    ),
    Rung(
        "Memory was short, so the weights of the model stayed in RAM and came to the device block by block, which "
        "takes longer, and the picture was decoded in tiles; it can differ a little from what one decoding makes.",
        tiled=True,
        offloaded=True,
    ),
    Rung(
        "Memory was short, so the layers of the model were kept in 8 bits, in RAM, and came to the device block by "
        "block, and the picture was decoded in tiles; it differs a little from what the whole model makes.",
        tiled=True,
        narrow=True,
        offloaded=True,
    ),
    Rung(
        "Memory was short, so the layers of the model were kept in 8 bits; the picture differs a little from what the "
        "whole model makes.",
        narrow=True,
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


def next_rung(
    rung: Rung, code: str, dtypes: set[str], facts: ModelFacts | None = None, *, refused: bool = False
) -> Rung | None:
    """The one after a failure of this code, in a job that ran in these dtypes; None at the end.

    `refused`: the weights alone were too much, so decoding in tiles helps nothing; else the pictures were, and where
    fewer of the weights are there, they are decoded in tiles too.
    """
    if code == INVALID:
        return None if rung.float32 or dtypes <= {"torch.float32"} else _exact(rung)
    if code != NO_MEMORY or rung not in RUNGS:
        return None
    able = [each for each in RUNGS[RUNGS.index(rung) + 1 :] if each.is_for(facts)]
    if refused:
        before = rung.weights_bytes(facts) if facts else 0
        return next((each for each in able if each == RUNGS[1] or (facts and each.weights_bytes(facts) < before)), None)
    return next((each for each in able if each.tiled or not each.lightens), None)


def rests_for_later(rung: Rung, facts: ModelFacts | None) -> bool:
    """After a refusal: whether what a later rung takes is in RAM, where it stands in nobody's way."""
    if facts is None or rung not in RUNGS:
        return False
    after, before = RUNGS[RUNGS.index(rung) + 1 :], rung.weights_bytes(facts)
    return any(each.is_there(facts) and each.weights_bytes(facts) < before for each in after)


def _exact(rung: Rung) -> Rung:
    """With the ways of this one: what had no room in half floats has none in whole ones."""
    if not rung.ways:
        return EXACT
    return replace(rung, note=EXACT.note, before=rung.note, float32=True)


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
