"""Room for components: how much there is, and who moves out when it is short."""

import logging
import weakref
from collections.abc import Iterable, Mapping

from studio.api import UserError
from studio.models.component_table import Component, ComponentTable, Key
from studio.models.free_memory import FreeBytes
from studio.models.leaks import Gone, Leaks
from studio.models.tensor_storage import empty_caches
from studio.models.tiers import Tiers

log = logging.getLogger(__name__)
HEADROOM_BYTES = 256 * 2**20
"""What is left to other programs and to our own small needs, of RAM and of an accelerator."""


class Room:
    """Of a device and of the RAM behind it, for the components of a table. Whoever calls holds the manager's lock.

    `budget_bytes`: what the user has set; with 0, what is free is asked each time, since other programs come and go.
    """

    def __init__(self, table: ComponentTable, tiers: Tiers, free: FreeBytes, budget_bytes: int) -> None:
        self._table, self._tiers, self._free = table, tiers, free
        self.budget_bytes = budget_bytes
        self.leaks = Leaks()

    def make(self, estimates: Mapping[Key, int], working_bytes: int) -> bool:
        """Move out until what is missing fits; False when it does not, or only leases stand in the way."""
        missing = working_bytes + self._missing(estimates)
        if self._fits(missing):
            return True
        idle = [row for row in self._table if not (row.leases or row.parked or row.loading or row.key in estimates)]
        for row in sorted(idle, key=lambda row: (row.pinned, not row.sources, row.rank)):
            if row.key in self._table:  # else it went with what it was made of
                self._move_out(row)
                if self._fits(missing):
                    return True
        return False

    def _missing(self, estimates: Mapping[Key, int]) -> int:
        there = {key: row for key in estimates if (row := self._table.get(key))}
        absent = sum(size for key, size in estimates.items() if key not in there)
        return absent + sum(row.missing_bytes for row in there.values())

    def _fits(self, more_bytes: int) -> bool:
        return self._table.device_bytes() + more_bytes <= self.total_bytes()

    def total_bytes(self) -> int:
        """What components may take on the device, all together."""
        if self.budget_bytes:
            return self.budget_bytes
        return self._free(self._tiers.device) + self._table.private_bytes(parked=False) - HEADROOM_BYTES

    def ram_bytes(self) -> int:
        """What components may take in RAM, behind the device."""
        return self._free("cpu") + self._table.private_bytes(parked=True) - HEADROOM_BYTES

    def _move_out(self, row: Component) -> None:
        """Down one tier: into RAM where that has room, else away; what is made of it goes first."""
        self.drop(self._table.dependents(row))
        if row.sources or not self._tiers.rests_in_ram or not self._ram_for(row):
            self.drop([row])
            return
        try:
            self.park(row)
        finally:
            if row.loading:
                self.drop([row])
        empty_caches()

    def park(self, row: Component) -> None:
        """Into RAM; where that fails half way, for want of memory above all, it is nowhere any more."""
        try:
            self._tiers.park(row.module, row.home)
        except (MemoryError, RuntimeError) as error:  # what torch raises when RAM is short
            row.forget()
            log.warning("%s was given up, since it could not be brought into RAM: %s", row.title, repr(error))
        except BaseException:
            row.forget()
            raise
        else:
            row.parked = True
            row.measure()

    def _ram_for(self, row: Component) -> bool:
        """Whether RAM has room for it, once what rests there for longer has been given up."""
        needed = row.bytes - sum(tensor.nbytes for tensor in row.home.values()) + HEADROOM_BYTES
        older = sorted(
            (other for other in self._table if other.parked and not other.leases), key=lambda other: other.rank
        )
        while self._free("cpu") < needed and older:
            self.drop([older.pop(0)])
        return bool(self._free("cpu") >= needed)

    def drop(self, rows: Iterable[Component]) -> None:
        """Give up components, and all that is made of them, and give their memory back to the system."""
        gone: list[Gone] = []
        for row in rows:
            for each in (*self._table.dependents(row), row):
                if self._table.remove(each):
                    if each.storages:  # a tokenizer or a processor of pictures is no loss, whoever holds it
                        gone.append((weakref.ref(each.module), 0 if each.sources else each.bytes))
                    each.module, each.home = None, {}
        self.leaks.follow(gone)

    def refusal(self, estimates: Mapping[Key, int]) -> UserError:
        """For a model whose weights do not fit even alone."""
        enough = self._table.device_bytes() + self._missing(estimates)  # with what the same job holds already
        needed = _size(sum(estimates.values()))
        if self.budget_bytes:
            return UserError(
                "This model needs {}, and the memory budget is {}. Choose a smaller model, or set "
                "memory_budget_bytes in the settings to {} or more.",
                needed,
                _size(self.budget_bytes),
                enough,
                code="out_of_memory",
            )
        return UserError(
            "This model needs {}, and {} of memory is free for it; other programs have the rest, or a limit of this "
            "one (a container's, ulimit -v). Close some of them, raise it, choose a smaller model, or set "
            "memory_budget_bytes in the settings to try it all the same.",
            needed,
            _size(max(0, self.total_bytes())),
            code="out_of_memory",
        )


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"
