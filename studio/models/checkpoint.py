"""A checkpoint taken apart: which part lies where, and the config of each, told by the shapes of its tensors.

The layout is that of latent diffusion (CompVis, Stability AI). What no shape tells, a family's signature says. With
these configs diffusers does the rest, so that a file gives bit for bit what a folder of the same weights gives.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from studio.api import Excerpt, Signature
from studio.models import encoder_configs, network_configs
from studio.models.entry import DTYPES, refused
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ALLOWED, ComponentSpec, allowed
from studio.models.loaders.tensor import Tensor, WeightsHeader
from studio.models.network_configs import count

NETWORK = "model.diffusion_model."
HEAD = 64
"""Numbers that one head of attention sees, in CLIP and in every UNet since Stable Diffusion 2."""
TIME_IDS = {True: 6, False: 5}
"""What SDXL is told of a picture besides words; the refiner, of one text encoder, gets a score for two of them."""

STRANGE = (LookupError, ValueError, StopIteration, TypeError, ArithmeticError)
"""What readers of configs run into when tensors are not what they look like."""
Config = dict[str, Any]
Tensors = Mapping[str, Tensor]


def take_apart(
    path: Path, header: WeightsHeader, signature: Signature, allows: tuple[str, ...]
) -> dict[str, ComponentSpec]:
    """The components of the checkpoint. Raises UserError when it lacks something."""
    return {
        part: _component(path, header, signature, part, excerpt, allows) for part, excerpt in signature.parts.items()
    }


def configs(components: Mapping[str, ComponentSpec]) -> dict[str, Config]:
    """By part, with the class's name as schedulers keep it."""
    return {
        part: {**json.loads(spec.section.config), "_class_name": spec.class_name}
        for part, spec in components.items()
        if spec.section
    }


def _component(
    path: Path, header: WeightsHeader, signature: Signature, part: str, excerpt: Excerpt, allows: tuple[str, ...]
) -> ComponentSpec:
    library = "transformers" if excerpt.class_name in ALLOWED["transformers"] else "diffusers"
    if not allowed(library, excerpt.class_name, allows):
        raise refused(path, "its part {} would be a {}, a class that is not allowed", repr(part), excerpt.class_name)
    config = dict(excerpt.config)
    if not excerpt.prefix:
        return ComponentSpec(library, excerpt.class_name, path, "", CheckpointSection(_json(config)))
    whole = section_at(header, excerpt)
    own = whole.of(header)
    if not own.tensors:
        raise refused(path, "it lacks the tensors of its part {}", repr(part))
    read = READERS.get(excerpt.class_name)
    if read is None:
        raise refused(path, "nothing here can take a {} out of a checkpoint", excerpt.class_name)
    skipped = config.pop("skipped_layers", 0)
    tensors = {whole.rest(name): tensor for name, tensor in own.tensors.items()}
    try:
        found = read(tensors)
        without = _skip(found, skipped)
        if "addition_embed_type" in found and "text_encoder_2" in signature.parts:
            found["addition_time_embed_dim"] = _time_width(header, signature, found)
    except STRANGE:
        raise refused(
            path,
            "its part {} is not laid out like that of {}, or is not all there; get the folder in the layout of "
            "diffusers, the one with model_index.json",
            repr(part), signature.title,
        ) from None  # fmt: skip
    section = CheckpointSection(_json(found | config), excerpt.prefix, without, whole.renamed)
    return ComponentSpec(library, excerpt.class_name, path, DTYPES.get(own.dtype(), "float32"), section)


def section_at(header: WeightsHeader, excerpt: Excerpt) -> CheckpointSection:
    """Where the part lies: files of a network alone mostly leave out what checkpoints put before its names."""
    section = CheckpointSection("", excerpt.prefix, renamed=excerpt.renamed)
    if excerpt.prefix == NETWORK and not any(map(section.holds, header.tensors)):
        return CheckpointSection("", NETWORK, renamed=("", NETWORK))
    return section


def _json(config: Config) -> str:
    return json.dumps(config, sort_keys=True)


# ---- the UNet: input_blocks go down, output_blocks come up


def _unet(tensors: Tensors) -> Config:
    levels, downs = [[]], 0  # type: list[list[int]], int
    for number in range(1, count(tensors, "input_blocks.")):
        if f"input_blocks.{number}.0.op.weight" in tensors:
            levels.append([])
            downs += 1
        else:
            levels[-1].append(number)
    attends = [f"input_blocks.{level[0]}.1.proj_in.weight" in tensors for level in levels]
    widths = [tensors[f"input_blocks.{level[0]}.0.in_layers.2.weight"].shape[0] for level in levels]
    proj = next(tensor for name, tensor in tensors.items() if name.endswith(".proj_in.weight"))
    words = next(tensor for name, tensor in tensors.items() if name.endswith(".attn2.to_k.weight"))
    linear = len(proj.shape) == 2
    config: Config = {
        "in_channels": tensors["input_blocks.0.0.weight"].shape[1],
        "out_channels": tensors["out.2.weight"].shape[0],
        "block_out_channels": widths,
        "layers_per_block": len(levels[0]),
        "down_block_types": ["CrossAttnDownBlock2D" if each else "DownBlock2D" for each in attends],
        "up_block_types": ["CrossAttnUpBlock2D" if each else "UpBlock2D" for each in reversed(attends)],
        "cross_attention_dim": words.shape[1],
        "use_linear_projection": linear,
        "transformer_layers_per_block": _depths(tensors, levels, attends),
    }
    if linear:
        config["attention_head_dim"] = [max(1, width // HEAD) for width in widths]
    if "label_emb.0.0.weight" in tensors:
        config["addition_embed_type"] = "text_time"
        config["projection_class_embeddings_input_dim"] = tensors["label_emb.0.0.weight"].shape[1]
    return config


def _depths(tensors: Tensors, levels: list[list[int]], attends: list[bool]) -> int | list[int]:
    """Transformer layers by level. The last level's number is that of the middle too, also where it has none itself."""
    middle = count(tensors, "middle_block.1.transformer_blocks.")
    depths = [
        count(tensors, f"input_blocks.{level[0]}.1.transformer_blocks.") if attention else 0
        for level, attention in zip(levels, attends, strict=True)
    ]
    depths[-1] = middle
    if len(set(depths) - {0}) == 1:
        return middle
    return [depth or 1 for depth in depths]


def _time_width(header: WeightsHeader, signature: Signature, unet: Config) -> int:
    """How many numbers stand for one of the ids that SDXL is told: what the pooled words leave, shared among them."""
    prefix = signature.parts["text_encoder_2"].prefix
    pooled = header.tensors[f"{prefix}text_projection"].shape[1]
    return (int(unet["projection_class_embeddings_input_dim"]) - pooled) // TIME_IDS["text_encoder" in signature.parts]


# ---- text encoders: CLIP as transformers lays it out, or as open_clip does


def _clip(tensors: Tensors) -> Config:
    open_clip = "positional_embedding" in tensors
    positions, words, layers, mlp = _OPEN_CLIP if open_clip else _TRANSFORMERS
    length, width = tensors[positions].shape
    config: Config = {
        "vocab_size": tensors[words].shape[0],
        "hidden_size": width,
        "max_position_embeddings": length,
        "num_hidden_layers": count(tensors, layers),
        "num_attention_heads": max(1, width // HEAD),
        "intermediate_size": tensors[f"{layers}0.{mlp}.weight"].shape[0],
        "projection_dim": width,
    }
    if "text_projection" in tensors:
        config["projection_dim"] = tensors["text_projection"].shape[1]
    if "text_projection.weight" in tensors:
        config["projection_dim"] = tensors["text_projection.weight"].shape[0]
    return config


_TRANSFORMERS = (
    "text_model.embeddings.position_embedding.weight", "text_model.embeddings.token_embedding.weight",
    "text_model.encoder.layers.", "mlp.fc1",
)  # fmt: skip
_OPEN_CLIP = ("positional_embedding", "token_embedding.weight", "transformer.resblocks.", "mlp.c_fc")


def _skip(config: Config, layers: int) -> tuple[str, ...]:
    """Leave the last layers of a text encoder out, and what comes after them. Returns the names' beginnings."""
    if not layers:
        return ()
    config["num_hidden_layers"] -= layers
    first = config["num_hidden_layers"]
    gone = (f"transformer.resblocks.{number}." for number in range(first, first + layers))
    return (*gone, "text_projection", "logit_scale")


READERS: dict[str, Callable[[Tensors], Config]] = {
    **network_configs.READERS,
    **encoder_configs.READERS,
    "UNet2DConditionModel": _unet,
    "AutoencoderKL": encoder_configs.vae,
    "CLIPTextModel": _clip,
    "CLIPTextModelWithProjection": _clip,
}
