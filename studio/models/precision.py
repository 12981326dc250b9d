"""The dtype that a device runs a model in, which need not be that of its files: processors emulate half floats."""

from collections.abc import Mapping
from dataclasses import replace

from studio.models.entry import CatalogueEntry
from studio.models.loaders.component import ComponentSpec


def in_fast_dtypes(entry: CatalogueEntry, device: str, budget_bytes: int) -> CatalogueEntry:
    """The model in the dtypes that its device runs well, as far as they fit the budget (0 = no limit)."""
    if device != "cpu":
        return entry
    # float16 is never kept: a processor lacks some of its operations.
    some = _widened(entry.components, "float16")
    every = _widened(some, "bfloat16")
    keeps = every == some or _knows_bfloat16() or (budget_bytes and _bytes(every) > budget_bytes)
    return replace(entry, components=some if keeps else every)


def _knows_bfloat16() -> bool:
    from studio.diffusion import knows_bfloat16  # brings torch

    return knows_bfloat16("cpu")


def _widened(components: Mapping[str, ComponentSpec], *dtypes: str) -> dict[str, ComponentSpec]:
    return {part: replace(spec, dtype="float32") if spec.dtype in dtypes else spec for part, spec in components.items()}


def _bytes(specs: Mapping[str, ComponentSpec]) -> int:
    return sum(spec.estimated_bytes() for spec in specs.values())
