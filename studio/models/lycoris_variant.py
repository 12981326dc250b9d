"""Layers of a variant that are changed as LyCORIS's files tell: each makes its weight anew whenever it computes.

So the weights of the component stay its own, whatever they are packed as, and a variant takes the bytes of the file.
What the file has a full difference of is added once: that weight is as large as the difference.
"""

import functools
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.models import lycoris
from studio.models.lycoris_layers import LycorisLayers, Place

_WIDE = (torch.float32, torch.bfloat16, torch.float16, torch.float64)


class WeightChange(nn.Module):
    """What one file makes of a weight."""

    def __init__(self, held: Mapping[str, nn.Parameter], strength: float, place: Place) -> None:
        super().__init__()
        self.strength, self.scale = strength, lycoris.scale(held)
        self.rows = None if place.rows is None else _span(place.rows)
        self.keys = tuple(key for key in held if key not in ("alpha", "diff_b"))
        for key in self.keys:
            self.register_parameter(key, held[key])

    def forward(self, weight: Any) -> Any:
        held = {key: getattr(self, key).to(weight.dtype) for key in self.keys}
        made = lycoris.change(held)
        if self.rows is not None:
            made = made[self.rows]
        made = made.reshape(weight.shape)
        if "dora_scale" not in held:
            return weight + made * (self.strength * self.scale)
        whole = lycoris.decomposed(weight + made * self.scale, held["dora_scale"])
        return whole if self.strength == 1 else weight + (whole - weight) * self.strength


def _span(rows: tuple[int, ...]) -> slice | list[int]:
    first, last = rows[0], rows[-1]
    return slice(first, last + 1) if rows == tuple(range(first, last + 1)) else [*rows]


class _Changed:
    """What such layers have in common; `changes` are made in their order."""

    changes: nn.ModuleList

    def changed(self, dtype: torch.dtype) -> Tensor:
        made: Tensor = _wide(self, dtype)
        for change in self.changes:
            made = change(made)
        return made


class ChangedLinear(_Changed, nn.Linear):
    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.changed(x.dtype), self.bias)


class ChangedConv2d(_Changed, nn.Conv2d):
    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self._conv_forward(x, self.changed(x.dtype), self.bias)
        return made


def _wide(layer: Any, dtype: torch.dtype) -> Any:
    """The weight of a layer as numbers of `dtype`, whatever it is packed as."""
    from diffusers.quantizers.gguf.utils import dequantize_gguf_tensor

    if hasattr(layer, "widened"):  # see studio.models.loaders.narrow
        return layer.widened(layer.weight, dtype)
    weight = layer.weight
    return (dequantize_gguf_tensor(weight) if hasattr(weight, "quant_type") else weight).to(dtype)


def put(module: nn.Module, layers: LycorisLayers, part: str, strength: float) -> None:
    """Onto a variant of a part, by diffusers' name of it."""
    shared: dict[tuple[str, torch.dtype], dict[str, nn.Parameter]] = {}
    for place in layers.places.get(part, ()):
        layer = module.get_submodule(place.module)
        layer = getattr(layer, "base_layer", layer)  # below a LoRA of peft
        dtype = _dtype(layer)
        held = shared.setdefault((place.layer, dtype), {})  # queries, keys and values of one layer share its tensors
        if not held:
            held |= {key: _own(tensor, layer, dtype) for key, tensor in layers.held[place.layer].items()}
        _put(layer, held, place, strength, dtype)


def _put(layer: Any, held: Mapping[str, nn.Parameter], place: Place, strength: float, dtype: torch.dtype) -> None:
    change = WeightChange(held, strength, place)
    if "diff_b" in held:
        more = held["diff_b"] if change.rows is None else held["diff_b"][change.rows]
        layer.bias = _fixed(more * strength if layer.bias is None else torch.add(layer.bias, more, alpha=strength))
    if not change.keys:
        return
    kind = next((each for each in (nn.Linear, nn.Conv2d) if isinstance(layer, each)), None)
    if kind is None or (change.keys == ("diff",) and layer.weight.dtype in _WIDE and not hasattr(layer, "changes")):
        layer.weight = _fixed(change(_wide(layer, dtype)))
    elif hasattr(layer, "changes"):
        layer.changes.append(change)
    else:
        own: type = type(layer)
        layer.__class__ = _changed(own, kind)
        layer.changes = nn.ModuleList([change])


@functools.cache
def _changed(own: type, kind: type) -> type:
    """Of a packed layer too, with what it knows of its packing."""
    made = ChangedLinear if kind is nn.Linear else ChangedConv2d
    return made if own is kind else type(f"{made.__name__}Of{own.__name__}", (made, own), {})


def _dtype(layer: Any) -> torch.dtype:
    """What it computes in."""
    dtype: torch.dtype = getattr(layer, "compute_dtype", layer.weight.dtype)
    return dtype


def _own(tensor: Tensor, layer: Any, dtype: torch.dtype) -> nn.Parameter:
    is_number = tensor.dim() == 0  # alpha
    return _fixed(tensor if is_number else tensor.to(layer.weight.device, dtype))


def _fixed(tensor: Tensor) -> nn.Parameter:
    return nn.Parameter(tensor.detach(), requires_grad=False)
