"""The layers that a LoRA changes: its tensors under diffusers' names, held against the modules of a model.

diffusers converts what trainers write (kohya, ai-toolkit, XLabs, its own first form), and loads what fits nothing
without a word; so a file is converted by its header first, on tensors that take no memory, and judged.
"""

import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from studio.models.loaders.tensor import WeightsHeader
from studio.models.lora_names import separated, unified

METADATA = "lora_adapter_metadata"
"""Under which diffusers writes the ranks and alphas of a LoRA into its file."""
Shape = tuple[int, ...]


@dataclass(frozen=True)
class LoraTensors:
    """A LoRA as diffusers names it: `unet.MODULE.lora_A.weight` and the like; `alphas` by its older names."""

    tensors: dict[str, Any]
    alphas: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None

    def of(self, part: str) -> dict[str, Any]:
        """Those of a part, by diffusers' name of it, prefix included."""
        return {name: tensor for name, tensor in self.tensors.items() if name.startswith(f"{part}.")}

    def without(self, names: frozenset[str]) -> "LoraTensors":
        kept = {name: tensor for name, tensor in self.tensors.items() if name not in names}
        return LoraTensors(kept, self.alphas, self.metadata)


@dataclass(frozen=True)
class LayerFit:
    """How the layers of a LoRA go with one part of a model, or with all of them."""

    fitting: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    """Those that the model has not."""
    misshapen: Mapping[str, tuple[Shape, Shape]] = field(default_factory=dict)
    """Those that are of another shape there: what the LoRA makes, and what it would change."""
    broken: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Those that go down to another number of ranks than they come up from: both."""
    torn: Mapping[str, str] = field(default_factory=dict)
    """Those whose tensors do not go together otherwise, or of which one is missing: what is there, with its sides."""
    left_out: frozenset[str] = frozenset()
    """The tensors, prefix included, that go with none that fits."""

    @property
    def count(self) -> int:
        return len(self.fitting) + len(self.absent) + len(self.misshapen) + len(self.broken) + len(self.torn)

    def __add__(self, other: "LayerFit") -> "LayerFit":
        return LayerFit(
            self.fitting + other.fitting, self.absent + other.absent, {**self.misshapen, **other.misshapen},
            {**self.broken, **other.broken}, {**self.torn, **other.torn}, self.left_out | other.left_out,
        )  # fmt: skip


def outline(pipeline: Any, header: WeightsHeader, unet: Any) -> LoraTensors:
    """What `converted` would make of the file, by its header alone. Raises whatever diffusers' converters raise."""
    import torch

    one = torch.ones(1, dtype=torch.bfloat16)
    light = {name: one.expand(each.shape) if each.shape else one[0] for name, each in header.tensors.items()}
    try:
        return converted(pipeline, light, header, unet)  # all numbers of a tensor are one and the same: it takes none
    except RuntimeError:  # some converters write into tensors
        whole = {name: torch.ones(each.shape, dtype=torch.bfloat16) for name, each in header.tensors.items()}
        return converted(pipeline, whole, header, unet)


def converted(pipeline: Any, tensors: Mapping[str, Any], header: WeightsHeader, unet: Any) -> LoraTensors:
    """Under diffusers' names. `pipeline`: its class; `unet`: the config of the UNet, None without one.

    Raises whatever diffusers' converters raise.
    """
    options: dict[str, Any] = {} if unet is None else {"unet_config": unet}
    if "return_alphas" in inspect.signature(pipeline.lora_state_dict).parameters:
        options["return_alphas"] = True
    made = pipeline.lora_state_dict(unified(tensors), return_lora_metadata=True, **options)
    told = header.metadata.get(METADATA)
    alphas = made[1] if len(made) == 3 else None
    return LoraTensors(separated(made[0]), alphas or None, json.loads(told) if told else None)


def fit(lora: LoraTensors, part: str, shapes: Mapping[str, Shape]) -> LayerFit:
    """How it goes with a part, whose layers have weights of these shapes; `part` is diffusers' name of it."""
    tensors = lora.of(part)
    found = LayerFit()
    for layer, each in _layers(part, list(tensors), shapes).items():
        judged = _judge(layer, {key: tuple(tensors[old].shape) for key, old in each.items()}, shapes)
        found += judged if judged.fitting else replace(judged, left_out=frozenset(each.values()))
    return found


def pairs(lora: LoraTensors, part: str, shapes: Mapping[str, Shape]) -> dict[str, tuple[Any, Any]]:
    """By the layers of a part, what goes down and what comes up; `part`, `shapes`: as for `fit`."""
    tensors = lora.of(part)
    found = _layers(part, list(tensors), shapes)
    return {
        layer: (tensors[each["A"]], tensors[each["B"]]) for layer, each in found.items() if {"A", "B"} <= each.keys()
    }


def _layers(part: str, names: list[str], shapes: Mapping[str, Shape]) -> dict[str, dict[str, str]]:
    """By peft's name of each layer, its tensors (`A`, `B`) by the names that the file's have."""
    layers: dict[str, dict[str, str]] = {}
    for new, old in _today(part, names, shapes).items() if names else ():
        layer, _, rest = new.partition(".lora_")
        layers.setdefault(layer, {})[rest.partition(".")[0] if rest else new] = old
    return layers


def _judge(layer: str, held: Mapping[str, Shape], shapes: Mapping[str, Shape]) -> LayerFit:
    """Of one layer; `held`: the shapes of its A (down) and B (up)."""
    if not {"A", "B"} <= held.keys() or layer not in shapes:
        return LayerFit(absent=(layer,))
    down, up, there = held["A"], held["B"], tuple(shapes[layer])
    if len(up) > 1 and down[0] != up[1]:
        return LayerFit(broken={layer: (down[0], up[1])})
    made = (*up[:1], *down[1:])
    return LayerFit(fitting=(layer,)) if made == there else LayerFit(misshapen={layer: (made, there)})


def _today(part: str, names: list[str], shapes: Mapping[str, Shape]) -> dict[str, str]:
    """By what peft calls tensors, without the prefix, the names that the file's have."""
    from diffusers.utils.state_dict_utils import (
        convert_state_dict_to_diffusers,
        convert_state_dict_to_peft,
        convert_unet_state_dict_to_peft,
    )

    bare: dict[str, Any] = {name.removeprefix(f"{part}."): name for name in names}
    if part.startswith("text_encoder"):
        bare = convert_state_dict_to_peft(convert_state_dict_to_diffusers(bare))
        if not any(name.startswith("text_model.") for name in shapes):  # flattened since transformers 5
            bare = {name.removeprefix("text_model."): old for name, old in bare.items()}
    elif "lora_A" not in next(iter(bare)):
        bare = convert_unet_state_dict_to_peft(bare)
    return dict(bare)
