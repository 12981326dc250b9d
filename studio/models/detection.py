"""What a lone .safetensors file is, told by the names and shapes of its tensors; none of them is read."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from studio.api import Family, Signature
from studio.models.adapter_signatures import ADDITIONS
from studio.models.families import name_fits
from studio.models.loaders.tensor import WeightsHeader
from studio.models.lora import lora
from studio.models.part_signatures import PARTS

NETWORK = "model.diffusion_model."
"""What checkpoints put before the names of their network; files of the network alone often leave it out."""
WRAPPINGS = ("module.", "netG.")
"""What trainers of upscalers leave before all names; spandrel takes it off too."""
ARCHITECTURES = Path(__file__).parent / "loaders" / "upscaler.json"
"""spandrel's own conditions, which it can say only after importing torch; a test holds the two together."""


@dataclass(frozen=True)
class FileKind:
    """What a file is: of a family, an upscaler (`architecture`), or something else that has a name."""

    signature: Signature
    family: Family | None = None
    architecture: str = ""


class TensorNames:
    """The names of a file's tensors, made ready to be searched."""

    def __init__(self, header: WeightsHeader, words: Collection[str] = ()) -> None:
        """`words`: of the file's name."""
        self.tensors, self.metadata, self.words = header.tensors, header.metadata, words
        self._joined = "\n".join(header.tensors)

    def shapes(self, name: str) -> list[tuple[int, ...]]:
        """The shapes of all tensors of this name, which may hold `*` for anything."""
        if "*" not in name:
            found = self.tensors.get(name) or self.tensors.get(NETWORK + name)
            return [found.shape] if found else []
        pieces = name.split("*")
        if not all(piece in self._joined for piece in pieces):  # quick: most files hold none of it
            return []
        pattern = re.compile(f"(?:{re.escape(NETWORK)})?" + ".*".join(map(re.escape, pieces)))
        return [tensor.shape for each, tensor in self.tensors.items() if pattern.fullmatch(each)]


def detect(
    header: WeightsHeader, families: Iterable[Family], words: Collection[str] = (), said: str = ""
) -> FileKind | None:
    """What the file is; None when no row of any table fits. Whole checkpoints come first: merging leaves oddities.

    `words`: of the file's name, for models whose headers are alike; `said`: the family that the user says it is of.
    """
    names, rows = TensorNames(header, words), tuple(families)
    of_families = [(each, family) for family in rows for each in family.files]
    of_families.sort(key=lambda row: not row[0].named)  # what a name tells goes before what headers alone leave
    return (
        next((each for each in alike(header, rows) if said == each.signature.title), None)
        or _first(names, [row for row in of_families if row[0].parts and row[0].kind == "checkpoint"])
        or _first(names, [(each, None) for each in ADDITIONS])
        or _lora(header)
        or _first(names, of_families)
        or _first(names, [(each, None) for each in PARTS])
        or _upscaler(header)
    )


def alike(header: WeightsHeader, families: Iterable[Family]) -> list[FileKind]:
    """All models that open and that the file may be, whatever its name says."""
    names = TensorNames(header)
    rows = [(each, family) for family in families for each in family.files if each.parts]
    return [FileKind(each, family) for each, family in rows if fits(replace(each, named=""), names)]


def _first(names: TensorNames, rows: Iterable[tuple[Signature, Family | None]]) -> FileKind | None:
    found = next(((signature, family) for signature, family in rows if fits(signature, names)), None)
    return FileKind(*found) if found else None


def _lora(header: WeightsHeader) -> FileKind | None:
    found = lora(header.tensors, header.metadata)
    return FileKind(found) if found else None


def fits(signature: Signature, names: TensorNames) -> bool:
    if any(names.metadata.get(key) != value for key, value in signature.metadata.items()):
        return False
    if signature.named and not name_fits(signature.named, names.words):
        return False
    if any(names.shapes(name) for name in signature.lacks):
        return False
    return all(any(_agrees(shape, wanted) for shape in names.shapes(name)) for name, wanted in signature.has.items())


def _agrees(shape: tuple[int, ...], wanted: tuple[int | None, ...] | None) -> bool:
    if wanted is None:
        return True
    return len(shape) == len(wanted) and all(side in (None, real) for side, real in zip(wanted, shape, strict=True))


def _upscaler(header: WeightsHeader) -> FileKind | None:
    names = set(header.tensors)
    for wrapping in WRAPPINGS:
        if names and all(name.startswith(wrapping) for name in names):
            names = {name.removeprefix(wrapping) for name in names}
    found = next((name for name, condition in _architectures().items() if _holds(condition, names)), "")
    return FileKind(Signature(f"Upscaler ({found})", {}, kind="upscaler"), architecture=found) if found else None


@cache
def _architectures() -> Mapping[str, Any]:
    rows: dict[str, Any] = json.loads(ARCHITECTURES.read_bytes())
    return rows


def _holds(condition: Any, names: set[str]) -> bool:
    if isinstance(condition, str):
        return condition in names
    join = all if "all" in condition else any
    return join(_holds(each, names) for each in condition["all" if "all" in condition else "any"])
