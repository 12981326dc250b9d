"""The tensors of a file of weights, as pages of it, whatever its format."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.quantizers.gguf.utils import GGUFParameter, dequantize_gguf_tensor
from gguf import GGMLQuantizationType
from safetensors import safe_open
from torch import Tensor

from studio.models.loaders.gguf_header import SUFFIX, read_gguf_header
from studio.models.loaders.tensor import BLOCKS
from studio.models.loaders.tensor import Tensor as Described

PLAIN = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def stored_tensors(path: Path, wanted: Callable[[str], bool], *, packed: bool = True) -> dict[str, Tensor]:
    """Those whose names are `wanted`. Raises UserError.

    `packed`: whether what is packed stays so, as diffusers' GGUFParameter; else it is unpacked.
    """
    if path.suffix.lower() == SUFFIX:
        found = _gguf(path, wanted)
        return found if packed else {name: dequantize_gguf_tensor(tensor) for name, tensor in found.items()}
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys() if wanted(name)}  # noqa: SIM118 - it is no dict


def _gguf(path: Path, wanted: Callable[[str], bool]) -> dict[str, Tensor]:
    header = read_gguf_header(path)
    held = {name: tensor for name, tensor in header.tensors.items() if wanted(name)}
    pages = np.memmap(path, mode="c")  # what is written to a page stays in memory: torch wants pages that can be
    return {name: _tensor(pages[each.start : each.start + each.bytes], each) for name, each in held.items()}


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
