"""Generic rows: what diffusers 0.42 makes pictures of words with besides, called plainly, with its own defaults.

They are among the classes that AutoPipelineForText2Image knows. A plugin that brings a row for one of them replaces it.
"""

from collections.abc import Mapping
from typing import Any

from studio.api import Family

GENERIC = "generic"
FLOW, CREATE = ("FlowMatchEulerDiscreteScheduler",), "text-to-image"
PARTS = ("tokenizer", "text_encoder", "vae", "transformer", "scheduler")


def _row(
    title: str, name: str, allows: tuple[str, ...], steps: int, guidance_scale: float, tokens: int,
    *, side: int = 1024, parts: tuple[str, ...] = PARTS, multiple: int = 16, **more: Any,
) -> Family:  # fmt: skip
    defaults: Mapping[str, Any] = {
        "width": side, "height": side, "multiple": multiple, "steps": steps, "guidance_scale": guidance_scale,
    }  # fmt: skip
    return Family(
        id=GENERIC, title=title, classes=(name,), parts={part: part for part in parts}, pipelines={CREATE: name},
        allows=allows, defaults=defaults, prompt_tokens=tokens, **{"schedulers": FLOW, **more},
    )  # fmt: skip


ROWS = (
    _row(
        "PixArt-α", "PixArtAlphaPipeline", (), 20, 4.5, 120, native_size=True,
        call={"use_resolution_binning": False, "clean_caption": False}, schedulers=("DPMSolverMultistepScheduler",),
        license="CreativeML Open RAIL++-M: free to use, with restrictions on harmful uses.",
    ),
    _row(
        "Latent consistency model", "LatentConsistencyModelPipeline", (), 4, 8.5, 77, side=768, multiple=8,
        parts=("vae", "text_encoder", "tokenizer", "unet", "scheduler"), long_prompts=True, native_size=True,
        init={"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False},
        takes_negative=False, schedulers=("LCMScheduler",),
    ),
    _row("Lumina-Image 2.0", "Lumina2Pipeline", ("Lumina2Transformer2DModel",), 30, 4.0, 256, license="Apache-2.0"),
    _row("Ovis-Image", "OvisImagePipeline", ("OvisImageTransformer2DModel",), 50, 5.0, 256, license="Apache-2.0"),
    _row(
        "Hunyuan-DiT", "HunyuanDiTPipeline", ("HunyuanDiT2DModel", "BertModel", "BertTokenizer", "BertTokenizerFast"),
        50, 5.0, 77, parts=(*PARTS, "text_encoder_2", "tokenizer_2"), reader="tokenizer_2",
        init={"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False},
        call={"use_resolution_binning": False}, schedulers=("DDPMScheduler",),
        license="Tencent Hunyuan Community License",
    ),
    _row(
        "CogView4", "CogView4Pipeline", ("CogView4Transformer2DModel", "GlmModel", "PreTrainedTokenizerFast"),
        50, 5.0, 1024, multiple=32, license="Apache-2.0",
    ),
    _row(
        "Kandinsky 3", "Kandinsky3Pipeline", ("Kandinsky3UNet",), 25, 3.0, 128, multiple=64,
        parts=("tokenizer", "text_encoder", "unet", "scheduler", "movq"), schedulers=("DDPMScheduler",),
        license="Apache-2.0",
    ),
)  # fmt: skip
