"""An exported starter's weights as checkpoints, for a new version that goes on from them.

The codec and the upscaler stay as they are. The decoder has to learn again, from there, when CLIP is trained anew.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file

from studio_starter.codec import FILE
from studio_starter.training import TrainingError, write_tensors


def adopt(folder: Path, work: Path) -> None:
    """Codec, upscaler and decoder of `folder` into the work folder; checkpoints that are there already are kept."""
    if not (folder / "studio.json").exists():
        raise TrainingError(f"{folder} is not an exported starter; give the folder that holds its studio.json.")
    if not (work / FILE).exists():
        write_tensors(work / FILE, _weights(folder / "movq"))
    _checkpoint(work / "upscaler.safetensors", _weights(folder / "upscaler"))
    _checkpoint(work / "decoder.safetensors", _weights(folder / "unet"))


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = {}
    for file in sorted(folder.glob("*.safetensors")):
        found |= {name: tensor.float() for name, tensor in load_file(file).items()}
    return found


def _checkpoint(file: Path, weights: dict[str, torch.Tensor]) -> None:
    """As `Stage` reads it: nothing done yet, no state of the optimiser, the average where the weights are."""
    if not file.exists():
        parts = ("module", "average")
        tensors = {f"{part}/{name}": tensor.clone() for part in parts for name, tensor in weights.items()}
        write_tensors(file, tensors, {"about": json.dumps({"done": 0})})
