"""What a checkpoint's network predicts, as the file says it: in a NAME.yaml beside it, its metadata, marker tensors.

Noise for velocity, or the other way round, makes mere noise for a picture, and most files do not say which of the two;
the words here are those of `Family.predictions`.
"""

import re
from pathlib import Path

import numpy as np

from studio.files import open_regular, read_bounded
from studio.models.loaders.tensor import WeightsHeader

PREDICTIONS = ("epsilon", "v", "v-zero-snr", "edm-v")
KEY = "prediction"
"""Under which it stands among a header's metadata, for the signatures to look at."""
BESIDE_CAP_BYTES = 2**20

_PARAMETERIZATION = re.compile(r"""^[ \t]*parameterization:[ \t]*["']?(\w+)""", re.MULTILINE)
_SCALING = re.compile(r"denoiser_scaling\.(\w+)")
_ZERO_SNR = re.compile(r"^[ \t]*(?:zero_terminal_snr|ztsnr|rescale_betas_zero_snr):[ \t]*true", re.MULTILINE | re.I)
_WORDS = {
    "eps": "epsilon", "epsilon": "epsilon", "EpsScaling": "epsilon", "False": "epsilon",
    "v": "v", "v_prediction": "v", "vpred": "v", "VScaling": "v", "True": "v",
    "VScalingWithEDMcNoise": "edm-v", "edm-v": "edm-v",
}  # fmt: skip
_ARCHITECTURES = {"stable-diffusion-v2-512": "epsilon", "stable-diffusion-v2-768-v": "v"}
_SPREAD_TENSOR = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias"
_SPREAD = 0.09
"""Of that tensor in Stable Diffusion 2: above it the network predicts velocity (ComfyUI, supported_models.py)."""
_NUMBERS = {"F32": "<f4", "F16": "<f2"}


def prediction_of(path: Path, header: WeightsHeader) -> str:
    """What the file or a .yaml beside it says; '' where nothing does."""
    told = _beside(path) or _metadata(header.metadata) or _marked(header)
    zero = "ztsnr" in header.tensors or header.metadata.get("ss_zero_terminal_snr") == "True"
    return "v-zero-snr" if told == "v" and zero else told


def spread_of(path: Path, header: WeightsHeader) -> str:
    """What a network of Stable Diffusion 2 predicts, by how far the numbers of one small tensor lie apart."""
    tensor = header.tensors.get(_SPREAD_TENSOR)
    if tensor is None or tensor.dtype not in _NUMBERS or not 0 < tensor.count <= 4096:
        return ""
    try:
        with open_regular(path) as file:
            file.seek(tensor.start)
            numbers = np.frombuffer(file.read(tensor.bytes), _NUMBERS[tensor.dtype]).astype(np.float64)
    except (OSError, ValueError):
        return ""
    spread = float(numbers.std()) if len(numbers) and np.isfinite(numbers).all() else 0.0
    return ("v" if spread > _SPREAD else "epsilon") if spread > 0 else ""


def _marked(header: WeightsHeader) -> str:
    """Tensors without content, as trainers leave them."""
    if "edm_vpred.sigma_max" in header.tensors:
        return "edm-v"
    return "v" if "v_pred" in header.tensors else ""


def _metadata(metadata: dict[str, str]) -> str:
    told = metadata.get("modelspec.prediction_type") or metadata.get("ss_v_parameterization") or ""
    return _WORDS.get(told, "") or _ARCHITECTURES.get(metadata.get("modelspec.architecture", ""), "")


def _beside(path: Path) -> str:
    """A config in the layout of latent diffusion or of Stability's later programs; not saying means noise."""
    try:
        text = read_bounded(path.with_suffix(".yaml"), BESIDE_CAP_BYTES).decode(errors="replace")
    except (OSError, ValueError):
        return ""
    said = _PARAMETERIZATION.search(text) or _SCALING.search(text)
    if not said and "model:" not in text:
        return ""
    told = _WORDS.get(said[1], "") if said else "epsilon"
    return "v-zero-snr" if told == "v" and _ZERO_SNR.search(text) else told
