"""A component out of a checkpoint, one file that holds a whole model: by diffusers' own converters, offline."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import UserError
from studio.models.loaders.single_part import build
from studio.models.loaders.tensor import WeightsHeader
from studio.models.loaders.tokenizer import tokenizer

BUFFERS = ("position_ids", "logit_scale", "spiece_model", "tekken_model")
"""Tensors that checkpoints carry and that their networks do not need; the last two are tokenizers."""
_TEXT = ("cond_stage_model.", "conditioner.embedders.")
_OF_CHECKPOINTS: dict[str, str | tuple[str, ...]] = {
    "UNet2DConditionModel": "model.diffusion_model.", "AutoencoderKL": "first_stage_model.", "CLIPTextModel": _TEXT,
    "CLIPTextModelWithProjection": _TEXT,
}  # fmt: skip
"""Prefixes of the first checkpoints, by which diffusers finds what a file holds."""


@dataclass(frozen=True)
class CheckpointSection:
    """Which tensors of a file make a component, and its config."""

    config: str
    """As JSON."""
    prefix: str = ""
    without: tuple[str, ...] = ()
    """Beginnings, after the prefix, of names that are left out."""
    renamed: tuple[str, str] = ("", "")
    """How its names begin in the file, and how in the published layout, which the prefix is of."""

    def holds(self, name: str) -> bool:
        published = self.published(name)
        rest = published.removeprefix(self.prefix)
        return (
            name.startswith(self.renamed[0])
            and published.startswith(self.prefix)
            and not rest.startswith(self.without)
            and not rest.endswith(BUFFERS)
        )

    def published(self, name: str) -> str:
        """What the tensor would be called in the published layout."""
        here, there = self.renamed
        return there + name.removeprefix(here) if name.startswith(here) else name

    def rest(self, name: str) -> str:
        """What it is called within its component."""
        return self.published(name).removeprefix(self.prefix)

    def of(self, header: WeightsHeader) -> WeightsHeader:
        """The header as it would be of this component alone."""
        return WeightsHeader(
            {name: tensor for name, tensor in header.tensors.items() if self.holds(name)}, header.metadata
        )


def _words(path: Path, section: CheckpointSection) -> bytes:
    """The vocabulary that the file holds as if it were a tensor, if it is the tokenizer's."""
    if not section.prefix:
        return b""
    from studio.models.loaders.stored_tensors import stored_tensors  # brings torch

    held = stored_tensors(path, lambda name: name == section.prefix)
    return held[section.prefix].numpy().tobytes()


def read_section(made: Any, path: Path, section: CheckpointSection, dtype: str) -> Any:
    """The component: a module in `dtype`, or '' for a scheduler or tokenizer. Raises what the libraries raise."""
    config = json.loads(section.config)
    if not dtype:
        is_scheduler = hasattr(made, "from_config")
        return made.from_config(config) if is_scheduler else tokenizer(made, config, _words(path, section))
    import torch
    from diffusers.loaders.single_file_utils import create_diffusers_clip_model_from_ldm

    from studio.models.loaders.gguf_section import is_packed, read_packed  # bring torch
    from studio.models.loaders.narrow_section import is_narrow, read_narrow
    from studio.models.loaders.stored_tensors import stored_tensors

    held = stored_tensors(path, section.holds, packed=hasattr(made, "from_single_file"))
    if not section.prefix.startswith(_OF_CHECKPOINTS.get(made.__name__, "-")):
        own = {section.rest(name): tensor for name, tensor in held.items()}
        return build(made, own, config, getattr(torch, dtype), path)
    tensors = {section.published(name): tensor for name, tensor in held.items()}
    if is_packed(tensors):
        return read_packed(made, section.config, tensors, getattr(torch, dtype))
    if is_narrow(tensors):
        return read_narrow(made, config, section.prefix, tensors, getattr(torch, dtype))
    with tempfile.TemporaryDirectory() as folder:  # where diffusers looks for a config, instead of in the hub
        Path(folder, "config.json").write_text(section.config)
        options = {"config": folder, "subfolder": "", "torch_dtype": getattr(torch, dtype), "local_files_only": True}
        try:
            if hasattr(made, "from_single_file"):
                return made.from_single_file(tensors, **options)
            return create_diffusers_clip_model_from_ldm(made, tensors, **options)
        except NotImplementedError:  # what was not filled has no numbers that could be brought into the dtype
            raise UserError(
                "{} lacks some of the tensors of a {}, so it was not loaded. Check that it is complete.",
                path.name,
                made.__name__,
                code="invalid_weights",
            ) from None
