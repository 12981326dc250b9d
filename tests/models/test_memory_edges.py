"""The neighbours of the memory manager at their edges: real tiers, limits of a process, systems that tell less."""

import resource
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from studio.engine.memory_ladder import RUNGS, is_no_memory, next_rung
from studio.models import free_memory, tensor_storage
from studio.models.free_memory import address_free_bytes, container_free_bytes, free_bytes
from studio.models.model_facts import ModelFacts
from studio.models.tiers import Tiers

MIB = 2**20


def of_a_file(folder: Path) -> nn.Linear:
    """Its weight is pages of a file, its bias is not."""
    save_file({"weight": torch.rand(64, 64)}, folder / "net.safetensors")
    made = nn.Linear(64, 64)
    made.weight = nn.Parameter(load_file(folder / "net.safetensors")["weight"], requires_grad=False)
    return made.requires_grad_(False)


def test_what_went_to_a_device_comes_back_to_the_pages_of_its_file(tmp_path: Path) -> None:
    tiers, net = Tiers("cpu:0"), of_a_file(tmp_path)
    page, right = net.weight.data_ptr(), net.weight.clone()
    home = tiers.home(net)
    assert {*home} == {"weight"}
    tiers.bring(net)
    for tensor in net.parameters():  # what a device that is not the processor would have made
        tensor.data = tensor.data.clone()
    bias = net.bias.data_ptr()
    assert net.weight.data_ptr() != page
    tiers.park(net, home)
    assert (net.weight.data_ptr(), net.bias.data_ptr()) == (page, bias)
    assert torch.equal(net.weight, right)
    assert str(Tiers("meta").copied(net.weight).device) == "meta"


def test_what_holds_no_weights_has_no_device(tmp_path: Path) -> None:
    """A tokenizer or a scheduler; the descriptor of an upscaler is where its module is."""
    tiers, tokenizer = Tiers("meta"), SimpleNamespace(name="a tokenizer")
    tiers.bring(tokenizer)
    tiers.park(tokenizer, {})
    assert tiers.home(tokenizer) == {}
    assert vars(tokenizer) == {"name": "a tokenizer"}
    described = SimpleNamespace(model=of_a_file(tmp_path))
    tiers.bring(described)
    assert described.model.weight.is_meta
    assert Tiers("cpu").home(of_a_file(tmp_path)) == {}, "a processor's weights are at home"


def test_an_accelerator_has_what_its_driver_says_and_what_torch_keeps_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"memory_reserved": 7, "memory_allocated": 4}
    for name, count in told.items():
        monkeypatch.setattr(torch.cuda, name, lambda number, count=count: (count + number) * MIB)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda number: (10 * MIB * (number + 1), 0))
    assert free_bytes("cuda") == free_bytes("cuda:0") == 13 * MIB
    assert free_bytes("cuda:1") == 23 * MIB
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 5 * MIB)
    monkeypatch.setattr(torch.mps, "current_allocated_memory", lambda: 6 * MIB)
    assert free_bytes("mps") == 0


def test_a_limit_of_the_process_counts_as_one_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `ulimit -v` and clusters set it."""
    monkeypatch.setattr(resource, "getrlimit", lambda which: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert address_free_bytes() == 2**62
    taken = int(psutil.Process().memory_info().vms)
    monkeypatch.setattr(resource, "getrlimit", lambda which: (taken + 50 * MIB, resource.RLIM_INFINITY))
    assert 0 <= free_bytes("cpu") <= address_free_bytes() + 10 * MIB <= 70 * MIB
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1, 1))
    assert address_free_bytes() == 0
    monkeypatch.setattr(free_memory.sys, "platform", "win32")
    assert address_free_bytes() == 2**62


@pytest.mark.parametrize("content", [b"", b"12:cpu:/x\n", b"0::/\xff\n", b"0::/../../elsewhere\n"])
def test_groups_that_tell_nothing_limit_nothing(tmp_path: Path, content: bytes) -> None:
    own, root = tmp_path / "own", tmp_path / "fs"
    root.mkdir()
    own.write_bytes(content)
    assert container_free_bytes(own, root) == 2**62
    (root / "memory.max").write_text("100\n")
    (root / "memory.current").write_text("not a number\n")
    own.write_text("0::/\n")
    assert container_free_bytes(own, root) == 2**62


def test_tensors_that_hold_several_are_counted_by_those() -> None:
    class Packed:
        is_meta = False

        def __init__(self) -> None:
            self.numbers, self.scale = torch.zeros(8, dtype=torch.int8), torch.ones(1)

        def __tensor_flatten__(self) -> tuple[list[str], None]:
            return ["numbers", "scale"], None

    class Blocks:
        quant_type, is_meta = "Q8_0", False

        def as_tensor(self) -> torch.Tensor:
            return torch.zeros(4)

    nothing = torch.empty(1, device="meta")
    module: Any = SimpleNamespace(parameters=lambda: [Packed(), Blocks()], buffers=lambda: [nothing])
    assert sum(tensor_storage.storages(module).values()) == 8 + 4 + 16


def test_a_system_without_maps_or_glibc_counts_all_as_private(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    net = of_a_file(tmp_path)
    assert len(tensor_storage.mapped(tensor_storage.storages(net))) == 1
    monkeypatch.setattr(tensor_storage, "MAPS", tmp_path / "none")
    assert tensor_storage.mapped(tensor_storage.storages(net)) == frozenset()

    def none_such(name: str) -> Any:
        raise OSError(name)

    monkeypatch.setattr(tensor_storage.ctypes, "CDLL", none_such)
    emptied = []
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: emptied.append(1))
    tensor_storage.empty_caches()
    assert emptied == [1]


def facts(weights: int, narrow: int, offloaded: int, both: int) -> ModelFacts:
    lighter = {"narrow_bytes": narrow, "offloaded_bytes": offloaded, "narrow_offloaded_bytes": both}
    return ModelFacts("key", "cuda:0", "A model", {}, weights, weights, 0, 0, **lighter)


def climbed(told: ModelFacts | None, *, refused: bool) -> list[str]:
    rung, found = next_rung(RUNGS[0], "out_of_memory", set(), told, refused=refused), []
    while rung is not None:
        found.append("+".join(rung.ways) or "freed")
        rung = next_rung(rung, "out_of_memory", set(), told, refused=refused)
    return found


def test_the_ladder_goes_by_what_ran_out() -> None:
    both, ram_short = facts(100, 50, 5, 3), facts(100, 50, 0, 0)
    assert climbed(both, refused=False) == ["freed", "tiled", "tiled+offloaded", "tiled+narrow+offloaded"]
    assert climbed(both, refused=True) == ["freed", "offloaded", "tiled+narrow+offloaded"]
    assert climbed(ram_short, refused=False) == ["freed", "tiled", "tiled+narrow"]
    assert climbed(ram_short, refused=True) == ["freed", "narrow"]
    assert climbed(facts(100, 0, 5, 0), refused=False) == ["freed", "tiled", "tiled+offloaded"]
    assert climbed(None, refused=False) == ["freed", "tiled"]
    assert climbed(None, refused=True) == ["freed"]
    untiled = next(rung for rung in RUNGS if rung.offloaded)
    after = next_rung(untiled, "out_of_memory", set(), both)
    assert after is not None
    assert after.ways == ("tiled", "offloaded"), "the weights fit now, the picture did not"


def test_a_library_that_cannot_be_mapped_is_want_of_memory() -> None:
    assert is_no_memory(ImportError("libtorch_cuda.so: failed to map segment from shared object"))
