"""The table of the memory manager: which components there are, in which tier, and what they take."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from studio.models.integrity import Seal
from studio.models.loaders.component import ComponentSpec
from studio.models.offload import Offload
from studio.models.tensor_storage import Storage, mapped, module_of, storages

Key = tuple[str, ...]


@dataclass(eq=False)
class Component:
    """One component in memory. `module` is None while it is loading."""

    key: Key
    spec: ComponentSpec | None
    """None for what is made of others: a derived component, a variant."""
    estimated_bytes: int
    sources: tuple[Key, ...] = ()
    identity: str = ""
    """Of its files when they were looked at."""
    module: Any = None
    parked: bool = False
    """Whether it rests in RAM instead of on the device."""
    arriving: bool = False
    """Whether its place on the device is taken already, while it is still in RAM."""
    leases: int = 0
    pinned: bool = False
    """Whether the user wants it kept: it goes last."""
    used_by: str = ""
    """The task that has leased it last."""
    used: float = 0.0
    """When it was leased last; all components of a lease have the same time."""
    load_s: float = 0.0
    storages: dict[Storage, int] = field(default_factory=dict)
    """Every storage that its tensors live in, with its bytes."""
    mapped: frozenset[Storage] = frozenset()
    """Those that are pages of a weights file."""
    home: dict[str, Any] = field(default_factory=dict)
    """Its tensors in RAM that are pages of its file, kept while it is on an accelerator."""
    seal: Seal | None = None
    offload: Offload | None = None
    """Brings its tensors to the device while they are computed with, where it rests in RAM for good."""
    passing_bytes: int = 0
    """What of it is then on the device at a time."""

    @property
    def stays_in_ram(self) -> bool:
        return self.offload is not None or (self.spec is not None and self.spec.offloaded)

    @property
    def missing_bytes(self) -> int:
        """What a lease of it would have to find room for on the device."""
        if self.stays_in_ram:
            return 0 if self.leases else self.passing_bytes
        return self.bytes if self.parked else 0

    @property
    def loading(self) -> bool:
        return self.module is None

    @property
    def bytes(self) -> int:
        return sum(self.storages.values())

    @property
    def id(self) -> str:
        """For fronts."""
        return hashlib.sha256("|".join(self.key).encode()).hexdigest()[:16]

    @property
    def title(self) -> str:
        return f"{self.spec.class_name} {self.spec.path.name}" if self.spec else self.key[1]

    @property
    def rank(self) -> tuple[float, int]:
        """The lowest goes first: what was used least recently, and of what was used together the largest.

        The parts of a model come back together, and every part takes a while to build beside its bytes: to keep the
        small ones costs least. Cleverer rules gain less than 5 % on this (benchmarks/eviction.py).
        """
        return self.used, -self.bytes

    def forget(self) -> None:
        """Its module is gone: it is absent, or is loaded again for whoever leases it."""
        self.module, self.seal, self.home, self.storages, self.mapped = None, None, {}, {}, frozenset()
        self.arriving = self.parked = False

    def measure(self) -> None:
        """Count its bytes anew, after it was loaded or moved."""
        self.storages = storages(self.module)
        self.mapped = mapped(self.storages)
        if self.offload:
            self.parked, self.passing_bytes = True, self.offload.passing_bytes(module_of(self.module))


@dataclass(frozen=True)
class Resident:
    """A line of the manager's report: one component, for people and tests."""

    title: str
    bytes: int
    leases: int
    derived: bool
    place: str = ""
    """The device, or `ram` for what is parked."""
    mapped_bytes: int = 0
    """Of these, pages of its file that the system can take back by itself."""
    load_s: float = 0.0
    idle_s: float = 0.0
    id: str = ""
    pinned: bool = False
    used_by: str = ""
    """The task that has leased it last."""


class ComponentTable:
    """All components by key. Sums count each storage once, so that what is shared costs nothing twice."""

    def __init__(self) -> None:
        self._rows: dict[Key, Component] = {}

    def __iter__(self) -> Iterator[Component]:
        return iter([*self._rows.values()])

    def __contains__(self, key: Key) -> bool:
        return key in self._rows

    def __getitem__(self, key: Key) -> Component:
        return self._rows[key]

    def get(self, key: Key) -> Component | None:
        return self._rows.get(key)

    def add(self, component: Component) -> Component:
        """The one that is there under its key already, else this one."""
        return self._rows.setdefault(component.key, component)

    def remove(self, component: Component) -> bool:
        """Whether it was there."""
        if self._rows.get(component.key) is not component:
            return False
        del self._rows[component.key]
        return True

    def dependents(self, component: Component) -> list[Component]:
        """What is made of it, and what is made of that; what comes last in the making comes first."""
        found: dict[Key, Component] = {}
        level = [component]
        while level:
            keys = {each.key for each in level}
            level = [each for each in self._rows.values() if keys & {*each.sources} and each.key not in found]
            found = {each.key: each for each in level} | found
        return list(found.values())

    def rename(self, component: Component, new: Key) -> None:
        """Under the key that has become known since."""
        old, component.key = component.key, new
        self._rows = {known.key: known for known in self._rows.values()}
        for other in self._rows.values():
            other.sources = tuple(new if source == old else source for source in other.sources)

    # ---- sums

    def device_bytes(self) -> int:
        """What is on the device, and what was promised: to what is being loaded, and to what comes block by block."""
        promised = sum(row.estimated_bytes for row in self if row.loading)
        passing = sum(row.passing_bytes for row in self if row.leases and not row.sources)
        return _sum(row for row in self if not row.parked) + promised + passing

    def private_bytes(self, *, parked: bool) -> int:
        """Of one tier, less the pages of files: those count as free memory anyway."""
        return _sum((row for row in self if row.parked is parked), private=True)


def _sum(rows: Iterable[Component], *, private: bool = False) -> int:
    found: dict[Storage, int] = {}
    for row in rows:
        found.update((place, size) for place, size in row.storages.items() if not (private and place in row.mapped))
    return sum(found.values())
