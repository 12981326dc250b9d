"""An exported starter's weights as checkpoints, for a run that goes on from them.

A run whose checkpoints are lost goes on from all parts of an export. A new version that trains CLIP anew takes only the
codec, the upscalers and the decoder, which has to learn again, from there, what the new embeddings mean.
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file

from studio_starter import convert
from studio_starter.codec import FILE
from studio_starter.scale import Scale
from studio_starter.training import TrainingError, write_tensors

Weights = dict[str, torch.Tensor]


def adopt(folder: Path, work: Path, scale: Scale, *, everything: bool = False) -> None:
    """Codec, upscalers and decoder of `folder`, or every part, into the work folder; checkpoints that are there already
    are kept."""
    if not (folder / "studio.json").exists():
        raise TrainingError(f"{folder} is not an exported starter; give the folder that holds its studio.json.")
    world = json.loads((folder / "studio.json").read_text("utf-8")).get("world", "small")
    if world != scale.world.name:
        raise TrainingError(f"{folder} is a starter of the {world} world; nothing was taken. Give its --scale.")
    if not (work / FILE).exists():
        write_tensors(work / FILE, _weights(folder / "movq"))
    for part in ("upscaler", *(stage for stage in scale.plans if stage.startswith("upscaler-x"))):
        if (folder / part).exists():  # the first exports had no upscalers for people's own pictures
            _checkpoint(work / f"{part}.safetensors", _weights(folder / part))
    _checkpoint(work / "decoder.safetensors", _weights(folder / "unet"))
    if everything:
        _mind(folder, work, scale)


def _mind(folder: Path, work: Path, scale: Scale) -> None:
    """Tokenizer, CLIP and prior."""
    if not (work / "tokenizer").exists():
        shutil.copytree(folder / "prior_tokenizer", work / "tokenizer")
    _checkpoint(work / "clip.safetensors", convert.from_export(folder, scale).state_dict())
    prior = _weights(folder / "prior_prior")
    size = {name: prior[f"clip_{name}"][0].clone() for name in ("mean", "std")}
    _checkpoint(work / "prior.safetensors", prior)
    if not (work / "embedding.safetensors").exists():
        write_tensors(work / "embedding.safetensors", size)


def _weights(folder: Path) -> Weights:
    found: Weights = {}
    for file in sorted(folder.glob("*.safetensors")):
        found |= {name: tensor.float() for name, tensor in load_file(file).items()}
    return found


def _checkpoint(file: Path, weights: Weights) -> None:
    """As `Stage` reads it: nothing done yet, no state of the optimiser, the average where the weights are."""
    if not file.exists():
        parts = ("module", "average")
        tensors = {f"{part}/{name}": tensor.clone() for part in parts for name, tensor in weights.items()}
        write_tensors(file, tensors, {"about": json.dumps({"done": 0, "finished": False})})
