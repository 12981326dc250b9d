"""The shared model manager: sharing, exact bytes, the budget, freeing for real, and leases from several threads."""

import gc
import threading
import time
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from built_in import BUILT_IN
from diffusers import UNet2DConditionModel
from tiny import TinyModels

from studio.api import Derived, UserError
from studio.models.catalogue import read_model
from studio.models.fingerprint import Fingerprints
from studio.models.loaders.component import ComponentSpec, construction_lock, load
from studio.models.memory import MemoryManager


def manager(tmp_path: Path, budget_bytes: int = 0) -> MemoryManager:
    return MemoryManager(load, Fingerprints(tmp_path / "fingerprints.json"), "cpu", budget_bytes)


def specs(path: Path, *parts: str) -> dict[str, ComponentSpec]:
    components = read_model(path, "model", BUILT_IN).components
    return {part: components[part] for part in parts or components}


def parameter_bytes(*modules: Any) -> int:
    return sum(tensor.nbytes for module in modules for tensor in module.state_dict().values())


def widen(unet: UNet2DConditionModel) -> UNet2DConditionModel:
    """A 9-channel view of a 4-channel UNet: all but the first convolution is shared."""
    with torch.device("meta"):
        wide = UNet2DConditionModel.from_config({**unet.config, "in_channels": 9})
    weight = torch.nn.functional.pad(unet.conv_in.weight, (0, 0, 0, 0, 0, 5))
    wide.load_state_dict({**unet.state_dict(keep_vars=True), "conv_in.weight": weight}, assign=True)
    return wide


def test_bytes_are_counted_exactly_and_a_second_lease_loads_nothing(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path)
    for _ in range(2):
        with memory.lease(specs(tiny_models.kandinsky, "unet", "movq")) as parts:
            expected = parameter_bytes(parts["unet"], parts["movq"])
            assert memory.used_bytes == memory.loaded_bytes == expected


def test_equal_components_of_two_models_are_one_object(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path)
    combined, pair = specs(tiny_models.kandinsky), specs(tiny_models.kandinsky_pair)
    with memory.lease(combined) as one:
        loaded = memory.loaded_bytes
        with memory.lease(pair) as two:
            assert all(one[part] is two[part] for part in ("unet", "movq", "prior", "text_encoder", "image_encoder"))
    assert memory.loaded_bytes == loaded


def test_a_component_of_another_dtype_is_another_component(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path)
    full = specs(tiny_models.kandinsky, "unet")
    half = {"half": replace(full["unet"], dtype="bfloat16")}
    with memory.lease(full | half) as parts:
        assert parts["unet"] is not parts["half"]
        assert memory.used_bytes == parameter_bytes(parts["unet"]) * 3 // 2


def test_derived_components_share_their_sources_storage(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path)
    view = Derived("wide", ("unet",), widen)
    with memory.lease(specs(tiny_models.kandinsky, "unet"), [view]) as parts:
        unet, wide = parts["unet"], parts["wide"]
        own = wide.conv_in.weight.nbytes
        assert memory.used_bytes == parameter_bytes(unet) + own
        assert wide.conv_out.weight.data_ptr() == unet.conv_out.weight.data_ptr()
        with memory.lease(specs(tiny_models.kandinsky_pair, "unet"), [view]) as again:
            assert again["wide"] is wide
    assert memory.used_bytes == memory.loaded_bytes + own  # what is derived comes from no file


def test_what_is_evicted_is_really_freed(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path)
    gc.disable()  # freed by reference counts alone, or not at all
    try:
        with memory.lease(specs(tiny_models.kandinsky), [Derived("wide", ("unet",), widen)]) as parts:
            references = [weakref.ref(parts[name]) for name in ("unet", "movq", "wide", "text_encoder")]
            del parts
        assert all(reference() is not None for reference in references)
        memory.unload()
        assert [reference() for reference in references] == [None] * 4
    finally:
        gc.enable()
    assert memory.used_bytes == 0
    assert memory.report() == []


def test_a_keeper_of_the_lease_keeps_no_weights(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path)
    with memory.lease(specs(tiny_models.kandinsky, "unet")) as parts:
        reference = weakref.ref(parts["unet"])
    memory.unload()
    assert len(parts) == 0
    assert reference() is None


def test_what_is_leased_is_never_evicted(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path)
    with memory.lease(specs(tiny_models.kandinsky, "unet")):
        with memory.lease(specs(tiny_models.sd15, "unet")):
            pass
        memory.unload()
        assert [line.leases for line in memory.report()] == [1]


def test_a_to_b_to_a_stays_within_a_budget_that_holds_one(tiny_models: TinyModels, tmp_path: Path) -> None:
    first, second = specs(tiny_models.kandinsky, "unet"), specs(tiny_models.sdxl, "unet")
    budget = max(spec.estimated_bytes() for spec in (*first.values(), *second.values())) + 1000
    memory = manager(tmp_path, budget)
    for model in (first, second, first):
        with memory.lease(model):
            assert len(memory.report()) == 1
    assert memory.peak_bytes <= budget


def test_the_least_recently_used_goes_first(tiny_models: TinyModels, tmp_path: Path) -> None:
    old, kept, new = (specs(path, "unet") for path in (tiny_models.sdxl, tiny_models.sd15, tiny_models.kandinsky))
    sizes = {id(model): model["unet"].estimated_bytes() for model in (old, kept, new)}
    memory = manager(tmp_path, sizes[id(new)] + sizes[id(kept)])
    for model in (old, kept, new):
        with memory.lease(model):
            pass
    loaded = memory.loaded_bytes
    with memory.lease(kept), memory.lease(new):
        assert memory.loaded_bytes == loaded


def test_of_what_was_used_together_the_largest_goes_first(tiny_models: TinyModels, tmp_path: Path) -> None:
    """In whatever order the parts were named: the small ones cost least to keep, and a part to build when they come."""
    both = specs(tiny_models.sdxl, "unet", "vae")
    small, large = sorted(both, key=lambda part: both[part].estimated_bytes())
    other = specs(tiny_models.kandinsky, "unet")
    for order in ((small, large), (large, small)):
        memory = manager(tmp_path, both[small].estimated_bytes() + other["unet"].estimated_bytes() + 1000)
        with memory.lease({part: both[part] for part in order}):
            pass
        with memory.lease(other):
            titles = {each.title for each in memory.report()}
        assert titles == {f"{spec.class_name} {spec.path.name}" for spec in (both[small], *other.values())}


def test_a_model_larger_than_the_budget_is_refused_before_it_is_loaded(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path, 100_000)
    with pytest.raises(UserError, match=r"needs 3\.4 MiB, and the memory budget is 0\.1 MiB") as caught:
        memory.lease(specs(tiny_models.kandinsky, "unet")).__enter__()
    assert caught.value.code == "out_of_memory"
    assert memory.loaded_bytes == 0


def test_a_second_job_waits_for_memory_that_another_leases(tiny_models: TinyModels, tmp_path: Path) -> None:
    first, second = specs(tiny_models.kandinsky, "unet"), specs(tiny_models.sdxl, "unet")
    memory = manager(tmp_path, first["unet"].estimated_bytes() + 1000)
    entered = threading.Event()

    def job() -> None:
        with memory.lease(second):
            entered.set()

    with memory.lease(first):
        thread = threading.Thread(target=job)
        thread.start()
        assert not entered.wait(0.3)
    thread.join(timeout=30)
    assert entered.is_set()
    assert memory.peak_bytes <= first["unet"].estimated_bytes() + 1000


def test_many_threads_share_one_load_and_leave_no_module_on_meta(tiny_models: TinyModels, tmp_path: Path) -> None:
    memory = manager(tmp_path)
    wanted = [specs(path) for path in (tiny_models.kandinsky, tiny_models.sd15, tiny_models.sdxl)]
    problems: list[BaseException] = []

    def job(number: int) -> None:
        try:
            with memory.lease(wanted[number % 3]) as parts:
                with construction_lock:  # as whoever builds a module must, while another thread may load one
                    torch.nn.Linear(2, 2).weight.sum().item()  # would fail on the meta device
                assert not any(tensor.is_meta for tensor in parts["unet"].state_dict().values())
        except BaseException as error:  # noqa: BLE001 - any failure of a thread fails the test
            problems.append(error)

    threads = [threading.Thread(target=job, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert problems == []
    assert len({line.title for line in memory.report() if "UNet" in line.title}) == 1
    assert sum(line.leases for line in memory.report()) == 0


def test_a_failed_load_leaves_nothing_behind(tiny_models: TinyModels, tmp_path: Path) -> None:
    def failing(spec: ComponentSpec, device: str) -> Any:
        if spec.class_name == "VQModel":
            raise UserError("no")
        return load(spec, device)

    memory = MemoryManager(failing, Fingerprints(tmp_path / "fingerprints.json"), "cpu", 0)
    for _ in range(2):
        with pytest.raises(UserError, match="no"), memory.lease(specs(tiny_models.kandinsky, "unet", "movq")):
            pass
    assert [(line.title.split()[0], line.leases) for line in memory.report()] == [("UNet2DConditionModel", 0)]


def test_a_hash_that_becomes_known_later_still_finds_what_is_loaded(
    tiny_models: TinyModels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.models.fingerprint.SMALL_BYTES", 0)
    fingerprints = Fingerprints(tmp_path / "fingerprints.json")
    memory = MemoryManager(load, fingerprints, "cpu", 0)
    with memory.lease(specs(tiny_models.kandinsky, "unet")) as one:
        first = weakref.ref(one["unet"])
        fingerprints.wait()
        with memory.lease(specs(tiny_models.kandinsky_pair, "unet")) as two:
            fingerprints.wait()
            del two
        with memory.lease(specs(tiny_models.kandinsky, "unet")) as again:
            assert again["unet"] is first()
    assert sum(line.leases for line in memory.report()) == 0


def test_a_vanished_model_is_one_sentence(tiny_models: TinyModels, tmp_path: Path) -> None:
    wanted = {"unet": replace(specs(tiny_models.sd15, "unet")["unet"], path=tmp_path / "gone.safetensors")}
    memory = manager(tmp_path)
    with memory.lease(specs(tiny_models.sdxl, "unet")), pytest.raises(UserError, match="gone"):
        memory.lease(wanted).__enter__()
    assert len(memory.report()) == 1


@pytest.fixture
def big_model(tmp_path: Path) -> dict[str, ComponentSpec]:
    """A quarter of a gigabyte in many small tensors: what glibc would keep without being asked."""
    config = {
        "block_out_channels": (256, 512), "layers_per_block": 2, "sample_size": 32, "cross_attention_dim": 256,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    }  # fmt: skip
    UNet2DConditionModel(**config).save_pretrained(tmp_path / "big")
    # Stored as float32 and run as bfloat16: the cast makes private memory instead of mapped pages.
    return {"unet": ComponentSpec("diffusers", "UNet2DConditionModel", tmp_path / "big", "bfloat16")}


@pytest.mark.slow
def test_freed_memory_goes_back_to_the_system(big_model: dict[str, ComponentSpec], tmp_path: Path) -> None:
    memory = manager(tmp_path)
    process = psutil.Process()
    with memory.lease(big_model):
        used = memory.used_bytes
        high = process.memory_info().rss
    memory.unload()
    assert used > 50e6
    assert high - process.memory_info().rss > used * 0.7


def test_nothing_is_hashed_in_the_background_while_a_model_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_models: TinyModels
) -> None:
    """Both would want the same processor, and a picture waits for the one only."""
    monkeypatch.setattr("studio.models.fingerprint.SMALL_BYTES", 0)
    fingerprints = Fingerprints(tmp_path / "fingerprints.json")
    spec = read_model(tiny_models.sd15, "sd15", BUILT_IN).components["unet"]
    with fingerprints.resting():
        before = fingerprints.of(spec)
        time.sleep(0.2)  # long enough for tiny weights to be hashed
        with fingerprints.resting():
            pass  # one of two loads is done
        assert fingerprints.of(spec) == before
        assert not (tmp_path / "fingerprints.json").exists()
    fingerprints.wait()
    assert fingerprints.of(spec) != before
