"""What is put onto a network whose weights stay in RAM: the same numbers, and no weight goes to the card for good."""

import copy
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lora_zoo
import pytest
import torch
from offloading import Spoiling
from safetensors.torch import save_file
from tiny import stable_diffusion
from torch import nn

from studio.engine.memory_ladder import EXACT, RUNGS, next_rung
from studio.models import reference_variant
from studio.models.fingerprint import Fingerprints
from studio.models.loaders.component import ComponentSpec
from studio.models.lora_layers import LoraTensors
from studio.models.lora_variant import Loaded, put_onto
from studio.models.lycoris_layers import LycorisLayers, Place
from studio.models.memory import MemoryManager
from studio.models.tensor_storage import tensors

CARD = "meta"
"""What is brought there for good has lost its numbers."""


def given(unet: nn.Module) -> Any:
    """What is computed of it."""
    return unet(torch.ones(1, 4, 16, 16), 5, torch.ones(1, 77, 32)).sample


def read(encoder: nn.Module) -> Any:
    return encoder(torch.arange(77)[None]).last_hidden_state


def loras(prefix: str, module: nn.Module, targets: list[str]) -> LoraTensors:
    state = lora_zoo.trained(module, targets)
    return LoraTensors({f"{prefix}.{name}": tensor for name, tensor in state.items()})


def lycoris(form: str, module: nn.Module, layers: list[str]) -> LycorisLayers:
    held = {name: lora_zoo.lycoris(form, tuple(module.get_submodule(name).weight.shape)) for name in layers}
    return LycorisLayers(held, {"unet": [Place(name, name) for name in layers]})


LEAVES = ["conv_in", "conv_out", "down_blocks.0.resnets.0.conv1"]


def case(kind: str) -> tuple[nn.Module, Callable[[Any], Any], Callable[[Any], None]]:
    """A network, what is computed of it, and what is put onto a variant."""
    pipeline = stable_diffusion()
    part = "text_encoder" if kind.startswith("text") else "unet"
    module = getattr(pipeline, part).requires_grad_(False).eval()
    if kind == "text":
        put: Any = loras(part, module, lora_zoo.TEXT)
    elif kind == "peft":
        put = loras(part, module, lora_zoo.UNET)
    else:
        put = lycoris(kind, module, LEAVES)
    module.requires_grad_(False).eval()
    return module, read if part == "text_encoder" else given, lambda made: put_onto(made, [Loaded(put, part, 0.8)])


def manager(folder: Path, module: nn.Module) -> tuple[MemoryManager, ComponentSpec]:
    (folder / "net").mkdir()
    save_file({"weight": torch.zeros(9)}, folder / "net" / "model.safetensors")
    spec = ComponentSpec("diffusers", "Net", folder / "net", "float32", offloaded=True)
    prints = Fingerprints(folder / "fingerprints.json")
    tiers = Spoiling(CARD)
    return MemoryManager(lambda spec, device: module, prints, CARD, 10**9, tiers=tiers), spec


@pytest.mark.parametrize("kind", ["peft", "text", "lokr", "loha", "lokr+rows"])
def test_loras(tmp_path: Path, kind: str) -> None:
    module, compute, change = case(kind)
    plain = compute(module)
    changed = copy.deepcopy(module)
    change(changed)
    expected = compute(changed)
    memory, spec = manager(tmp_path, module)
    with memory.lease({"net": spec}) as parts:
        assert torch.equal(compute(parts["net"]), plain)
        made = parts.patched("net", (kind,), change)
        assert {str(tensor.device) for tensor in (*made.parameters(), *module.parameters(), *module.buffers())} == {
            "cpu"
        }
        assert torch.equal(compute(made), expected)
        assert torch.equal(compute(parts["net"]), plain)
    assert parts.changed == []


def test_an_ip_adapter_stays_in_ram_too(tmp_path: Path) -> None:
    module = stable_diffusion().unet.requires_grad_(False).eval()
    sides = [processor_side(module, name) for name in module.attn_processors if "attn2" in name]
    adapter = {"image_proj.proj.weight": torch.rand(4 * 32, 24), "image_proj.proj.bias": torch.rand(4 * 32),
               "image_proj.norm.weight": torch.rand(32), "image_proj.norm.bias": torch.rand(32)}  # fmt: skip
    for number, side in enumerate(sides):
        adapter |= {f"ip_adapter.{2 * number + 1}.to_{key}_ip.weight": torch.rand(side, 32) for key in "kv"}
    memory, spec = manager(tmp_path, module)
    with memory.lease({"net": spec}) as parts:
        made = parts.patched("net", ("adapter",), lambda unet: reference_variant.put_onto(unet, [adapter]))
        assert {str(tensor.device) for tensor in tensors(made)} == {"cpu"}, "it could never be moved out of the card"
        assert sum(tensor.numel() for tensor in made.parameters()) > sum(
            tensor.numel() for tensor in module.parameters()
        )
        assert not any(tensor.is_meta for tensor in made.parameters())


def processor_side(unet: Any, name: str) -> int:
    side: int = unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
    return side


class Slow(nn.Module):
    """In the middle of computing, another thread does something."""

    def __init__(self, middle: Callable[[], None]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.rand(4), requires_grad=False)
        self.middle = [middle]

    def __deepcopy__(self, memo: dict[int, Any]) -> "Slow":
        made = type(self).__new__(type(self))
        made.__dict__ = {**vars(self), "_parameters": {**self._parameters}}
        return made

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.middle[0]()
        return x * self.weight


def test_a_lease_that_ends_and_a_variant_that_is_made_while_another_computes(tmp_path: Path) -> None:
    found: dict[str, Any] = {}

    def other() -> None:
        with memory.lease({"net": spec}) as parts:
            found["variant"] = parts.patched("net", ("same",), lambda made: None)._parameters["weight"]
        found["changed"] = parts.changed

    def middle() -> None:
        threads.append(thread := threading.Thread(target=other))
        thread.start()
        thread.join(0.5)  # it may wait for us

    threads: list[threading.Thread] = []
    module = Slow(middle).eval()
    memory, spec = manager(tmp_path, module)
    own = module.weight
    with memory.lease({"net": spec}) as parts:
        parts["net"](torch.ones(4))
    threads[0].join(30)
    assert found["variant"] is own, "and not the copy on the card"
    assert (found["changed"], parts.changed) == ([], [])


def test_invalid_numbers_on_a_lighter_rung_are_made_again_on_it() -> None:
    half = {"torch.float16"}
    assert next_rung(RUNGS[0], "nan", half) is EXACT
    for rung in RUNGS[2:]:
        exact = next_rung(rung, "nan", half)
        assert exact is not None
        assert (exact.ways, exact.float32, exact.note, exact.before) == (rung.ways, True, EXACT.note, rung.note)
        assert next_rung(exact, "nan", half) is next_rung(exact, "out_of_memory", half) is None
