"""A network of packed tensors: diffusers unpacks its layers one by one, each for as long as it computes."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers import GGUFQuantizationConfig
from diffusers.quantizers.gguf.utils import GGUFLinear, GGUFParameter, dequantize_gguf_tensor
from torch import Tensor, nn


def is_packed(tensors: Mapping[str, Tensor]) -> bool:
    """Whether any of them is of GGUF's packed kinds."""
    return any(isinstance(tensor, GGUFParameter) for tensor in tensors.values())


def read_packed(made: Any, config: str, tensors: Mapping[str, Tensor], dtype: torch.dtype) -> Any:
    """The module, computing in `dtype`. Raises what diffusers raises."""
    with tempfile.TemporaryDirectory() as folder:  # where diffusers looks for a config, instead of in the hub
        Path(folder, "config.json").write_text(config)
        module = made.from_single_file(
            dict(tensors), config=folder, subfolder=os.curdir, torch_dtype=dtype, local_files_only=True,
            quantization_config=GGUFQuantizationConfig(compute_dtype=dtype),
        )  # fmt: skip
    _unpack_others(module, dtype)
    return module


def _unpack_others(module: nn.Module, dtype: torch.dtype) -> None:
    """What is packed and no linear layer's weight would be added and multiplied as it is: bytes for numbers."""
    for layer in module.modules():
        for name, tensor in [*layer.named_parameters(recurse=False)]:
            is_weight = isinstance(layer, GGUFLinear) and name == "weight"
            if isinstance(tensor, GGUFParameter) and not is_weight:
                setattr(layer, name, nn.Parameter(dequantize_gguf_tensor(tensor).to(dtype), requires_grad=False))
        for name, buffer in [*layer.named_buffers(recurse=False)]:
            if isinstance(buffer, GGUFParameter):
                layer._buffers[name] = dequantize_gguf_tensor(buffer).to(dtype)
