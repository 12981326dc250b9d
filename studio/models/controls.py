"""Controls: the ControlNets of a catalogue, how the network of one is built, and whether it goes with a model."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.api import Control, UserError
from studio.models import config
from studio.models.add_ons import AddOnKind, AddOns
from studio.models.catalogue import Catalogue
from studio.models.entry import CatalogueEntry
from studio.models.file_hashes import FileHashes
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec
from studio.models.skeleton import configuration

KIND, FIELD = "controlnet", "control"
CLASS = "ControlNetModel"
_ATTENDS, _PLAIN = "CrossAttnDownBlock2D", "DownBlock2D"
CONFIGS: dict[str, dict[str, Any]] = {
    "Stable Diffusion 1.5": {
        "block_out_channels": [320, 640, 1280, 1280], "down_block_types": [*[_ATTENDS] * 3, _PLAIN],
        "cross_attention_dim": 768, "attention_head_dim": 8,
    },
    "Stable Diffusion 2.1": {
        "block_out_channels": [320, 640, 1280, 1280], "down_block_types": [*[_ATTENDS] * 3, _PLAIN],
        "cross_attention_dim": 1024, "attention_head_dim": [5, 10, 20, 20], "use_linear_projection": True,
    },
    "Stable Diffusion XL": {
        "block_out_channels": [320, 640, 1280], "down_block_types": [_PLAIN, _ATTENDS, _ATTENDS],
        "cross_attention_dim": 2048, "attention_head_dim": [5, 10, 20], "use_linear_projection": True,
        "transformer_layers_per_block": [1, 2, 10], "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    },
}  # fmt: skip
"""Of the published networks, for files that lie alone; a config.json beside the file goes before."""
SAME = ("cross_attention_dim", "block_out_channels", "layers_per_block")
"""What a ControlNet must have in common with the UNet that it steers."""


class Controls(AddOns):
    """The ControlNets of a catalogue."""

    def __init__(self, catalogue: Catalogue, hashes: FileHashes) -> None:
        super().__init__(catalogue, hashes, AddOnKind(KIND, "ControlNet", FIELD, "control"))

    def components(self, entry: CatalogueEntry, capability: str, chosen: Iterable[Control]) -> dict[str, ComponentSpec]:
        """By name, in their order, what the lease of a job has besides. Raises UserError."""
        found = {}
        for number, each in enumerate(chosen):
            _check_model(entry, capability)
            file = self.find(each.control, each.sha256)
            found[part(number)] = _fitting(_spec(file.path, file.base), entry, file.path)
        return found


def part(number: int) -> str:
    """What the leased component of one of a job's controls is called."""
    return f"control {number}"


def _check_model(entry: CatalogueEntry, capability: str) -> None:
    if capability not in entry.about.controls:
        raise UserError(
            "The model {} does not support ControlNet here; remove the ControlNet, or choose a model of Stable "
            "Diffusion 1.5, 2.1 or XL, for creating or refining.",
            repr(entry.title), field=FIELD, code="unsupported_operation",
        )  # fmt: skip


def _spec(path: Path, base: str) -> ComponentSpec:
    """Raises UserError for a file of which no config is known."""
    told: Mapping[str, Any] | None = None
    with suppress(OSError):
        if (path.parent / "config.json").is_file():
            told = config.read(path.parent / "config.json")
    if told is None or told.get("_class_name") != CLASS:
        told = CONFIGS.get(base)
    if told is None:
        raise UserError(
            "The ControlNet {} does not tell how it is built, so it cannot be used; put the config.json beside it that "
            "it came with.",
            path, field=FIELD, code="unusable_model",
        )  # fmt: skip
    own = {key: value for key, value in told.items() if not key.startswith("_")}
    return ComponentSpec("diffusers", CLASS, path, "float32", CheckpointSection(json.dumps(own, sort_keys=True)))


def _fitting(spec: ComponentSpec, entry: CatalogueEntry, path: Path) -> ComponentSpec:
    """In the dtype of the UNet. Raises UserError for the ControlNet of another model."""
    unet = entry.components["unet"]
    assert spec.section is not None
    own, model = json.loads(spec.section.config), configuration(unet)
    for key in SAME:
        there = model.get(key)
        if key in own and there is not None and _plain(own[key]) != _plain(there):
            raise UserError(
                "The ControlNet {} does not fit {}: its {} is {}, the model's {}. Nothing was made; choose one that is "
                "made for it.",
                path.name, entry.title, key, str(_plain(own[key])), str(_plain(there)), field=FIELD,
                code="unusable_model",
            )  # fmt: skip
    return replace(spec, dtype=unet.dtype)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, list | tuple) else value
