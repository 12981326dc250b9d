"""ModelLease: what a task holds of a model while its `with` block runs."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.api import Family, LeasedReference
from studio.models.entry import CatalogueEntry
from studio.models.leased import Leased
from studio.text import Text


@dataclass
class ModelLease:
    """Kept by the model manager; `studio.api.Lease` says what each of its parts is for."""

    _entry: CatalogueEntry
    _modules: Leased
    device: str
    fingerprint: str
    dtype: Any
    _tiled: bool = False
    told: list[Text] = field(default_factory=list)
    _controls: list[str] = field(default_factory=list)
    references: list[LeasedReference] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self._entry.id

    @property
    def title(self) -> str:
        return self._entry.title

    @property
    def family(self) -> str:
        return self._entry.family

    @property
    def note(self) -> str:
        return self._entry.note

    @property
    def about(self) -> Family:
        return self._entry.about

    @property
    def defaults(self) -> Mapping[str, Any]:
        return self._entry.defaults

    def __getitem__(self, part: str) -> Any:
        module = self._modules[part]
        if self._tiled and hasattr(module, "enable_tiling"):
            return self._modules.patched(part, ("tiled",), _tile)
        # A scheduler keeps the state of a run: shared between two runs it gives a wrong picture without an error.
        return copy.deepcopy(module) if self._is_scheduler(part) else module

    def __contains__(self, part: object) -> bool:
        return part in self._modules

    @property
    def controls(self) -> list[Any]:
        return [self._modules[part] for part in self._controls]

    @property
    def changed(self) -> list[tuple[str, str]]:
        return self._modules.changed

    def patched(self, part: str, key: tuple[str, ...], change: Callable[[Any], None]) -> Any:
        return self._modules.patched(part, key, change)

    def components(self, *parts: str) -> dict[str, Any]:
        return {part: self[part] for part in parts or self._modules}

    def _is_scheduler(self, part: str) -> bool:
        component = self._entry.components.get(part)  # none of what is derived
        return component is not None and component.class_name.endswith("Scheduler")


def _tile(decoder: Any) -> None:
    decoder.enable_tiling()
