"""The table of model families: what a model_index.json's class can do, which parts it has, its defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

TEXT_TO_IMAGE, VARIATION, INPAINT, UPSCALE = "text-to-image", "variation", "inpaint", "upscale"


@dataclass(frozen=True)
class Family:
    id: str
    title: str
    capabilities: tuple[str, ...]
    parts: Mapping[str, str]
    """Our name of a part -> its key in model_index.json."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    """Switches of the pipeline that model_index.json sets; handed on among the defaults."""


_KANDINSKY_DEFAULTS = {
    "width": 512, "height": 512, "multiple": 64, "steps": 50, "guidance_scale": 4.0,
    "prior_steps": 25, "prior_guidance_scale": 4.0,
}  # fmt: skip
_KANDINSKY_DECODER = {"unet": "unet", "scheduler": "scheduler", "movq": "movq"}
KANDINSKY_PRIOR = {
    "prior": "prior",
    "image_encoder": "image_encoder",
    "text_encoder": "text_encoder",
    "tokenizer": "tokenizer",
    "prior_scheduler": "scheduler",
    "image_processor": "image_processor",
}
_KANDINSKY_CAPABILITIES = (TEXT_TO_IMAGE, VARIATION, INPAINT)

FAMILIES: dict[str, Family] = {
    "KandinskyV22CombinedPipeline": Family(
        "kandinsky22",
        "Kandinsky 2.2",
        _KANDINSKY_CAPABILITIES,
        _KANDINSKY_DECODER | {ours: f"prior_{theirs}" for ours, theirs in KANDINSKY_PRIOR.items()},
        _KANDINSKY_DEFAULTS,
    ),
    # A decoder alone; the catalogue finds the prior's folder beside it.
    "KandinskyV22Pipeline": Family(
        "kandinsky22", "Kandinsky 2.2", _KANDINSKY_CAPABILITIES, _KANDINSKY_DECODER, _KANDINSKY_DEFAULTS
    ),
    "StableDiffusionPipeline": Family(
        "sd15",
        "Stable Diffusion 1.5",
        (TEXT_TO_IMAGE, INPAINT),
        {name: name for name in ("vae", "text_encoder", "tokenizer", "unet", "scheduler")},
        {"width": 512, "height": 512, "multiple": 8, "steps": 30, "guidance_scale": 7.5},
    ),
    "StableDiffusionXLPipeline": Family(
        "sdxl",
        "Stable Diffusion XL",
        (TEXT_TO_IMAGE, INPAINT),
        {
            name: name
            for name in ("vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "unet", "scheduler")
        },
        {"width": 1024, "height": 1024, "multiple": 8, "steps": 30, "guidance_scale": 5.0},
        ("force_zeros_for_empty_prompt",),
    ),
}
# The same parts with a UNet that sees the picture and the mask besides; it can do nothing else.
FAMILIES |= {
    name.replace(ending, f"Inpaint{ending}"): replace(FAMILIES[name], capabilities=(INPAINT,))
    for name, ending in (
        ("KandinskyV22CombinedPipeline", "CombinedPipeline"),
        ("KandinskyV22Pipeline", "Pipeline"),
        ("StableDiffusionPipeline", "Pipeline"),
        ("StableDiffusionXLPipeline", "Pipeline"),
    )
}
PRIOR_CLASS = "KandinskyV22PriorPipeline"
