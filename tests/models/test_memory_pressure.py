"""The memory manager when memory is short: tiers, another program's share, variants, and what a plugin spoils."""

import contextlib
import gc
import sys
import threading
import types
import weakref
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from safetensors.torch import save_file

from studio.api import UserError
from studio.errors import Cancelled
from studio.models.component_table import Resident
from studio.models.fingerprint import Fingerprints
from studio.models.free_memory import container_free_bytes, free_bytes
from studio.models.loaders.component import ComponentSpec
from studio.models.memory import MemoryManager
from studio.models.room import HEADROOM_BYTES
from studio.models.tensor_storage import storages
from studio.models.tiers import Tiers

MIB = 2**20
CARD = "fake:0"


class Net(torch.nn.Module):
    """A component of two tensors, read from a safetensors file as diffusers does: mapped, not copied."""

    def __init__(self, weight: torch.Tensor, more: torch.Tensor) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(weight, requires_grad=False)
        self.more = torch.nn.Parameter(more, requires_grad=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * (self.weight.sum() + self.more.sum())


def spec(folder: Path, name: str, mib: float, dtype: str = "float32") -> ComponentSpec:
    path = folder / name
    if not path.exists():
        path.mkdir()
        half = torch.full((int(mib * MIB / 8),), float(ord(name[0])))
        save_file({"weight": half, "more": half.clone()}, path / "model.safetensors")
    return ComponentSpec("diffusers", "Net", path, dtype)


def read(spec: ComponentSpec, device: str) -> Net:
    from safetensors.torch import load_file

    assert device == "cpu"
    kept = load_file(spec.path / "model.safetensors")
    return Net(*(kept[name].to(getattr(torch, spec.dtype)) for name in ("weight", "more"))).eval()


@dataclass
class Machine:
    """A machine with a card: what its memories hold is counted here, and other programs take their share."""

    card_bytes: int
    ram_bytes: int = 10**12
    others: int = 0

    def __post_init__(self) -> None:
        self.on_card: dict[int, int] = {}

    def free(self, device: str) -> int:
        return self.ram_bytes if device == "cpu" else self.card_bytes + HEADROOM_BYTES - self.others - self.taken

    @property
    def taken(self) -> int:
        return sum(self.on_card.values())


class CardTiers(Tiers):
    """Moves to a card that is played by private memory of the processor."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(CARD)
        self.machine = machine
        self.fails = False
        self.fault: tuple[int, type[BaseException]] | None = None
        """After so many tensors that are moved, this is raised, once."""

    def step(self) -> None:
        if self.fault is not None:
            left, kind = self.fault
            self.fault = (left - 1, kind) if left else None
            if not left:
                raise kind("a fault")

    def bring(self, component: Any) -> None:
        for tensor in component.parameters():
            tensor.data = self.copied(tensor.data)

    def copied(self, tensor: Any) -> Any:
        if self.fails:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.step()
        made, machine = tensor.clone(), self.machine
        machine.on_card[made.data_ptr()] = made.nbytes
        weakref.finalize(made.untyped_storage(), machine.on_card.pop, made.data_ptr(), None)
        return made

    def park(self, component: Any, home: dict[str, Any]) -> None:
        for name, tensor in component.named_parameters():
            self.step()
            self.machine.on_card.pop(tensor.data_ptr(), None)
            tensor.data = home[name] if name in home else tensor.data.clone()


def card(tmp_path: Path, mib: float) -> tuple[MemoryManager, Machine]:
    machine = Machine(int(mib * MIB))
    fingerprints = Fingerprints(tmp_path / "fingerprints.json")
    tiers = CardTiers(machine)

    def load(spec: ComponentSpec, device: str) -> Net:
        tiers.step()
        return read(spec, device)

    return MemoryManager(load, fingerprints, CARD, 0, free=machine.free, tiers=tiers), machine


def places(memory: MemoryManager) -> dict[str, str]:
    return {line.title.split()[-1]: line.place for line in memory.report()}


def test_what_makes_room_on_a_card_rests_in_ram_and_comes_back_without_reading(tmp_path: Path) -> None:
    memory, machine = card(tmp_path, 10)
    a, b = {"net": spec(tmp_path, "a", 8)}, {"net": spec(tmp_path, "b", 8)}
    with memory.lease(a) as one:
        total = one["net"](torch.ones(1)).item()
    with memory.lease(b):
        assert places(memory) == {"b": CARD, "a": "ram"}
        assert memory.parked_bytes == 0, "it went back to the pages of its file"
    loaded = memory.loaded_bytes
    with memory.lease(a) as again:
        assert again["net"](torch.ones(1)).item() == total
        assert places(memory) == {"a": CARD, "b": "ram"}
    assert memory.loaded_bytes == loaded
    assert machine.taken <= machine.card_bytes
    assert memory.peak_bytes <= machine.card_bytes


def test_what_was_cast_is_copied_into_ram_and_given_up_when_ram_is_short(tmp_path: Path) -> None:
    memory, machine = card(tmp_path, 5)
    a, b = ({"net": spec(tmp_path, name, 8, "bfloat16")} for name in "ab")
    with memory.lease(a):
        pass
    with memory.lease(b):
        assert memory.parked_bytes == 4 * MIB
        assert places(memory) == {"b": CARD, "a": "ram"}
    machine.ram_bytes = MIB
    with memory.lease({"net": spec(tmp_path, "c", 8, "bfloat16")}):
        assert places(memory) == {"c": CARD}, "b has no room in RAM, and a was given up for it"
    assert memory.parked_bytes == 0


def test_what_another_program_takes_meanwhile_is_noticed(tmp_path: Path) -> None:
    memory, machine = card(tmp_path, 20)
    a, b = {"net": spec(tmp_path, "a", 8)}, {"net": spec(tmp_path, "b", 8)}
    with memory.lease(a), memory.lease(b):
        pass
    assert set(places(memory).values()) == {CARD}
    machine.others = 12 * MIB
    with memory.lease({"net": spec(tmp_path, "c", 8)}):
        assert places(memory) == {"c": CARD, "a": "ram", "b": "ram"}
    machine.others = 16 * MIB
    with pytest.raises(UserError, match=r"needs 8\.0 MiB, and 4\.0 MiB of memory is free for it") as caught:
        memory.lease(a).__enter__()
    assert caught.value.code == "out_of_memory"


def test_whoever_waits_notices_when_another_program_gives_memory_back(tmp_path: Path) -> None:
    memory, machine = card(tmp_path, 20)
    machine.others = 6 * MIB
    entered = threading.Event()

    def job() -> None:
        with memory.lease({"net": spec(tmp_path, "b", 8)}):
            entered.set()

    with memory.lease({"net": spec(tmp_path, "a", 8)}):
        thread = threading.Thread(target=job)
        thread.start()
        assert not entered.wait(0.3)
        machine.others = 0
        assert entered.wait(30), "no lease ended; only the other program did"
    thread.join()


def test_room_is_made_for_the_work_too_and_an_estimate_alone_refuses_nothing(tmp_path: Path) -> None:
    memory, _ = card(tmp_path, 20)
    a, b = {"net": spec(tmp_path, "a", 8)}, {"net": spec(tmp_path, "b", 8)}
    with memory.lease(a):
        pass
    with memory.lease(b, working_bytes=6 * MIB):
        assert places(memory) == {"b": CARD, "a": "ram"}
    with memory.lease(b, working_bytes=100 * MIB):
        assert places(memory)["b"] == CARD


def test_coming_back_that_fails_leaves_it_in_ram(tmp_path: Path) -> None:
    memory, machine = card(tmp_path, 10)
    a, b = {"net": spec(tmp_path, "a", 8)}, {"net": spec(tmp_path, "b", 8)}
    for model in (a, b):
        with memory.lease(model):
            pass
    tiers: Any = memory._tiers
    tiers.fails = True
    with pytest.raises(torch.OutOfMemoryError), memory.lease(a):
        pass
    assert places(memory) == {"a": "ram", "b": "ram"}
    tiers.fails = False
    with memory.lease(a) as parts:
        assert parts["net"].weight[0] == ord("a")
    assert sum(line.leases for line in memory.report()) == 0
    assert machine.taken == 8 * MIB


def plain(tmp_path: Path) -> MemoryManager:
    return MemoryManager(read, Fingerprints(tmp_path / "fingerprints.json"), "cpu", 0)


def test_a_variant_shares_every_byte_and_leaves_its_source_alone(tmp_path: Path) -> None:
    memory = plain(tmp_path)

    def doubled(net: Net) -> None:
        net.register_forward_hook(lambda module, args, output: output * 2)

    with memory.lease({"net": spec(tmp_path, "a", 1)}) as parts:
        before = memory.used_bytes
        made = parts.patched("net", ("doubled",), doubled)
        assert memory.used_bytes == before
        assert storages(made) == storages(parts["net"])
        one = torch.ones(1)
        assert made(one) == 2 * parts["net"](one)
        assert parts.patched("net", ("doubled",), doubled) is made
        assert parts.patched("net", ("other",), doubled) is not made
        reference = weakref.ref(made)
        del made
    assert parts.changed == []
    with memory.lease({"net": spec(tmp_path, "a", 1)}) as again:
        assert again.patched("net", ("doubled",), doubled) is reference()
    gc.disable()
    try:
        memory.unload()
        assert reference() is None
    finally:
        gc.enable()
    assert memory.report() == []


def test_a_variant_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    memory = plain(tmp_path)

    def broken(net: Net) -> None:
        raise KeyError("no such block")

    with memory.lease({"net": spec(tmp_path, "a", 1)}) as parts, pytest.raises(KeyError):
        parts.patched("net", ("broken",), broken)
    assert [(line.leases, line.derived) for line in memory.report()] == [(0, False)]


def test_variants_go_before_their_source_moves(tmp_path: Path) -> None:
    memory, _ = card(tmp_path, 10)
    with memory.lease({"net": spec(tmp_path, "a", 8)}) as parts:
        parts.patched("net", ("same",), lambda net: None)
        assert len(memory.report()) == 2
    with memory.lease({"net": spec(tmp_path, "b", 8)}):
        assert places(memory) == {"b": CARD, "a": "ram"}


def zeroed(net: Net) -> None:
    net.weight.data.zero_()


def zeroed_openly(net: Net) -> None:
    with torch.no_grad():
        net.weight[5:].zero_()


def hooked(net: Net) -> None:
    net.register_forward_hook(lambda *_: None)


def replaced(net: Net) -> None:
    net.forward = lambda x: x  # type: ignore[method-assign]  # what such plugins do


def halved(net: Net) -> None:
    net.half()


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (zeroed, "its weights were changed"),
        (zeroed_openly, "its weights were changed"),
        (hooked, "hooks were left on it"),
        (replaced, "its forward was replaced"),
        (halved, "its precision was changed"),
    ],
)
def test_what_a_plugin_changes_in_place_no_other_job_runs(tmp_path: Path, spoil: Any, what: str) -> None:
    memory = plain(tmp_path)
    wanted = {"net": spec(tmp_path, "a", 1), "other": spec(tmp_path, "bb", 1)}
    with memory.lease(wanted) as parts:
        right = parts["net"](torch.ones(1))
        spoil(parts["net"])
    assert parts.changed == [("Net a", what)]
    assert [line.title for line in memory.report()] == ["Net bb"]
    with memory.lease(wanted) as again:
        assert torch.equal(again["net"](torch.ones(1)), right)
    assert again.changed == []


def offloaded(folder: Path, name: str, mib: float, dtype: str = "float32") -> ComponentSpec:
    return replace(spec(folder, name, mib, dtype), offloaded=True)


def test_what_stays_in_ram_takes_of_the_card_what_computes(tmp_path: Path) -> None:
    memory, machine = card(tmp_path, 10)
    with memory.lease({"net": spec(tmp_path, "a", 8)}) as whole:
        total = whole["net"](torch.ones(1)).item()
        wanted = {"net": offloaded(tmp_path, "a", 8)}
        with pytest.raises(UserError, match=r"needs 8\.0 MiB"):  # and 2 are left beside the whole one
            memory.lease(wanted).__enter__()
    assert memory.missing_bytes(wanted) == 8 * MIB, "its one layer, as its header tells"
    with memory.lease(wanted) as parts:
        assert parts["net"](torch.ones(1)).item() == total
        assert (machine.taken, memory.used_bytes) == (0, 8 * MIB), "promised, and there only while it computes"
        (line,) = [line for line in memory.report() if line.leases]
        assert (line.place, line.mapped_bytes) == ("ram", 8 * MIB)
        assert places(memory)["a"] == "ram"
    assert parts.changed == []
    assert (memory.used_bytes, memory.missing_bytes(wanted), memory.parked_bytes) == (0, 0, 0)
    loaded = memory.loaded_bytes
    with memory.lease(wanted) as again, memory.lease(wanted):
        assert again["net"](torch.ones(1)).item() == total
        assert memory.used_bytes == 8 * MIB, "once"
    assert memory.loaded_bytes == loaded
    memory.unload()
    assert memory.report() == []


def test_what_stays_in_ram_is_given_up_when_ram_is_short(tmp_path: Path) -> None:
    memory, machine = card(tmp_path, 20)
    with memory.lease({"net": offloaded(tmp_path, "a", 8, "bfloat16")}) as parts:
        parts.patched("net", ("same",), lambda net: None)
    assert memory.parked_bytes == 4 * MIB
    assert memory.ram_bytes == machine.ram_bytes + 4 * MIB - HEADROOM_BYTES
    with memory.lease({"net": spec(tmp_path, "b", 16, "bfloat16")}):
        pass
    machine.ram_bytes = 0
    with memory.lease({"net": spec(tmp_path, "c", 18)}):
        assert places(memory) == {"c": CARD}


def test_a_variant_of_what_stays_in_ram_takes_nothing_of_the_card(tmp_path: Path) -> None:
    def doubled(net: Net) -> None:
        net.forward = types.MethodType(lambda net, x: 2 * type(net).forward(net, x), net)  # type: ignore[method-assign]

    memory, machine = card(tmp_path, 10)
    with memory.lease({"net": offloaded(tmp_path, "a", 8)}) as parts:
        before = memory.used_bytes
        made = parts.patched("net", ("doubled",), doubled)
        assert made(torch.ones(1)) == 2 * parts["net"](torch.ones(1))
        assert (memory.used_bytes, machine.taken) == (before, 0)
        tiers: Any = memory._tiers
        tiers.fails = True
        with pytest.raises(torch.OutOfMemoryError):
            made(torch.ones(1))
        tiers.fails = False
        assert made(torch.ones(1)) == 2 * parts["net"](torch.ones(1))
    assert parts.changed == []


def test_free_memory_knows_the_limits_of_containers(tmp_path: Path) -> None:
    own, root = tmp_path / "cgroup", tmp_path / "fs"
    inner = root / "user" / "studio"
    inner.mkdir(parents=True)
    own.write_text("0::/user/studio\n")
    assert container_free_bytes(own, root) == 2**62
    (inner / "memory.max").write_text("max\n")
    for folder, limit, used, cached in ((root / "user", 1000 * MIB, 700 * MIB, 100 * MIB),):
        (folder / "memory.max").write_text(f"{limit}\n")
        (folder / "memory.current").write_text(f"{used}\n")
        (folder / "memory.stat").write_text(f"anon 5\ninactive_file {cached}\nactive_file 0\n")
    assert container_free_bytes(own, root) == 400 * MIB, "pages of files can be had back"
    assert container_free_bytes(tmp_path / "none", root) == 2**62
    assert 0 < free_bytes("cpu") < 2**50


CARDS = st.integers(0, 1)


class Traffic(RuleBasedStateMachine):
    """Leases, variants, other programs and failures in any order on two cards, against what must always hold."""

    folder: Path

    @initialize()
    def start(self) -> None:
        self.cards = [card(self.folder, 16) for _ in range(2)]
        self.open: list[tuple[Any, Any, int]] = []

    @rule(
        at=CARDS, names=st.sets(st.sampled_from("abcd"), min_size=1, max_size=3), working=st.integers(0, 8),
        in_ram=st.sets(st.sampled_from("abcd")),
    )  # fmt: skip
    def lease(self, at: int, names: set[str], working: int, in_ram: set[str]) -> None:
        wanted = {
            name: replace(spec(self.folder, name, 3 + "abcd".index(name)), offloaded=name in in_ram)
            for name in sorted(names)
        }
        block = self.cards[at][0].lease(wanted, working_bytes=working * MIB)
        try:
            parts = block.__enter__()
        except UserError:  # it does not fit beside what is leased
            return
        for name in wanted:
            assert parts[name].weight[0] == ord(name)
            assert parts[name](torch.ones(1)) == 2 * parts[name].weight.sum()
        self.open.append((block, parts, at))

    @precondition(lambda self: self.open)
    @rule(at=st.integers(0, 9))
    def patch(self, at: int) -> None:
        _, parts, _ = self.open[at % len(self.open)]
        parts.patched(next(iter(parts)), ("same",), lambda net: None)

    @precondition(lambda self: self.open)
    @rule(at=st.integers(0, 9))
    def end(self, at: int) -> None:
        block, _, _ = self.open.pop(at % len(self.open))
        block.__exit__(None, None, None)

    @rule(at=CARDS, mib=st.integers(0, 8))
    def other_program(self, at: int, mib: int) -> None:
        self.cards[at][1].others = mib * MIB

    @rule(mib=st.sampled_from((0, 1, 10**6)))
    def other_program_in_ram(self, mib: int) -> None:
        for _, machine in self.cards:  # both rest in the same RAM
            machine.ram_bytes = mib * MIB

    @rule(at=CARDS)
    def unload(self, at: int) -> None:
        self.cards[at][0].unload()

    @rule(
        at=CARDS, names=st.sets(st.sampled_from("abcd"), min_size=1, max_size=3), after=st.integers(0, 9),
        in_ram=st.sets(st.sampled_from("abcd")), error=st.sampled_from((MemoryError, Cancelled, RuntimeError)),
        others=st.integers(0, 8),
    )  # fmt: skip
    def lease_with_a_fault(
        self, at: int, names: set[str], after: int, in_ram: set[str], error: type[BaseException], others: int
    ) -> None:
        """At any tensor that is read, moved to the card, moved out to make room, or brought to compute."""
        memory, machine = self.cards[at]
        tiers: Any = memory._tiers
        tiers.fault = after, error
        machine.others = others * MIB
        try:
            wanted = {
                name: replace(spec(self.folder, name, 3 + "abcd".index(name)), offloaded=name in in_ram)
                for name in sorted(names)
            }
            with memory.lease(wanted) as parts:
                for name in wanted:
                    parts[name](torch.ones(1))
                parts.patched(min(wanted), ("faulty",), lambda net: tiers.step())(torch.ones(1))
        except (UserError, MemoryError, Cancelled, RuntimeError):
            pass
        finally:
            tiers.fault = None

    @rule(at=CARDS, names=st.sets(st.sampled_from("abcd"), min_size=1, max_size=2))
    def lease_while_moving_fails(self, at: int, names: set[str]) -> None:
        memory = self.cards[at][0]
        tiers: Any = memory._tiers
        tiers.fails = True
        try:
            with memory.lease({name: spec(self.folder, name, 3 + "abcd".index(name)) for name in sorted(names)}):
                pass
        except (UserError, torch.OutOfMemoryError):
            pass
        finally:
            tiers.fails = False

    @invariant()
    def ledgers_are_exact(self) -> None:
        for at, (memory, machine) in enumerate(self.cards):
            report: list[Resident] = memory.report()
            own = [line for line in report if not line.derived]
            held = [(row.title, row.stays_in_ram) for row in memory._table if row.spec]
            assert len(held) == len({*held}), "equal components are held once on a card"
            on_card = sum(line.bytes for line in own if line.place == CARD)
            promised = sum(row.passing_bytes for row in memory._table if row.leases and not row.sources)
            assert machine.taken == on_card == memory.used_bytes - promised
            assert sum(line.leases for line in report) == sum(
                len(parts._taken) for _, parts, on in self.open if on == at
            )

    def teardown(self) -> None:
        for block, _, _ in self.open:
            block.__exit__(None, None, None)
        for memory, machine in self.cards:
            memory.unload()
            assert memory.report() == []
            assert machine.taken == 0


def test_any_order_of_events_leaves_the_ledger_exact(tmp_path: Path) -> None:
    class Here(Traffic):
        folder = tmp_path

    case = Here.TestCase
    case.settings = settings(
        max_examples=20,
        phases=[Phase.generate],  # a found one is short enough, and shrinking it takes minutes
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    case("runTest").runTest()


def test_whoever_holds_on_to_what_was_given_up_is_named_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, _ = card(tmp_path, 20)
    with memory.lease({"net": spec(tmp_path, "a", 8)}) as leased:
        kept = [leased["net"]]
    memory.unload()
    assert memory.leaked_bytes == 8 * MIB
    (told,) = memory.take_leaks()
    assert told.startswith("Net was given up but is still held by builtins.list;")
    assert memory.take_leaks() == [], "it is told once"
    kept.clear()
    monkeypatch.setitem(sys.modules, "careless", careless := types.ModuleType("careless"))
    with memory.lease({"net": spec(tmp_path, "a", 8)}) as leased:
        careless.kept = [leased["net"]]  # type: ignore[attr-defined]
    memory.unload()
    assert "held by the module careless;" in memory.take_leaks()[0]
    del careless.kept  # type: ignore[attr-defined]
    gc.collect()
    assert memory.leaked_bytes == 0


def test_what_the_user_pinned_goes_last_but_never_stands_in_the_way(tmp_path: Path) -> None:
    memory, _ = card(tmp_path, 20)
    for name in ("a", "b"):
        with memory.lease({"net": spec(tmp_path, name, 8)}, holder=f"task {name}"):
            pass
    a = next(line for line in memory.report() if line.title.endswith("a"))
    assert (a.used_by, a.pinned) == ("task a", False)
    memory.keep(a.id, True)
    with memory.lease({"net": spec(tmp_path, "c", 8)}):
        assert {name for name, place in places(memory).items() if place == CARD} == {"a", "c"}, "a was used before b"
    with memory.lease({"net": spec(tmp_path, "d", 18)}):
        assert places(memory)["a"] == "ram"
    memory.unload([a.id])
    assert "a" not in places(memory)


@pytest.mark.parametrize("error", [RuntimeError, MemoryError, Cancelled])
def test_what_cannot_be_brought_into_ram_is_given_up_whole(tmp_path: Path, error: type[BaseException]) -> None:
    """It fails at its second tensor, when the first one has left the card already."""
    memory, machine = card(tmp_path, 10)
    a, b = {"net": spec(tmp_path, "a", 8)}, {"net": spec(tmp_path, "b", 8)}
    assert memory.missing_bytes(a) == 8 * MIB
    assert (memory.device, memory.room_bytes) == (CARD, 10 * MIB)
    with memory.lease(a) as parts:
        right = parts["net"](torch.ones(1))
    assert memory.missing_bytes(a) == 0
    tiers: Any = memory._tiers
    tiers.fault = 1, error
    with contextlib.suppress(Cancelled), memory.lease(b):
        assert error is not Cancelled
        assert places(memory) == {"b": CARD}
    assert "a" not in places(memory)
    assert machine.taken == memory.used_bytes
    with memory.lease(a) as parts:
        assert parts["net"](torch.ones(1)) == right


def test_a_job_that_is_cancelled_on_the_way_back_to_the_card_leaves_it_in_ram_or_nowhere(tmp_path: Path) -> None:
    for number in range(4):  # the second half of these fails again while it is put back
        memory, machine = card(tmp_path, 10)
        for name in "ab":
            with memory.lease({"net": spec(tmp_path, name, 8)}):
                pass
        memory.unload([line.id for line in memory.report() if line.title.endswith("b")])
        tiers: Any = memory._tiers
        original, tiers.fault = tiers.park, (number % 2, Cancelled)

        def park(*given: Any, number: int = number, original: Any = original) -> None:
            if number >= 2:
                raise MemoryError
            original(*given)

        tiers.park = park
        with pytest.raises(Cancelled), memory.lease({"net": spec(tmp_path, "a", 8)}):
            pass
        tiers.park = original
        assert places(memory) == ({} if number >= 2 else {"a": "ram"})
        assert (machine.taken, memory.used_bytes) == (0, 0)
        with memory.lease({"net": spec(tmp_path, "a", 8)}) as parts:
            assert parts["net"].weight[0] == ord("a")
