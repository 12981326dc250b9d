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
from studio_starter.codec import CHANNELS, FILE
from studio_starter.scale import PICTURE, Scale
from studio_starter.training import averaged
from studio_starter.world import LANGUAGES

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
    "width": PICTURE, "height": PICTURE, "steps": 20, "guidance_scale": decoder.GUIDANCE, "prior_steps": 20,
    "prior_guidance_scale": 3.0,
}  # fmt: skip
SHARD = "14MB"


def export(work: Path, folder: Path, scale: Scale, dtype: torch.dtype = torch.bfloat16) -> None:
    """Everything into a new folder beside `folder`, which then takes its place; the model card is kept."""
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _clip(work, fresh, scale, dtype)
    _decoder(work, fresh, scale, dtype)
    _prior(work, fresh, scale, dtype)
    _upscaler(work, fresh, scale, dtype)
    _enlargers(work, fresh, scale)
    _write(fresh / "model_index.json", {"_class_name": "KandinskyV22CombinedPipeline", **PARTS})
    (fresh / "studio.json").write_text(as_json(_about(scale, dtype)) + "\n", "utf-8")
    if (folder / "README.md").exists():
        shutil.copy(folder / "README.md", fresh / "README.md")
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def export_judge(work: Path, folder: Path, scale: Scale) -> None:
    """The judge, in half precision, and what its answers mean: it is no part of the model."""
    folder.mkdir(parents=True, exist_ok=True)
    module = judge.Judge(scale)
    module.load_state_dict(averaged(work, "judge"))
    _save(folder / "model.safetensors", module.state_dict(), torch.float16)
    _write(folder / judge.ANSWERS, dict(scale.world.facts))


def _clip(work: Path, folder: Path, scale: Scale, dtype: torch.dtype) -> None:
    words, module = tokenizers.load(work), clip.load(work, scale)
    text, vision = convert.towers(module, words, scale)
    text.to(dtype).save_pretrained(folder / "prior_text_encoder")
    vision.to(dtype).save_pretrained(folder / "prior_image_encoder")
    words.save_pretrained(folder / "prior_tokenizer")
    processor = CLIPImageProcessorPil(
        size={"shortest_edge": scale.side}, crop_size={"height": scale.side, "width": scale.side}, image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
    )  # fmt: skip
    processor.save_pretrained(folder / "prior_image_processor")
    _write(folder / "clip" / "open_clip_config.json", convert.open_clip_config(len(words), scale))
    save_file({"logit_scale": module.logit_scale.detach().float()}, folder / "clip" / "logit_scale.safetensors")


def _decoder(work: Path, folder: Path, scale: Scale, dtype: torch.dtype) -> None:
    unet = decoder.build(scale)
    unet.load_state_dict(averaged(work, "decoder"))
    unet.to(dtype).save_pretrained(folder / "unet", max_shard_size=SHARD)
    decoder.scheduler().save_pretrained(folder / "scheduler")
    about = {"_class_name": "PatchCodec", "latent_channels": CHANNELS, "block_out_channels": [1, 1, 1]}
    _write(folder / "movq" / "config.json", about)
    _save(folder / "movq" / "diffusion_pytorch_model.safetensors", load_file(work / FILE), dtype)


def _prior(work: Path, folder: Path, scale: Scale, dtype: torch.dtype) -> None:
    model = prior.build(scale)
    size = load_file(work / "embedding.safetensors")
    weights = averaged(work, "prior") | {"clip_mean": size["mean"][None], "clip_std": size["std"][None]}
    model.load_state_dict(weights)
    model.to(dtype).save_pretrained(folder / "prior_prior", max_shard_size=SHARD)
    prior.scheduler().save_pretrained(folder / "prior_scheduler")


def _upscaler(work: Path, folder: Path, scale: Scale, dtype: torch.dtype) -> None:
    weights = averaged(work, "upscaler")
    upscaler.Compact(scale.factor, scale.upscaler_layers).load_state_dict(weights)
    _save(folder / "upscaler" / "model.safetensors", weights, dtype)


def _enlargers(work: Path, folder: Path, scale: Scale) -> None:
    """The upscalers for people's own pictures, in full precision: bfloat16 would round pictures."""
    for file in enlargers(scale).values():
        _save(folder / file, averaged(work, file.split("/", maxsplit=1)[0]), torch.float32)


def enlargers(scale: Scale) -> dict[str, str]:
    """Factor -> file in the exported folder."""
    stages = [stage for stage in scale.plans if stage.startswith("upscaler-x")]
    return {stage.removeprefix("upscaler-x"): f"{stage}/model.safetensors" for stage in stages}


def _about(scale: Scale, dtype: torch.dtype) -> dict[str, Any]:
    return {
        "title": "Starter",
        "license": "Apache-2.0",
        "family": "kandinsky22",
        "dtype": str(dtype).removeprefix("torch."),
        "defaults": {**DEFAULTS, "reference_words": _reference_words(scale)},
        "sizes": {"native": [PICTURE, PICTURE]},
        "native_size": scale.side,
        "upscaler": {"path": "upscaler/model.safetensors", "scale": scale.factor},
        "upscalers": enlargers(scale),
        "world": scale.world.name,
        "vocabulary": scale.world.vocabulary,
        "phrasing": scale.world.phrasing,
        "languages": list(LANGUAGES),
    }


def _reference_words(scale: Scale) -> list[str]:
    """What "under the hood" compares a prompt with: things that the model draws, and some of its colours."""
    things, *others = scale.world.vocabulary.values()
    colors = next((words for words in others if "red" in words), ())
    return [*list(things)[:12], *(color for color in ("red", "yellow", "green", "blue") if color in colors)]


def as_json(value: Any, indent: str = "") -> str:
    """Indented, with each list on a line of its own."""
    if not isinstance(value, dict) or not value:
        return json.dumps(value, ensure_ascii=False)
    more = f"{indent}  "
    entries = [f"{more}{json.dumps(name)}: {as_json(entry, more)}" for name, entry in value.items()]
    return "{\n" + ",\n".join(entries) + f"\n{indent}}}"


def _write(file: Path, value: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _save(file: Path, weights: dict[str, torch.Tensor], dtype: torch.dtype) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file(
        {name: tensor.detach().to(dtype).contiguous() for name, tensor in weights.items()}, file, {"format": "pt"}
    )
