"""The shared GPU model manager: components, leases, a byte budget.

The unit is the component (a UNet, a text tower, a codec), never a pipeline. Its key is what its files hold, its class,
its dtype and its device, so that equal components of different models are one object in memory, whichever plugin asks.
A lease takes all components of a job at once or waits: nobody waits while holding, so two jobs cannot deadlock.

    absent -> loading -> resident -> (evicted) absent

The manager owns the only strong reference to a component; a lease borrows it and lets go. What is leased is pinned;
what is not may be evicted, least recently used first, a derived component before what it is made of. Bytes are counted
by unique storage, so that views and shared weights count once.
"""

import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from studio.api import Derived, UserError
from studio.models.fingerprint import Fingerprints
from studio.models.loaders.component import ComponentSpec, construction_lock
from studio.models.tensor_storage import release, storages

Key = tuple[str, ...]
Load = Callable[[ComponentSpec, str], Any]


@dataclass
class _Entry:
    """A component in the table. `module` is None while it is loading."""

    key: Key
    spec: ComponentSpec | None
    """None for a derived component."""
    estimated_bytes: int
    sources: tuple[Key, ...] = ()
    identity: str = ""
    """Of its files when they were looked at."""
    module: Any = None
    leases: int = 0
    used: float = 0.0
    storages: dict[tuple[str, int], int] = field(default_factory=dict)
    """(device, address) -> bytes of every storage that its tensors live in."""

    @property
    def loading(self) -> bool:
        return self.module is None

    @property
    def title(self) -> str:
        return f"{self.spec.class_name} {self.spec.path.name}" if self.spec else self.key[1]


@dataclass(frozen=True)
class Resident:
    """A line of the manager's report: one component, for people and tests."""

    title: str
    bytes: int
    leases: int
    derived: bool


class MemoryManager:
    """Holds components on one device within a budget of bytes (0 = no limit)."""

    def __init__(self, load: Load, fingerprints: Fingerprints, device: str, budget_bytes: int) -> None:
        self._load = load
        self._fingerprints = fingerprints
        self._device = device
        self.budget_bytes = budget_bytes
        self._table: dict[Key, _Entry] = {}
        self._estimates: dict[Key, int] = {}
        self._changed = threading.Condition()
        self._holders: Counter[int] = Counter()  # leases by thread
        self._loaded_bytes = 0
        self._peak_bytes = 0

    # ---- what it knows

    @property
    def device(self) -> str:
        return self._device

    @property
    def used_bytes(self) -> int:
        """Bytes of all components now, each storage counted once."""
        with self._changed:
            return self._used()

    @property
    def peak_bytes(self) -> int:
        """The most that was ever used or reserved at once."""
        return self._peak_bytes

    @property
    def loaded_bytes(self) -> int:
        """Bytes loaded from files since the start; it stands still while all is there."""
        return self._loaded_bytes

    def report(self) -> list[Resident]:
        """What is resident, most recently used first."""
        with self._changed:
            entries = sorted(self._table.values(), key=lambda entry: -entry.used)
            return [
                Resident(entry.title, sum(entry.storages.values()), entry.leases, bool(entry.sources))
                for entry in entries
                if not entry.loading
            ]

    # ---- leases

    @contextmanager
    def lease(self, specs: Mapping[str, ComponentSpec], derived: Sequence[Derived] = ()) -> Iterator[Mapping[str, Any]]:
        """All components of `specs`, and those derived of them, by name; pinned until the block ends.

        Raises UserError (`out_of_memory`) when they cannot fit the budget even alone.
        """
        pinned = self._pin(specs)
        taken = dict(pinned)
        try:
            with self._fingerprints.resting():
                self._fill(pinned.values())
            for view in derived:
                if not taken.keys() >= set(view.of):  # a model that lacks those parts has no such view
                    continue
                taken[view.name] = self._derive(view, taken)
            modules = {name: entry.module for name, entry in taken.items()}
            try:
                yield modules
            finally:
                modules.clear()  # a plugin that keeps the mapping keeps no weights
        finally:
            self._unpin(taken.values())

    def unload(self) -> None:
        """Evict everything that no job leases."""
        with self._changed:
            self._evict([entry for entry in self._table.values() if entry.leases == 0])

    # ---- pinning: all at once, room made before anything is loaded

    def _pin(self, specs: Mapping[str, ComponentSpec]) -> dict[str, _Entry]:
        # Taken before the contents, so that a file replaced in between is noticed when it has been loaded.
        states = {name: self._state(spec) for name, spec in specs.items()}
        keys = {name: self._key(spec) for name, spec in specs.items()}
        identities = {keys[name]: states[name] for name in specs}
        estimates = {keys[name]: self._estimate(keys[name], spec) for name, spec in specs.items()}
        with self._changed:
            self._adopt(estimates)
            while not self._make_room(estimates):
                if self._holders.keys() <= {threading.get_ident()}:
                    raise self._too_large(estimates)
                self._changed.wait()
            for name, key in keys.items():
                if key not in self._table:
                    self._table[key] = _Entry(key, specs[name], estimates[key], identity=identities[key])
            pinned = {name: self._table[key] for name, key in keys.items()}
            for entry in pinned.values():
                self._hold(entry)
            self._peak_bytes = max(self._peak_bytes, self._used())
            self._holders[threading.get_ident()] += 1
            return pinned

    def _estimate(self, key: Key, spec: ComponentSpec) -> int:
        """What it will weigh; what was read once under this key is not read again."""
        if key not in self._estimates:
            self._estimates[key] = spec.estimated_bytes()
        return self._estimates[key]

    def _key(self, spec: ComponentSpec) -> Key:
        try:
            return (self._fingerprints.of(spec), spec.class_name, spec.dtype, self._device)
        except OSError as error:
            raise _gone(spec, error) from None

    def _state(self, spec: ComponentSpec) -> str:
        try:
            return self._fingerprints.identity(spec)
        except OSError as error:
            raise _gone(spec, error) from None

    def _hold(self, entry: _Entry) -> None:
        entry.leases += 1
        entry.used = time.monotonic()

    def _adopt(self, wanted: Iterable[Key]) -> None:
        """Re-key what was loaded under a file's identity and whose content has become known since."""
        for key in wanted:
            if key not in self._table:
                for entry in list(self._table.values()):
                    if entry.key[1:] == key[1:] and self._is_now(entry, key):
                        self._rename(entry, key)
                        break

    def _is_now(self, entry: _Entry, key: Key) -> bool:
        try:
            # A file that was replaced since says what is there now, not what was loaded.
            return entry.spec is not None and self._state(entry.spec) == entry.identity and self._key(entry.spec) == key
        except UserError:  # its files are gone: it stays what it was when loaded
            return False

    def _rename(self, entry: _Entry, new: Key) -> None:
        old = entry.key
        entry.key = new
        self._table = {known.key: known for known in self._table.values()}
        for other in self._table.values():
            other.sources = tuple(new if source == old else source for source in other.sources)

    def _make_room(self, estimates: Mapping[Key, int]) -> bool:
        """Evict until what is missing fits; False when only leases stand in the way."""
        missing = sum(size for key, size in estimates.items() if key not in self._table)
        if self._fits(missing):
            return True
        idle = [entry for key, entry in self._table.items() if entry.leases == 0 and key not in estimates]
        for entry in sorted(idle, key=lambda entry: (not entry.sources, entry.used)):
            self._evict([entry])
            if self._fits(missing):
                return True
        return False

    def _fits(self, more_bytes: int) -> bool:
        return self.budget_bytes == 0 or self._used() + more_bytes <= self.budget_bytes

    def _unpin(self, entries: Iterable[_Entry]) -> None:
        with self._changed:
            for entry in entries:
                entry.leases -= 1
            self._holders[threading.get_ident()] -= 1
            self._holders += Counter()  # drops the zeros
            self._changed.notify_all()

    # ---- loading

    def _fill(self, entries: Iterable[_Entry]) -> None:
        """Load what is pinned and still absent; one construction at a time in the whole process."""
        for entry in entries:
            with construction_lock:
                if entry.loading and entry.spec is not None:
                    self._settle(entry, partial(self._load_unchanged, entry.spec, entry.identity))

    def _load_unchanged(self, spec: ComponentSpec, identity: str) -> Any:
        module = self._load(spec, self._device)
        if self._state(spec) != identity:
            raise UserError(
                f"The weights in {spec.path} were replaced while they were read, so they were not used. Try again when "
                "the program that writes them is done.",
                code="invalid_weights",
            )
        return module

    def _derive(self, view: Derived, taken: Mapping[str, _Entry]) -> _Entry:
        sources = tuple(taken[name] for name in view.of)
        origin = f"{view.build.__module__}.{view.build.__qualname__}"
        key: Key = ("derived", origin, *(part for source in sources for part in source.key))
        with construction_lock:
            with self._changed:
                entry = self._table.setdefault(key, _Entry(key, None, 0, tuple(source.key for source in sources)))
                self._hold(entry)
            if entry.loading:
                self._settle(entry, lambda: view.build(*(source.module for source in sources)))
        return entry

    def _settle(self, entry: _Entry, make: Callable[[], Any]) -> None:
        """Make the module of a pinned entry, and enter what it weighs; a failure leaves the entry absent."""
        try:
            module = make()
        except BaseException:
            with self._changed:
                if entry.leases <= 1:
                    self._table.pop(entry.key, None)
            raise
        with self._changed:
            held = {place for other in self._table.values() for place in other.storages}
            entry.storages = storages(module)
            entry.module = module
            if not entry.sources:  # what is derived comes from no file
                self._loaded_bytes += sum(size for place, size in entry.storages.items() if place not in held)
            self._peak_bytes = max(self._peak_bytes, self._used())
            self._changed.notify_all()

    # ---- eviction

    def _evict(self, entries: Iterable[_Entry]) -> None:
        """Drop components, and all that is derived of them, and give their memory back to the system."""
        gone: list[weakref.ref[Any]] = []
        for entry in entries:
            for dependent in [other for other in self._table.values() if entry.key in other.sources]:
                gone += self._drop(dependent)
            gone += self._drop(entry)
        release(gone)

    def _drop(self, entry: _Entry) -> list["weakref.ref[Any]"]:
        if self._table.pop(entry.key, None) is None:
            return []
        module, entry.module = entry.module, None
        try:
            return [weakref.ref(module)]
        except TypeError:  # a tokenizer made in Rust, say: it holds no weights
            return []

    # ---- accounting

    def _used(self) -> int:
        found: dict[tuple[str, int], int] = {}
        reserved = 0
        for entry in self._table.values():
            found.update(entry.storages)
            reserved += entry.estimated_bytes if entry.loading else 0
        return sum(found.values()) + reserved

    def _too_large(self, estimates: Mapping[Key, int]) -> UserError:
        return UserError(
            f"This model needs {_size(sum(estimates.values()))}, and the memory budget is {_size(self.budget_bytes)}. "
            "Choose a smaller model, or raise memory_budget_bytes in the settings.",
            code="out_of_memory",
        )


def _gone(spec: ComponentSpec, error: OSError) -> UserError:
    return UserError(
        f"A part of this model is gone: {error.filename or spec.path}. Put it back, or choose another model.",
        code="missing_weights",
    )


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"
