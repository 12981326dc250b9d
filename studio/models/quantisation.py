"""How weights are packed, told by their header: quantised ones would load without a word, and make noise."""

import re
from pathlib import Path

from studio.models.entry import refused
from studio.models.loaders.header import FLOATS, WeightsHeader
from studio.text import Text

_PACKED = (
    ("NF4 or FP4 of bitsandbytes", re.compile(r".*\.quant_state\.bitsandbytes__\w+")),
    ("INT4 or FP4 of Nunchaku (SVDQuant)", re.compile(r".*\.(wscales|smooth_factor_orig)")),
    ("NVFP4", re.compile(r".*\.weight_scale_2")),
    ("scaled FP8", re.compile(r"(.*\.)?scaled_fp8|.*\.(scale_weight|weight_scale)")),
)
_MARKS = ("quant_state", "wscales", "smooth_factor", "weight_scale", "scaled_fp8", "scale_weight")
_NARROW = {
    "F8_E8M0": "MXFP8 or MXFP4", "F4": "FP4", "F6_E2M3": "FP6", "F6_E3M2": "FP6", "F8_E4M3FNUZ": "FP8 of AMD",
    "F8_E5M2FNUZ": "FP8 of AMD", "C64": "complex numbers",
}  # fmt: skip


def packing(header: WeightsHeader) -> str:
    """What the packing of the weights is called; '' for plain floats, and for whole numbers of no known kind."""
    joined = "\n".join(header.tensors)
    if any(mark in joined for mark in _MARKS):
        for title, pattern in _PACKED:
            if any(map(pattern.fullmatch, header.tensors)):
                return title
    return next((_NARROW[each.dtype] for each in header.tensors.values() if each.dtype in _NARROW), "")


def check_numbers(path: Path, header: WeightsHeader) -> None:
    """Raises UserError for weights that are not plain floats."""
    if name := packing(header):
        raise refused(
            path,
            "its weights are packed as {}, which the studio does not unpack; get the version in float16, bfloat16 or "
            "float32",
            Text(name),
        )
    if (name := header.quantised()) and header.tensors[name].dtype not in FLOATS:
        raise refused(
            path,
            "its tensor {} holds whole numbers ({}), as quantised weights do; get the version in float16, bfloat16 "
            "or float32",
            repr(name),
            header.tensors[name].dtype,
        )
