"""Image encoders: towers of CLIP and SigLIP that lie alone, or in a model; which there are, and how one is built."""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import UserError
from studio.models import config
from studio.models.catalogue import Catalogue
from studio.models.entry import DTYPES
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import WeightsHeader
from studio.models.network_configs import count
from studio.models.skeleton import configuration

CLIP, SIGLIP = "CLIPVisionModelWithProjection", "SiglipVisionModel"
ROLES = {CLIP: "clip-vision", SIGLIP: "siglip-vision"}
"""See `Signature.role`."""
_TOWER, _EYE = "vision_model.", "embeddings."
_HEADS = 16
"""Of all published towers: ViT-L, ViT-H and ViT-bigG of CLIP, so400m of SigLIP; no shape tells it."""
_GELU = {768: "quick_gelu"}
"""By the width of the joint space: OpenAI's ViT-L has the quick one, those of OpenCLIP the exact one."""


@dataclass(frozen=True)
class ImageEncoder:
    """One that is there, and what the widths of its outputs are."""

    spec: ComponentSpec
    hidden: int
    projected: int
    """Of the joint space of pictures and words; 0 for a tower that gives none."""

    @property
    def name(self) -> str:
        return self.spec.path.name


def image_encoders(catalogue: Catalogue, class_name: str) -> Iterator[ImageEncoder]:
    """Files of their own first, then the parts of models; those that cannot be read are left out."""
    for path in catalogue.part_files(ROLES[class_name]):
        with suppress(UserError, OSError, LookupError, ValueError):
            yield _described(_alone(path, class_name))
    for info in catalogue.infos():
        if info.problem or not info.capabilities:
            continue
        with suppress(UserError, OSError, LookupError, ValueError):
            for spec in catalogue.find(info.id).components.values():
                if spec.class_name == class_name:
                    yield _described(spec)


def _described(spec: ComponentSpec) -> ImageEncoder:
    told = configuration(spec)
    return ImageEncoder(spec, int(told["hidden_size"]), int(told.get("projection_dim", 0)))


def _alone(path: Path, class_name: str) -> ComponentSpec:
    header = read_header(path)
    own = _shapes(header, class_name)
    beside = _beside(path)
    if all(beside.get(key, value) == value for key, value in own.items()):
        own |= beside  # which says what no shape tells: the heads above all
    else:
        beside = {}
    own.setdefault("num_attention_heads", _HEADS)
    if class_name == CLIP:
        own.setdefault("hidden_act", _GELU.get(own["projection_dim"], "gelu"))
    section = CheckpointSection(json.dumps(own, sort_keys=True))
    return ComponentSpec("transformers", class_name, path, DTYPES.get(header.dtype(), "float32"), section)


def _beside(path: Path) -> Mapping[str, Any]:
    """The config.json that it came with, without what is about the file itself."""
    with suppress(OSError, UserError):
        told = config.read(path.parent / "config.json")
        if "vision" in str(told.get("model_type", "")):
            return {key: value for key, value in told.items() if not key.startswith("_") and key not in _ABOUT_FILES}
    return {}


_ABOUT_FILES = ("architectures", "dtype", "torch_dtype", "transformers_version", "model_type")


def _shapes(header: WeightsHeader, class_name: str) -> dict[str, Any]:
    tensors = {name.removeprefix(_TOWER): tensor for name, tensor in header.tensors.items()}
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    width, _, patch, _ = shapes[f"{_EYE}patch_embedding.weight"]
    places = shapes[f"{_EYE}position_embedding.weight"][0] - (class_name == CLIP)
    told: dict[str, Any] = {
        "hidden_size": width,
        "patch_size": patch,
        "image_size": math.isqrt(places) * patch,
        "intermediate_size": shapes["encoder.layers.0.mlp.fc1.weight"][0],
        "num_hidden_layers": count(tensors, "encoder.layers."),
    }
    if class_name == CLIP:
        told["projection_dim"] = shapes["visual_projection.weight"][0]
    return told
