"""What a lease holds: the modules by name, and variants of them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from studio.models.component_table import Component

Patch = Callable[[Component, tuple[str, ...], Callable[[Any], None]], Component]


class Leased(Mapping[str, Any]):
    """The modules of a lease by name; empty once it has ended, so that a plugin which keeps it keeps no weights."""

    def __init__(self, taken: dict[str, Component], patch: Patch) -> None:
        self._taken, self._patch = taken, patch
        self._modules = {name: component.module for name, component in taken.items()}
        self.changed: list[tuple[str, str]] = []
        """When it has ended: (title, what) of components that were changed in place meanwhile, and were given up."""

    def __getitem__(self, name: str) -> Any:
        return self._modules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def patched(self, name: str, key: tuple[str, ...], change: Callable[[Any], None]) -> Any:
        """A variant of a component, changed by `change`, over the same weights; equal keys share one while it lasts."""
        component = self._patch(self._taken[name], key, change)
        self._taken[f"{name} {len(self._taken)}"] = component
        return component.module

    def replace(self, name: str, key: tuple[str, ...], change: Callable[[Any], None]) -> None:
        """Have a variant of a component stand in its place, also for what is patched or asked for from now on."""
        component = self._patch(self._taken[name], key, change)
        self._taken[f"{name} {len(self._taken)}"] = self._taken[name]  # which stays pinned
        self._taken[name] = component
        self._modules[name] = component.module

    def end(self, changed: list[tuple[str, str]]) -> None:
        self._modules.clear()
        self.changed = changed
