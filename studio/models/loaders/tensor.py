"""What the header of a file of weights tells, whatever its format: each tensor's kind of numbers, shape and place."""

import re
from dataclasses import dataclass
from math import prod

import msgspec

DTYPE_BITS = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4, "C64": 64,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
}  # fmt: skip
"""All that the format knows (safetensors 0.8); of the four and six bits wide several numbers share a byte."""
FLOATS = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"}
"""Those that weights are run in."""
BLOCKS = {
    "Q4_0": (32, 18), "Q4_1": (32, 20), "Q5_0": (32, 22), "Q5_1": (32, 24), "Q8_0": (32, 34), "Q8_1": (32, 40),
    "Q2_K": (256, 84), "Q3_K": (256, 110), "Q4_K": (256, 144), "Q5_K": (256, 176), "Q6_K": (256, 210),
    "Q8_K": (256, 292), "IQ1_S": (256, 50), "IQ1_M": (256, 56), "IQ2_XXS": (256, 66), "IQ2_XS": (256, 74),
    "IQ2_S": (256, 82), "IQ3_XXS": (256, 98), "IQ3_S": (256, 110), "IQ4_NL": (32, 18), "IQ4_XS": (256, 136),
    "TQ1_0": (256, 54), "TQ2_0": (256, 66), "MXFP4": (32, 17), "NVFP4": (64, 36), "Q1_0": (128, 18),
}  # fmt: skip
"""GGUF's packed numbers: how many make a block, and its bytes (ggml-common.h). The weights are rows of whole blocks."""
UNPACKED = {
    "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS",
}  # fmt: skip
"""Those that diffusers unpacks, layer by layer."""
SKIPPED = ("pos_embed", "patch_embed", "norm", "encoder_hid_proj", "^proj_in$", "^proj_out$")
"""Layers that are widened for good: small ones whose dtype others go by (diffusers, hooks/layerwise_casting.py; and
ImageProjection, which brings what it is given to that of its weights)."""
FP8 = {"F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"}
"""Floats of a byte, and what torch calls them."""


class Tensor(msgspec.Struct, frozen=True):  # a folder with many models has millions: a dataclass takes twice as long
    dtype: str
    shape: tuple[int, ...]
    start: int = 0
    """Where its numbers begin in the file, in bytes."""

    @property
    def count(self) -> int:
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        if self.dtype in BLOCKS:
            block, size = BLOCKS[self.dtype]
            return self.count // block * size
        return self.count * DTYPE_BITS[self.dtype] // 8

    @property
    def is_packed(self) -> bool:
        """Whether it is kept as it is in the file when it is loaded, and unpacked when it is computed with."""
        return self.dtype in FP8 or self.dtype in BLOCKS


@dataclass(frozen=True)
class WeightsHeader:
    tensors: dict[str, Tensor]
    metadata: dict[str, str]

    def dtype(self) -> str:
        """The kind of float that holds most of the weights, 'F32' when there is none."""
        counts: dict[str, int] = {}
        for tensor in self.tensors.values():
            if tensor.dtype in FLOATS or tensor.dtype in BLOCKS:
                counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.count
        return max(counts, key=lambda dtype: counts[dtype]) if counts else "F32"

    def count(self) -> int:
        """How many numbers all tensors hold."""
        return sum(tensor.count for tensor in self.tensors.values())

    def bytes(self) -> int:
        """How much all tensors take in the file."""
        return sum(tensor.bytes for tensor in self.tensors.values())

    def loaded_bytes(self, size: int, *, keeps_packed: bool) -> int:
        """How much they take in memory, with `size` bytes for a number that is not packed."""
        return sum(
            tensor.bytes if keeps_packed and tensor.is_packed else tensor.count * size
            for tensor in self.tensors.values()
        )

    def narrowed_bytes(self, size: int) -> int:
        """How much they take with the weights of layers in 8 bits, and `size` bytes for all other numbers."""
        skipped = re.compile("|".join(SKIPPED))
        return sum(
            tensor.count * size
            if len(tensor.shape) < 2 or skipped.search(name.removesuffix(".weight"))
            else tensor.count + 4 * tensor.shape[0]
            for name, tensor in self.tensors.items()
        )

    def quantised(self) -> str:
        """The name of a weight that holds whole numbers, '' when there is none."""
        floats = FLOATS | BLOCKS.keys()
        names = (name for name, tensor in self.tensors.items() if tensor.dtype not in floats)
        return next((name for name in names if name.endswith(("weight", "bias"))), "")
