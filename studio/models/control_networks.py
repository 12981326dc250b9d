"""The networks that steer a model by a picture: how one that lies alone is built, and what it shares with its model."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import UserError
from studio.models import config
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec
from studio.models.loaders.header import read_header

FIELD = "control"
_ATTENDS, _PLAIN = "CrossAttnDownBlock2D", "DownBlock2D"
SD15, SD21, SDXL = "Stable Diffusion 1.5", "Stable Diffusion 2.1", "Stable Diffusion XL"
_XL = {
    "block_out_channels": [320, 640, 1280], "down_block_types": [_PLAIN, _ATTENDS, _ATTENDS],
    "cross_attention_dim": 2048, "attention_head_dim": [5, 10, 20], "use_linear_projection": True,
    "transformer_layers_per_block": [1, 2, 10], "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}  # fmt: skip
PLAIN: dict[str, dict[str, Any]] = {
    SD15: {
        "block_out_channels": [320, 640, 1280, 1280], "down_block_types": [*[_ATTENDS] * 3, _PLAIN],
        "cross_attention_dim": 768, "attention_head_dim": 8,
    },
    SD21: {
        "block_out_channels": [320, 640, 1280, 1280], "down_block_types": [*[_ATTENDS] * 3, _PLAIN],
        "cross_attention_dim": 1024, "attention_head_dim": [5, 10, 20, 20], "use_linear_projection": True,
    },
    SDXL: _XL,
}  # fmt: skip
"""Of the published networks, for files that lie alone; a config.json beside the file goes before."""
ADAPTERS: dict[str, dict[str, Any]] = {
    SD15: {
        "adapter_type": "full_adapter", "channels": [320, 640, 1280, 1280], "downscale_factor": 8, "num_res_blocks": 2,
    },
    SDXL: {
        "adapter_type": "full_adapter_xl", "channels": [320, 640, 1280, 1280], "downscale_factor": 16,
        "num_res_blocks": 2,
    },
}  # fmt: skip
UNION_TYPES, TASKS = "task_embedding", "num_control_type"
EXTRA = "extra_conditioning_channels"


@dataclass(frozen=True)
class ControlClass:
    """A class of diffusers that reads a control picture."""

    part: str
    """Of the model, which it steers."""
    same: tuple[str, ...]
    """Keys of both configs that must agree."""
    mark: str = ""
    """A tensor that tells it from the others, in a file alone."""
    alone: Mapping[str, Mapping[str, Any]] | None = None
    """By base, the configs of files that lie alone."""
    fills: str = ""
    """Where parts of pictures are painted with networks of their own only: the key that tells such a one, by a number
    above that of the model's `in_channels` for `control_in_dim`, else above 0."""


_UNET = ("cross_attention_dim", "block_out_channels", "layers_per_block")
_TRANSFORMER = ("num_attention_heads", "attention_head_dim", "joint_attention_dim", "in_channels")
_SEES = "control_in_dim"
CLASSES: dict[str, ControlClass] = {
    "ControlNetUnionModel": ControlClass("unet", _UNET, UNION_TYPES, {SDXL: _XL}),
    "T2IAdapter": ControlClass("unet", (), "adapter.conv_in.weight", ADAPTERS),
    "ControlNetModel": ControlClass("unet", _UNET, "", PLAIN),
    "FluxControlNetModel": ControlClass("transformer", _TRANSFORMER),
    "SD3ControlNetModel": ControlClass("transformer", _TRANSFORMER, fills=EXTRA),
    "QwenImageControlNetModel": ControlClass("transformer", _TRANSFORMER, fills="extra_condition_channels"),
    "ZImageControlNetModel": ControlClass("transformer", ("dim", "n_heads"), fills=_SEES),
}


def fills(name: str, own: Mapping[str, Any], model: Mapping[str, Any]) -> bool:
    """Whether a network was trained to fill what is masked, where the others cannot. `own`, `model`: the configs."""
    key = CLASSES[name].fills
    most = int(model.get("in_channels", 16)) if key == _SEES else 0
    return bool(key) and int(own.get(key) or 0) > most


def network(path: Path, base: str) -> ComponentSpec:
    """The network in a file, as it is built. Raises UserError for one of which no config is known."""
    name, told = _beside(path) or _alone(path, base)
    own = {key: value for key, value in told.items() if not key.startswith("_")}
    if name == "SD3ControlNetModel" and EXTRA not in own:
        own |= _extra(path, own)
    return ComponentSpec("diffusers", name, path, "float32", CheckpointSection(json.dumps(own, sort_keys=True)))


def _beside(path: Path) -> tuple[str, Mapping[str, Any]] | None:
    """By the config.json in its folder."""
    with suppress(OSError):
        if (path.parent / "config.json").is_file():
            told = config.read(path.parent / "config.json")
            if (name := told.get("_class_name")) in CLASSES:
                return str(name), told
    return None


def _extra(path: Path, own: Mapping[str, Any]) -> dict[str, int]:
    """What the config of the published inpainting network leaves out, by its weights."""
    found = read_header(path).tensors.get("pos_embed_input.proj.weight")
    more = found.shape[1] - int(own.get("in_channels", 16)) if found else 0
    return {EXTRA: more} if more > 0 else {}


def _alone(path: Path, base: str) -> tuple[str, Mapping[str, Any]]:
    tensors = read_header(path).tensors
    name = next(name for name, each in CLASSES.items() if not each.mark or each.mark in tensors)
    found = (CLASSES[name].alone or {}).get(base)
    if found is None:
        raise UserError(
            "The ControlNet {} does not tell how it is built, so it cannot be used; put the config.json beside it that "
            "it came with.",
            path, field=FIELD, code="unusable_model",
        )  # fmt: skip
    if name == "ControlNetUnionModel":
        found = {**found, TASKS: tensors[UNION_TYPES].shape[0]}
    if name == "T2IAdapter":
        pixels = tensors[CLASSES[name].mark].shape[1] // int(found["downscale_factor"]) ** 2
        found = {**found, "in_channels": pixels}
    return name, found
