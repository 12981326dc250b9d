"""Weights of 8-bit floats, kept as they are in the file: each layer widens its own for as long as it computes.

The bytes stay the file's own pages, and lie in the module as whole numbers of 8 bits: so no `.to(dtype)` of a pipeline
or of a variant reaches them (which is how diffusers' layerwise casting spoils a module that is shared), and code that
asks for the dtype of a network finds the wide one. Nothing is written to a module while it runs.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.models.loaders.tensor import SKIPPED


class _Narrow:
    """What such layers have in common."""

    weight: Tensor
    stored: torch.dtype
    """What the bytes of `weight` are."""
    compute_dtype: torch.dtype
    """What it computes in; as GGUFLinear of diffusers calls it."""
    weight_scale: Tensor | None
    """What its numbers are multiplied with, 32 bits wide."""

    def widened(self, weight: Tensor, dtype: torch.dtype) -> Tensor:
        if weight.is_floating_point():  # one that peft made beside it, of the same class, for a LoRA
            return weight.to(dtype)
        return multiplied(weight.view(self.stored), self.weight_scale, dtype)


class NarrowLinear(_Narrow, nn.Linear):
    def forward(self, x: Tensor) -> Tensor:
        return functional.linear(x, self.widened(self.weight, x.dtype), self.bias)


class NarrowConv2d(_Narrow, nn.Conv2d):
    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self._conv_forward(x, self.widened(self.weight, x.dtype), self.bias)
        return made


class NarrowEmbedding(_Narrow, nn.Embedding):
    def forward(self, x: Tensor) -> Tensor:
        return self.widened(self.weight[x], self.compute_dtype)


NARROWED = torch.float8_e4m3fn
"""What wide weights are brought to."""
LAYERS: dict[type[nn.Module], type[nn.Module]] = {
    nn.Linear: NarrowLinear,
    nn.Conv2d: NarrowConv2d,
    nn.Embedding: NarrowEmbedding,
}


def multiplied(weight: Tensor, scale: Tensor | None, dtype: torch.dtype) -> Tensor:
    """Narrow numbers as wide ones, times the factor of their layer or of each of its rows."""
    if scale is None:
        return weight.to(dtype)
    factor = scale.to(torch.float32).reshape(-1, *[1] * (weight.dim() - 1)) if scale.numel() > 1 else scale
    wide = weight.to(torch.float32)  # a copy, whatever it was
    return wide.mul_(factor.to(torch.float32)).to(dtype)


def _skipped(module: nn.Module) -> re.Pattern[str]:
    own = tuple(getattr(module, "_skip_layerwise_casting_patterns", None) or ())
    return re.compile("|".join((*SKIPPED, *own)))


def keep_narrow(module: nn.Module, dtype: torch.dtype, stored: torch.dtype, scales: Mapping[str, Tensor]) -> None:
    """Make a module of narrow and wide tensors ready to run in `dtype`; it must be nobody else's yet.

    `stored`: what its whole numbers of 8 bits are. `scales`: by the names of its parameters.
    """
    skipped = _skipped(module)
    # Which keeps its rotations in 32 bits, whatever it is loaded in; diffusers brings all of a single file into one.
    is_of_transformers = type(module).__module__.startswith("transformers.")
    for name, layer in module.named_modules():
        narrow = None if skipped.search(name) else LAYERS.get(type(layer))
        before = f"{name}." if name else ""
        for key, tensor in [*layer.named_parameters(recurse=False)]:
            if tensor.is_meta:  # it lacks it, which is told by whoever loads it
                continue
            scale = scales.get(before + key)
            if tensor.dtype == torch.int8 and narrow and key == "weight":
                layer.__class__ = narrow
                layer.stored, layer.compute_dtype = stored, dtype
                layer.register_buffer("weight_scale", scale, persistent=False)
                continue
            wide = multiplied(tensor.view(stored), scale, dtype) if tensor.dtype == torch.int8 else tensor.to(dtype)
            setattr(layer, key, nn.Parameter(wide, requires_grad=False))
        for key, buffer in [*layer.named_buffers(recurse=False)]:  # such as positions, which files hold too
            if buffer.dtype == torch.int8:
                setattr(layer, key, multiplied(buffer.view(stored), scales.get(before + key), dtype))
            elif (
                buffer.is_floating_point()
                and key != "weight_scale"
                and not (is_of_transformers and key in layer._non_persistent_buffers_set)
            ):
                setattr(layer, key, buffer.to(dtype))


def narrowed(module: nn.Module, dtype: torch.dtype) -> nn.Module:
    """A module of wide tensors with the weights of its layers in 8 bits, ready to run in `dtype`; nobody else's yet.

    One layer after the other, so that there is never a second copy of the whole. Each row has a factor of its own, by
    which its largest number becomes the largest of 8 bits: as they are, small weights would all become 0.
    """
    scales: dict[str, Tensor] = {}
    skipped = _skipped(module)
    for name, layer in module.named_modules():
        if type(layer) in (nn.Linear, nn.Conv2d) and not skipped.search(name):
            made, scales[f"{name}.weight"] = _in_8_bits(layer.weight)
            layer.weight = nn.Parameter(made, requires_grad=False)
    keep_narrow(module, dtype, NARROWED, scales)
    return module


def _in_8_bits(weight: Tensor) -> tuple[Tensor, Tensor]:
    """The bytes, and the factor of each row."""
    wide = weight.detach().to(torch.float32)
    factor = wide.flatten(1).abs().amax(dim=1).clamp(min=torch.finfo(torch.float32).tiny) / torch.finfo(NARROWED).max
    wide = wide / factor.reshape(-1, *[1] * (wide.dim() - 1))
    return wide.to(NARROWED).view(torch.int8), factor


def sources(made: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> Iterator[tuple[str, str]]:
    """(name in `made`, name in `given`) of tensors that are, or are a part of, the very memory of a given one."""
    spans = sorted((each.data_ptr(), each.nbytes, name) for name, each in given.items())
    for name, tensor in made.items():
        at = bisect_right(spans, tensor.data_ptr(), key=lambda span: span[0]) - 1
        if at >= 0 and tensor.data_ptr() < spans[at][0] + spans[at][1]:
            yield name, spans[at][2]
