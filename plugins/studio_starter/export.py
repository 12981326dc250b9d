"""The trained stages as one folder in the layout of a combined Kandinsky 2.2 pipeline of diffusers."""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPImageProcessorPil

from studio_starter import clip, convert, decoder, judge, prior, upscaler
from studio_starter import tokenizer as tokenizers
from studio_starter.caption import COLORS_ZH, NAMES, NAMES_ZH
from studio_starter.codec import CHANNELS, FILE
from studio_starter.data import LARGE, SIDE
from studio_starter.scale import Scale
from studio_starter.scene import COLORS, OBJECTS
from studio_starter.training import averaged

PARTS = {
    "unet": ("diffusers", "UNet2DConditionModel"),
    "scheduler": ("diffusers", "DPMSolverMultistepScheduler"),
    "movq": ("studio.engine.loaders.codec", "PatchCodec"),
    "prior_prior": ("diffusers", "PriorTransformer"),
    "prior_image_encoder": ("transformers", "CLIPVisionModelWithProjection"),
    "prior_text_encoder": ("transformers", "CLIPTextModelWithProjection"),
    "prior_tokenizer": ("transformers", "CLIPTokenizer"),
    "prior_scheduler": ("diffusers", "UnCLIPScheduler"),
    "prior_image_processor": ("transformers", "CLIPImageProcessorPil"),
}
DEFAULTS = {
    "width": LARGE, "height": LARGE, "steps": 20, "guidance_scale": 5.0, "prior_steps": 20,
    "prior_guidance_scale": 2.0,
}  # fmt: skip
SHARD = "14MB"


def export(work: Path, folder: Path, scale: Scale, dtype: torch.dtype = torch.bfloat16) -> None:
    """Everything into a new folder beside `folder`, which then takes its place; the model card is kept."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _clip(work, fresh, dtype)
    _decoder(work, fresh, scale, dtype)
    _prior(work, fresh, scale, dtype)
    _upscaler(work, fresh, dtype)
    _write(fresh / "model_index.json", {"_class_name": "KandinskyV22CombinedPipeline", **PARTS})
    _write(fresh / "studio.json", _about(dtype))
    if (folder / "README.md").exists():
        shutil.copy(folder / "README.md", fresh / "README.md")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def export_judge(work: Path, folder: Path) -> None:
    """The judge, in half precision: it is no part of the model."""
    folder.mkdir(parents=True, exist_ok=True)
    module = judge.Judge()
    module.load_state_dict(averaged(work, "judge"))
    _save(folder / "model.safetensors", module.state_dict(), torch.float16)


def _clip(work: Path, folder: Path, dtype: torch.dtype) -> None:
    words, module = tokenizers.load(work), clip.load(work)
    text, vision = convert.towers(module, words)
    text.to(dtype).save_pretrained(folder / "prior_text_encoder")
    vision.to(dtype).save_pretrained(folder / "prior_image_encoder")
    words.save_pretrained(folder / "prior_tokenizer")
    processor = CLIPImageProcessorPil(
        size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE}, image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
    )  # fmt: skip
    processor.save_pretrained(folder / "prior_image_processor")
    _write(folder / "clip" / "open_clip_config.json", convert.open_clip_config(len(words)))
    save_file({"logit_scale": module.logit_scale.detach().float()}, folder / "clip" / "logit_scale.safetensors")


def _decoder(work: Path, folder: Path, scale: Scale, dtype: torch.dtype) -> None:
    unet = decoder.build(clip.WIDTH, scale.decoder_channels)
    unet.load_state_dict(averaged(work, "decoder"))
    unet.to(dtype).save_pretrained(folder / "unet", max_shard_size=SHARD)
    decoder.scheduler().save_pretrained(folder / "scheduler")
    about = {"_class_name": "PatchCodec", "latent_channels": CHANNELS, "block_out_channels": [1, 1, 1]}
    _write(folder / "movq" / "config.json", about)
    _save(folder / "movq" / "diffusion_pytorch_model.safetensors", load_file(work / FILE), dtype)


def _prior(work: Path, folder: Path, scale: Scale, dtype: torch.dtype) -> None:
    model = prior.build(scale.prior_layers)
    size = load_file(work / "embedding.safetensors")
    weights = averaged(work, "prior") | {"clip_mean": size["mean"][None], "clip_std": size["std"][None]}
    model.load_state_dict(weights)
    model.to(dtype).save_pretrained(folder / "prior_prior", max_shard_size=SHARD)
    prior.scheduler().save_pretrained(folder / "prior_scheduler")


def _upscaler(work: Path, folder: Path, dtype: torch.dtype) -> None:
    module = upscaler.Compact()
    module.load_state_dict(averaged(work, "upscaler"))
    _save(folder / "upscaler" / "model.safetensors", module.state_dict(), dtype)


def _about(dtype: torch.dtype) -> dict[str, Any]:
    return {
        "title": "Starter",
        "license": "Apache-2.0",
        "family": "kandinsky22",
        "dtype": str(dtype).removeprefix("torch."),
        "defaults": DEFAULTS,
        "sizes": {"native": [LARGE, LARGE]},
        "native_size": SIDE,
        "upscaler": {"path": "upscaler/model.safetensors", "scale": upscaler.SCALE},
        "vocabulary": {
            "objects": {name: {"en": _each(NAMES[name]), "zh": _each(NAMES_ZH[name])} for name in OBJECTS},
            "colors": {name: {"en": [name], "zh": [f"{COLORS_ZH[name]}色", COLORS_ZH[name]]} for name in COLORS},
            "accessories": {"hat": {"en": ["hat"], "zh": ["帽子"], "on": ["cat"]}},
        },
        "languages": ["en", "zh"],
    }


def _each(names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(names))


def _write(file: Path, value: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _save(file: Path, weights: dict[str, torch.Tensor], dtype: torch.dtype) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: tensor.detach().to(dtype).contiguous() for name, tensor in weights.items()}, file, {"format": "pt"}
    )
