"""Whether weights are what they should be, beyond what the libraries look at: each finding is one sentence."""

import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from studio.errors import UserError
from studio.models.loaders.checkpoint_section import BUFFERS
from studio.models.loaders.tensor import DTYPE_BITS, WeightsHeader
from studio.text import Text

log = logging.getLogger(__name__)

SAMPLE = 256
"""Numbers that are looked at, at each end of every tensor. A training that went wrong spoils whole tensors."""
EXPONENTS = {
    "F64": ("<u8", 0x7FF << 52),
    "F32": ("<u4", 0xFF << 23),
    "F16": ("<u2", 0x1F << 10),
    "BF16": ("<u2", 0xFF << 7),
}
"""The integer that is as wide, and the bits which are all set in NaN and in infinity."""
SURPLUS = 0.05
"""The share of a file's tensors that a network may have no place for: old files carry buffers, not layers."""


def check_samples(path: Path, header: WeightsHeader) -> None:
    """Raises UserError when weights hold NaN or infinity: they would make black pictures."""
    spoiled = [name for name in _spoiled(path, header) if name.endswith(("weight", "bias"))]
    if spoiled:
        raise UserError(
            "The weights {} hold numbers that are none (NaN or infinity) in {}. Nothing was loaded; get another "
            "version of the model, in bfloat16 or float32 if this one is in float16.",
            path.name,
            _listed(spoiled),
            code="invalid_weights",
        )


def _spoiled(path: Path, header: WeightsHeader) -> list[str]:
    samples: dict[str, list[tuple[str, bytes]]] = {}
    with path.open("rb", buffering=0) as file:
        for name, tensor in header.tensors.items():
            if tensor.dtype in EXPONENTS:
                pieces = samples.setdefault(tensor.dtype, [])
                width = min(SAMPLE * DTYPE_BITS[tensor.dtype] // 8, tensor.bytes)
                for start in sorted({0, tensor.bytes - width}):
                    file.seek(tensor.start + start)
                    pieces.append((name, file.read(width)))
    spoiled: dict[str, None] = {}
    for dtype, pieces in samples.items():
        if _holds_none(dtype, b"".join(piece for _, piece in pieces)):  # all at once: a model has thousands
            spoiled |= dict.fromkeys(name for name, piece in pieces if _holds_none(dtype, piece))
    return list(spoiled)


def _holds_none(dtype: str, data: bytes) -> bool:
    """Whether any of these numbers is NaN or infinity."""
    kind, exponent = EXPONENTS[dtype]
    numbers = np.frombuffer(data, kind)
    return bool(((numbers & exponent) == exponent).any())


def check_complete(path: Path, class_name: str, info: Mapping[str, Any], held: int) -> None:
    """What a library says about a loading. Raises UserError for tensors that were not there, or of another shape.

    transformers fills them with random numbers without a word. `held`: how many tensors the files hold.
    """
    missing, misshapen = _names(info.get("missing_keys")), _names(info.get("mismatched_keys"))
    surplus = [name for name in _names(info.get("unexpected_keys")) if not name.endswith(BUFFERS)]
    if not missing and not misshapen and len(surplus) <= SURPLUS * held:
        if surplus:
            log.warning("%s holds tensors that a %s has no place for: %s", path, class_name, _listed(surplus))
        return
    wrong = [*missing, *misshapen, *surplus]
    raise UserError(
        "The files in {} are not those of this {}: {} of its tensors are missing, of another shape or too many "
        "({}). Nothing was loaded; check that the folder is complete and its parts belong together.",
        path,
        class_name,
        len(wrong),
        _listed(wrong),
        code="invalid_weights",
    )


def _names(keys: Collection[Any] | None) -> list[str]:
    """mismatched_keys come as (name, shape, shape)."""
    return sorted(key if isinstance(key, str) else str(key[0]) for key in keys or ())


def _listed(names: Sequence[str]) -> Text:
    few = ", ".join(names[:3])
    return Text("{} and {} more", few, len(names) - 3) if len(names) > 3 else Text("{}", few)
