"""A network out of a GGUF file: diffusers unpacks its layers one by one, each for as long as it computes."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import GGUFQuantizationConfig
from diffusers.quantizers.gguf.utils import GGUFLinear, GGUFParameter, dequantize_gguf_tensor
from gguf import GGMLQuantizationType
from torch import Tensor, nn

from studio.models.loaders.gguf_header import read_gguf_header
from studio.models.loaders.tensor import BLOCKS
from studio.models.loaders.tensor import Tensor as Described

PLAIN = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def read_tensors(path: Path, wanted: Callable[[str], bool]) -> dict[str, Tensor]:
    """Those of the file whose names are `wanted`, as pages of it: packed ones stay packed, and keep their kind."""
    header = read_gguf_header(path)
    held = {name: tensor for name, tensor in header.tensors.items() if wanted(name)}
    pages = np.memmap(path, mode="c")  # what is written to a page stays in memory: torch wants pages that can be
    return {name: _tensor(pages[each.start : each.start + each.bytes], each) for name, each in held.items()}


def read_packed(made: Any, config: str, tensors: dict[str, Tensor], dtype: torch.dtype) -> Any:
    """The module, computing in `dtype`. Raises what diffusers raises."""
    with tempfile.TemporaryDirectory() as folder:  # where diffusers looks for a config, instead of in the hub
        Path(folder, "config.json").write_text(config)
        module = made.from_single_file(
            tensors, config=folder, subfolder=os.curdir, torch_dtype=dtype, local_files_only=True,
            quantization_config=GGUFQuantizationConfig(compute_dtype=dtype),
        )  # fmt: skip
    _unpack_others(module, dtype)
    return module


def _tensor(data: Any, described: Described) -> Tensor:
    raw = torch.from_numpy(data)
    if described.dtype in PLAIN:
        return raw.view(PLAIN[described.dtype]).reshape(described.shape)
    block, size = BLOCKS[described.dtype]
    kind = GGMLQuantizationType[described.dtype]
    if described.shape[-1] % block:  # it was folded
        whole = dequantize_gguf_tensor(GGUFParameter(raw.reshape(1, -1), quant_type=kind))
        unfolded: Tensor = whole.reshape(described.shape)
        return unfolded
    rows = raw.reshape(*described.shape[:-1], described.shape[-1] // block * size)
    packed: Tensor = GGUFParameter(rows, quant_type=kind)
    return packed


def _unpack_others(module: nn.Module, dtype: torch.dtype) -> None:
    """What is packed and no linear layer's weight would be added and multiplied as it is: bytes for numbers."""
    for layer in module.modules():
        for name, tensor in [*layer.named_parameters(recurse=False)]:
            is_weight = isinstance(layer, GGUFLinear) and name == "weight"
            if isinstance(tensor, GGUFParameter) and not is_weight:
                setattr(layer, name, nn.Parameter(dequantize_gguf_tensor(tensor).to(dtype), requires_grad=False))
