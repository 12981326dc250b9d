"""A component of 8-bit floats out of a file: put together as diffusers would, with every tensor as wide as it is."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers.loaders import single_file_model, single_file_utils
from safetensors.torch import load_file
from torch import Tensor

from studio.models.loaders.narrow import keep_narrow, multiplied, sources
from studio.models.loaders.tensor import FP8

SCALES = (".scale_weight", ".weight_scale")
MARKS = (".scale_input", ".input_scale", ".comfy_quant", "scaled_fp8")
"""What a scaled file holds besides: how to narrow what a layer is given, which nobody does here; and marks."""
STORED = {getattr(torch, name) for name in FP8.values()}

Tensors = dict[str, Tensor]
Convert = Callable[[Tensors], Tensors]


def is_narrow(tensors: Mapping[str, Tensor]) -> bool:
    """Whether any of them is of 8-bit floats."""
    return any(tensor.dtype in STORED for tensor in tensors.values())


def read_narrow(made: Any, config: Mapping[str, Any], prefix: str, tensors: Tensors, dtype: torch.dtype) -> Any:
    """The component, with the narrow weights of its layers kept. Raises what the libraries raise.

    `tensors`: of this component alone, by their published names, which begin with `prefix`.
    """
    is_clip = not hasattr(made, "from_config")
    with init_empty_weights(include_buffers=False):
        model = made(made.config_class(**config)) if is_clip else made.from_config(dict(config))
    convert = _clip_converter(model, prefix) if is_clip else _converter(made, model, config)
    return assembled(model.requires_grad_(False), convert, tensors, dtype)


def read_folder(made: Any, folder: Path, files: Iterable[Path], dtype: torch.dtype) -> Any:
    """The same for a part of a folder in the layout of diffusers, whose tensors have their names already."""
    tensors: Tensors = {}
    for file in files:
        tensors |= load_file(file)
    with init_empty_weights(include_buffers=False):
        model = made.from_config(made.load_config(folder, local_files_only=True))
    return assembled(model.requires_grad_(False), lambda given: given, tensors, dtype)


def assembled(model: Any, convert: Convert, tensors: Tensors, dtype: torch.dtype) -> Any:
    """The empty `model` filled with what `convert` makes of the tensors, and ready to run in `dtype`."""
    plain, scales = _apart(tensors)
    kinds = Counter({kind: sum(each.numel() for each in plain.values() if each.dtype == kind) for kind in STORED})
    stored = kinds.most_common(1)[0][0]
    others = {name for name, each in plain.items() if each.dtype in STORED - {stored}}
    plain = _widened(plain, scales, others, dtype)
    given = _as_bytes(plain)
    placed = convert(dict(given))
    if lost := _lost(placed, given, scales):
        given = _as_bytes(_widened(plain, scales, lost, dtype))
        placed = convert(dict(given))
    kept = {name: given[name] for name in scales if given[name].dtype == torch.int8}
    found = {name: scales[source] for name, source in sources(placed, kept)}
    model.load_state_dict(placed, strict=False, assign=True)
    keep_narrow(model, dtype, stored, found)
    return model.eval()


def _apart(tensors: Mapping[str, Tensor]) -> tuple[Tensors, Tensors]:
    """The weights; and by their names the factors of those that are scaled."""
    scales = {
        name.removesuffix(ending) + ".weight": tensor
        for name, tensor in tensors.items()
        for ending in SCALES
        if name.endswith(ending)
    }
    plain = {name: tensor for name, tensor in tensors.items() if not name.endswith((*SCALES, *MARKS))}
    return plain, {name: scale for name, scale in scales.items() if name in plain}


def _widened(plain: Tensors, scales: Tensors, names: Collection[str], dtype: torch.dtype) -> Tensors:
    return plain | {name: multiplied(plain[name], scales.get(name), dtype) for name in names}


def _as_bytes(tensors: Tensors) -> Tensors:
    """With narrow floats as whole numbers, which no library casts or multiplies."""
    return {name: each.view(torch.int8) if each.dtype in STORED else each for name, each in tensors.items()}


def _lost(placed: Tensors, given: Tensors, scales: Tensors) -> set[str]:
    """The scaled tensors that were not taken over as they are, so that nobody knows their factor any more.

    Those with a factor for each row too: a part of them would need a part of the factors.
    """
    narrow = {name: given[name] for name in scales if given[name].dtype == torch.int8}
    taken: Counter[str] = Counter()
    for name, source in sources(placed, narrow):
        taken[source] += placed[name].numel()
    return {
        name for name, each in narrow.items() if taken[name] != each.numel() or scales[name].numel() > 1
    }  # fmt: skip


def _converter(made: Any, model: Any, config: Mapping[str, Any]) -> Convert:
    """diffusers' own, from the published names to its own."""
    row = single_file_model.SINGLE_FILE_LOADABLE_CLASSES[
        single_file_model._get_single_file_loadable_mapping_class(made)
    ]

    def convert(tensors: Tensors) -> Tensors:
        if not single_file_model._should_convert_state_dict_to_diffusers(model.state_dict(), tensors):
            return tensors
        placed: Tensors = row["checkpoint_mapping_fn"](config=dict(config), checkpoint=tensors)
        return placed

    return convert


def _clip_converter(model: Any, prefix: str) -> Convert:
    """As create_diffusers_clip_model_from_ldm of diffusers chooses one."""

    def convert(tensors: Tensors) -> Tensors:
        placed: Tensors
        if f"{prefix}positional_embedding" in tensors:
            placed = single_file_utils.convert_open_clip_checkpoint(model, tensors, prefix)
        else:
            placed = single_file_utils.convert_ldm_clip_checkpoint(tensors, prefix)
        before = "" if hasattr(model, "text_model") else "text_model."  # which transformers 5.6 has flattened
        return {name.removeprefix(before): tensor for name, tensor in placed.items()}

    return convert
