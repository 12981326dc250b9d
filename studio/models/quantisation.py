"""How weights are packed, told by their header: what nobody unpacks would load without a word, and make noise."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from studio.models.entry import refused
from studio.models.loaders.tensor import BLOCKS, FLOATS, FP8, UNPACKED, WeightsHeader
from studio.text import Text

_PACKED = (
    ("NF4 or FP4 of bitsandbytes", re.compile(r".*\.quant_state\.bitsandbytes__\w+")),
    ("INT4 or FP4 of Nunchaku (SVDQuant)", re.compile(r".*\.(wscales|smooth_factor_orig)")),
    ("NVFP4", re.compile(r".*\.weight_scale_2")),
)
_MARKS = ("quant_state", "wscales", "smooth_factor", "weight_scale_2")
SCALES = (".scale_weight", ".weight_scale")
"""What scaled FP8 calls the factor of a layer's weights: ComfyUI's older name and its newer one."""
_SCALED = re.compile(r"(.*\.)?scaled_fp8|.*(" + "|".join(map(re.escape, SCALES)) + ")")
_NARROW = {
    "F8_E8M0": "MXFP8 or MXFP4", "F4": "FP4", "F6_E2M3": "FP6", "F6_E3M2": "FP6", "F8_E4M3FNUZ": "FP8 of AMD",
    "F8_E5M2FNUZ": "FP8 of AMD", "C64": "complex numbers",
}  # fmt: skip
_LAYERS = "_quantization_metadata"
"""Where ComfyUI writes how each layer is packed."""


def packing(header: WeightsHeader) -> str:
    """What the packing of the weights is called, as people say it; '' for plain floats and unnamed whole numbers."""
    if name := _not_unpacked(header):
        return name
    counts: dict[str, int] = {}
    for tensor in header.tensors.values():
        counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.count
    most = max(counts, key=lambda dtype: counts[dtype], default="")
    if most in BLOCKS:
        return most
    return (_scaled(header) or "FP8") if most in FP8 else ""


def check_numbers(path: Path, header: WeightsHeader, *, scaled: bool = True) -> None:
    """Raises UserError for weights that are neither plain floats nor packed as the studio unpacks them.

    `scaled`: whether scaled FP8 is unpacked there.
    """
    if name := _not_unpacked(header) or ("" if scaled else _scaled(header)):
        raise refused(
            path,
            "its weights are packed as {}, which the studio does not unpack; get the version in float16, bfloat16 or "
            "float32, or as GGUF",
            Text(name),
        )
    if name := header.quantised():
        raise refused(
            path,
            "its tensor {} holds whole numbers ({}), as quantised weights do; get the version in float16, bfloat16 "
            "or float32",
            repr(name),
            header.tensors[name].dtype,
        )


def _scaled(header: WeightsHeader) -> str:
    joined = "\n".join(header.tensors)
    if any(mark in joined for mark in ("scaled_fp8", *SCALES)) and any(map(_SCALED.fullmatch, header.tensors)):
        return "scaled FP8"
    return ""


def _has_blocks(header: WeightsHeader) -> bool:
    """Whether a factor is neither that of a layer nor of each row: those of blocks are laid out in many ways."""
    for name, scale in header.tensors.items():
        if name.endswith(SCALES):
            weight = header.tensors.get(name.rpartition(".")[0] + ".weight")
            rows = weight.shape[0] if weight and weight.shape else 1
            if scale.dtype not in FLOATS or scale.count not in (1, rows):
                return True
    return False


def _not_unpacked(header: WeightsHeader) -> str:
    joined = "\n".join(header.tensors)
    if any(mark in joined for mark in _MARKS):
        for title, pattern in _PACKED:
            if any(map(pattern.fullmatch, header.tensors)):
                return title
    for tensor in header.tensors.values():
        if tensor.dtype in _NARROW:
            return _NARROW[tensor.dtype]
        if tensor.dtype in BLOCKS and tensor.dtype not in UNPACKED:
            return f"{tensor.dtype} of GGUF"
    if _has_blocks(header):
        return "FP8 with a factor for each block"
    return next((form for form in _formats(header.metadata) if not form.startswith("float8")), "")


def _formats(metadata: Mapping[str, str]) -> list[str]:
    """How its layers are packed, by ComfyUI's own word."""
    try:
        layers = json.loads(metadata.get(_LAYERS, "{}"))["layers"].values()
        return [str(layer["format"])[:80] for layer in layers]
    except (ValueError, LookupError, AttributeError, TypeError):
        return []
