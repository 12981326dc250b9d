"""The shared GPU model manager: components, leases, and what to do when memory is short.

The unit is the component (a UNet, a text tower, a codec), never a pipeline. Its key is what its files hold, its class,
its dtype and its device, so that equal components of different models are one object in memory, whichever plugin asks.
A lease takes all components of a job at once or waits: nobody waits while holding, so two jobs cannot deadlock.

    absent -> loading -> on the device <-> parked in RAM
                              |                 |
                              +-----> absent <--+

Room is made before anything is loaded. How much there is was set by the user, or is asked of the device and of the
system each time: another program may have taken some since. The manager owns the only strong reference to a component;
a lease borrows it and lets go. What is leased is pinned; of the rest the least recently used goes first, of the
parts of one model the largest, and what is made of a component before the component. Bytes are counted by unique
storage, so that views and shared weights count once.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

from studio.api import Derived, UserError
from studio.models.component_keys import ComponentKeys
from studio.models.component_table import Component, ComponentTable, Key, Resident
from studio.models.fingerprint import Fingerprints
from studio.models.free_memory import FreeBytes, free_bytes
from studio.models.integrity import seal
from studio.models.leased import Leased
from studio.models.loaders.component import ComponentSpec, construction_lock
from studio.models.room import Room
from studio.models.tensor_storage import empty_caches
from studio.models.tiers import Tiers
from studio.models.variant import variant
from studio.text import Text

log = logging.getLogger(__name__)
Load = Callable[[ComponentSpec, str], Any]
ASK_AGAIN_S = 1.0
"""Whoever waits for memory looks this often whether another program has given some back."""


class MemoryManager:
    """Holds components on one device, within a budget of bytes or, with 0, within what is free."""

    def __init__(
        self,
        load: Load,
        fingerprints: Fingerprints,
        device: str,
        budget_bytes: int,
        *,
        free: FreeBytes = free_bytes,
        tiers: Tiers | None = None,
    ) -> None:
        self._load = load
        self._fingerprints = fingerprints
        self._keys = ComponentKeys(fingerprints, device)
        self._device = device
        self._tiers = tiers or Tiers(device)
        self._table = ComponentTable()
        self._room = Room(self._table, self._tiers, free, budget_bytes)
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
        """Bytes of all components on the device now, each storage counted once."""
        with self._changed:
            return self._table.device_bytes()

    @property
    def parked_bytes(self) -> int:
        """Bytes of RAM that parked components take beside the pages of their files."""
        with self._changed:
            return self._table.private_bytes(parked=True)

    @property
    def peak_bytes(self) -> int:
        """The most that was ever used or reserved on the device at once."""
        return self._peak_bytes

    @property
    def loaded_bytes(self) -> int:
        """Bytes loaded from files since the start; it stands still while all is there."""
        return self._loaded_bytes

    @property
    def room_bytes(self) -> int:
        """What components may take on the device, all together: the budget, or what is free and what they have."""
        with self._changed:
            return self._room.total_bytes()

    @property
    def ram_bytes(self) -> int:
        """What components may take in RAM, those included that rest there."""
        with self._changed:
            return self._room.ram_bytes()

    def missing_bytes(self, specs: Mapping[str, ComponentSpec]) -> int:
        """What a lease of these would have to bring onto the device now. Raises UserError."""
        with self._changed:
            is_empty = not any(not row.parked or row.stays_in_ram for row in self._table)
        if is_empty:  # then what they hold, for which a library may have to be imported, need not be known
            return sum(spec.estimated_bytes() for spec in specs.values())
        wanted = {self._keys.of(spec): spec for spec in specs.values()}
        with self._changed:
            self._keys.adopt(self._table, wanted)
            there = {row.key for row in self._table if not row.parked or row.stays_in_ram}
        missing = {key: spec for key, spec in wanted.items() if key not in there}
        return sum(self._keys.estimate(key, spec) for key, spec in missing.items())

    def report(self) -> list[Resident]:
        """What is resident, most recently used first."""
        now = time.monotonic()
        with self._changed:
            rows = sorted(self._table, key=lambda row: -row.used)
            return [
                Resident(
                    row.title,
                    row.bytes,
                    row.leases,
                    bool(row.sources),
                    "ram" if row.parked else self._device,
                    sum(row.storages[place] for place in row.mapped),
                    round(row.load_s, 3),
                    round(now - row.used, 1),
                    row.id,
                    row.pinned,
                    row.used_by,
                )
                for row in rows
                if not row.loading
            ]

    # ---- leases

    @contextmanager
    def lease(
        self,
        specs: Mapping[str, ComponentSpec],
        derived: Sequence[Derived] = (),
        *,
        working_bytes: int = 0,
        holder: str = "",
    ) -> Iterator[Leased]:
        """All components of `specs`, and those derived of them, by name; pinned until the block ends.

        `working_bytes`: what the job will need beside the weights, for which room is made too. `holder`: who leases.
        Raises UserError (`out_of_memory`) when the weights cannot fit even alone.
        """
        thread = threading.get_ident()  # a lease that was left open is ended by another thread
        taken: dict[str, Component] = dict(self._pin(specs, working_bytes, holder))
        leased: Leased | None = None
        try:
            with self._fingerprints.resting():
                self._fill([*taken.values()])
            for view in derived:
                if taken.keys() >= set(view.of):  # a model that lacks those parts has no such view
                    taken[view.name] = self._derive(view, taken)
            leased = Leased(taken, self.patch)
            yield leased
        finally:
            if leased is not None:
                leased.end(self._give_up_changed(taken.values()))
            self._unpin(taken.values(), thread)

    def patch(self, component: Component, key: tuple[str, ...], change: Callable[[Any], None]) -> Component:
        """A pinned variant of a leased component. What `change` raises leaves nothing behind."""

        def make(module: Any) -> Any:
            offload = component.offload
            made = offload.variant(module) if offload else variant(module)
            change(made)
            if offload:
                offload.extend(made)
            return made

        return self._make(("variant", " ".join(key), *key, *component.key), (component,), make)

    def unload(self, ids: Collection[str] = ()) -> None:
        """Give up what no job leases, in RAM too: of these ids, or everything."""
        with self._changed:
            self._room.drop([row for row in self._table if row.leases == 0 and (not ids or row.id in ids)])
            empty_caches()

    def keep(self, id: str, pinned: bool) -> None:
        """Whether a component is to go last when room is made; nothing happens for one that is gone."""
        with self._changed:
            for row in self._table:
                if row.id == id:
                    row.pinned = pinned

    @property
    def leaked_bytes(self) -> int:
        """Of components that were given up and that somebody still holds."""
        with self._changed:
            return self._room.leaks.bytes

    def take_leaks(self) -> list[Text]:
        """Who holds what was given up, as sentences; each is told once."""
        with self._changed:
            return self._room.leaks.take()

    # ---- pinning: all at once, room made before anything is loaded

    def _pin(self, specs: Mapping[str, ComponentSpec], working_bytes: int, holder: str) -> dict[str, Component]:
        # Taken before the contents, so that a file replaced in between is noticed when it has been loaded.
        states = {name: self._keys.state(spec) for name, spec in specs.items()}
        keys = {name: self._keys.of(spec) for name, spec in specs.items()}
        estimates = {keys[name]: self._keys.estimate(keys[name], spec) for name, spec in specs.items()}
        with self._changed:
            self._keys.adopt(self._table, estimates)
            while not self._room.make(estimates, working_bytes):
                if self._holders.keys() <= {threading.get_ident()}:
                    # Alone, and only the pictures would not fit: that is an estimate, and the job may still try.
                    if working_bytes and self._room.make(estimates, 0):
                        break
                    raise self._room.refusal(estimates)
                self._changed.wait(ASK_AGAIN_S)
            pinned, now = {}, time.monotonic()
            for name, key in keys.items():
                row = self._table.add(Component(key, specs[name], estimates[key], identity=states[name]))
                if not row.stays_in_ram:
                    row.arriving, row.parked = row.arriving or row.parked, False
                row.used_by = holder or row.used_by
                pinned[name] = self._hold(row, now)
            self._peak_bytes = max(self._peak_bytes, self._table.device_bytes())
            self._holders[threading.get_ident()] += 1
            return pinned

    def _let_go(self, row: Component) -> None:
        """A place that was promised, to what then did not come, is free again."""
        row.leases -= 1
        if row.leases == 0 and row.loading:
            self._table.remove(row)
        elif row.leases == 0 and row.arriving:
            row.parked, row.arriving = True, False

    def _hold(self, row: Component, now: float) -> Component:
        row.leases += 1
        row.used = now
        return row

    def _unpin(self, rows: Iterable[Component], thread: int) -> None:
        with self._changed:
            for row in rows:
                self._let_go(row)
            self._holders[thread] -= 1
            self._holders += Counter()  # drops the zeros
            self._changed.notify_all()

    # ---- loading

    def _fill(self, rows: Iterable[Component]) -> None:
        """Load or bring back what is pinned and not there; one construction at a time in the whole process."""
        for row in rows:
            with construction_lock:
                if row.loading and row.spec is not None:
                    self._settle(row, partial(self._load_unchanged, row))
                elif row.arriving:
                    self._bring_back(row)

    def _load_unchanged(self, row: Component) -> Any:
        spec = row.spec
        assert spec is not None
        in_ram = self._tiers.rests_in_ram
        module = self._load(spec, "cpu" if in_ram else self._device)
        if self._keys.state(spec) != row.identity:
            raise UserError(
                "The weights in {} were replaced while they were read, so they were not used. Try again when the "
                "program that writes them is done.",
                spec.path,
                code="invalid_weights",
            )
        if in_ram and spec.offloaded:
            row.offload = self._tiers.offload(module)
        elif in_ram:
            row.home = self._tiers.home(module)
            self._tiers.bring(module)
        row.seal = seal(module)
        return module

    def _bring_back(self, row: Component) -> None:
        try:
            self._tiers.bring(row.module)
        except BaseException:
            with self._changed:
                self._room.park(row)  # half of it may be there
                row.parked = False  # its place is kept for as long as it is leased
            raise
        with self._changed:
            row.arriving = False
            row.measure()
            row.seal = seal(row.module)
            self._changed.notify_all()

    def _derive(self, view: Derived, taken: Mapping[str, Component]) -> Component:
        origin = f"{view.build.__module__}.{view.build.__qualname__}"
        sources = tuple(taken[name] for name in view.of)
        return self._make(
            ("derived", origin, *(part for source in sources for part in source.key)), sources, view.build
        )

    def _make(self, key: Key, sources: tuple[Component, ...], build: Callable[..., Any]) -> Component:
        """What is made of leased components, once for equal keys; pinned."""
        with construction_lock:
            with self._changed:
                made = Component(key, None, 0, tuple(source.key for source in sources), offload=sources[0].offload)
                row = self._table.add(made)
                self._hold(row, time.monotonic())
            if row.loading:
                self._settle(row, lambda: build(*(source.module for source in sources)))
        return row

    def _settle(self, row: Component, make: Callable[[], Any]) -> None:
        """Make the module of a pinned row, and enter what it weighs; a failure leaves it absent."""
        began = time.monotonic()
        try:
            module = make()
        except BaseException:
            with self._changed:
                row.home = {}
                if row.sources:
                    self._let_go(row)  # the lease goes on without it
            raise
        with self._changed:
            held = {place for other in self._table for place in other.storages}
            row.module, row.load_s = module, time.monotonic() - began
            row.measure()
            if not row.sources:  # what is made of others comes from no file
                self._loaded_bytes += sum(size for place, size in row.storages.items() if place not in held)
            self._peak_bytes = max(self._peak_bytes, self._table.device_bytes())
            self._changed.notify_all()

    # ---- after a lease

    def _give_up_changed(self, rows: Iterable[Component]) -> list[tuple[str, str]]:
        """Drop what was changed in place, so that no later job runs it; (title, what) of each."""
        found = []
        for row in rows:
            if row.seal is None:
                continue
            with row.offload.resting() if row.offload else nullcontext():  # another lease may be computing
                now = seal(row.module)
            if not (why := row.seal.broken_by(now or row.seal)):
                continue
            found.append((row.title, why))
            log.warning("%s: %s while it was leased; it is given up", row.title, why)
            with self._changed:
                for each in (*self._table.dependents(row), row):
                    self._table.remove(each)
        return found
