"""Generic rows: what diffusers 0.42 makes pictures of words with besides, called plainly, with its own defaults.

They are among the classes that AutoPipelineForText2Image knows. A plugin that brings a row for one of them replaces it.
"""

from typing import Any

from studio.api import Family, Variant
from studio_families.shared import APACHE, CREATE, ENGLISH, FLOW_SCHEDULERS, OPENRAIL_PLUS, REFINE

GENERIC = "generic"
PARTS = ("tokenizer", "text_encoder", "vae", "transformer", "scheduler")
_QWEN3_VL = ("Qwen3VLForConditionalGeneration", "Qwen3VLProcessor")


def _row(
    title: str, name: str, allows: tuple[str, ...], steps: int, guidance_scale: float, tokens: int,
    *, side: int = 1024, parts: tuple[str, ...] = PARTS, multiple: int = 16, refines: str = "",
    strength: float | None = None, **more: Any,
) -> Family:  # fmt: skip
    """`refines`: the pipeline that starts from a picture, `strength` its default."""
    defaults: dict[str, Any] = {
        "width": side, "height": side, "multiple": multiple, "steps": steps, "guidance_scale": guidance_scale,
    }  # fmt: skip
    return Family(
        id=GENERIC, title=title, classes=(name, refines) if refines else (name,), parts={part: part for part in parts},
        pipelines={CREATE: name} | ({REFINE: refines} if refines else {}), allows=allows,
        defaults=defaults | ({} if strength is None else {"strength": strength}), prompt_tokens=tokens,
        **{"schedulers": FLOW_SCHEDULERS, **more},
    )  # fmt: skip


ROWS = (
    _row(
        "PixArt-α", "PixArtAlphaPipeline", (), 20, 4.5, 120, native_size=True, languages=ENGLISH,
        call={"use_resolution_binning": False, "clean_caption": False}, schedulers=("DPMSolverMultistepScheduler",),
        variants=(
            Variant(
                {"scheduler._class_name": "LCMScheduler"}, "PixArt-α, latent consistency",
                defaults={"steps": 4, "guidance_scale": 0.0},
            ),
        ),
        license=OPENRAIL_PLUS,
    ),
    _row(
        "Latent consistency model", "LatentConsistencyModelPipeline", (), 4, 8.5, 77, side=768, multiple=8,
        refines="LatentConsistencyModelImg2ImgPipeline", strength=0.8,
        parts=("vae", "text_encoder", "tokenizer", "unet", "scheduler"), long_prompts=True, native_size=True,
        init={"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False},
        takes_negative=False, schedulers=("LCMScheduler",), languages=ENGLISH,
    ),
    _row(
        "Lumina-Next", "LuminaPipeline", ("LuminaNextDiT2DModel", "GemmaModel"), 30, 4.0, 256,
        call={"clean_caption": False}, license=APACHE,
    ),
    _row("Lumina-Image 2.0", "Lumina2Pipeline", ("Lumina2Transformer2DModel",), 30, 4.0, 256, license=APACHE),
    _row(
        "AuraFlow", "AuraFlowPipeline", ("AuraFlowTransformer2DModel", "UMT5EncoderModel", "LlamaTokenizerFast"),
        50, 3.5, 256, license=APACHE,
    ),
    _row("Ovis-Image", "OvisImagePipeline", ("OvisImageTransformer2DModel",), 50, 5.0, 256, license=APACHE),
    _row(
        "Hunyuan-DiT", "HunyuanDiTPipeline", ("HunyuanDiT2DModel", "BertModel", "BertTokenizer", "BertTokenizerFast"),
        50, 5.0, 256, parts=(*PARTS, "text_encoder_2", "tokenizer_2"), reader="tokenizer_2",
        init={"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False},
        call={"use_resolution_binning": False}, schedulers=("DDPMScheduler",),
        license="Tencent Hunyuan Community License",
    ),
    _row(
        "CogView3-Plus", "CogView3PlusPipeline", ("CogView3PlusTransformer2DModel", "CogVideoXDDIMScheduler"),
        50, 5.0, 224, schedulers=("CogVideoXDDIMScheduler",), license=APACHE, languages=ENGLISH,
    ),
    _row(
        "CogView4", "CogView4Pipeline",
        ("CogView4Transformer2DModel", "GlmModel", "PreTrainedTokenizerFast", "TokenizersBackend"),
        50, 5.0, 1024, multiple=32, license=APACHE,
    ),
    _row(
        "Kandinsky 3", "Kandinsky3Pipeline", ("Kandinsky3UNet",), 25, 3.0, 128, multiple=64,
        refines="Kandinsky3Img2ImgPipeline", strength=0.3,
        parts=("tokenizer", "text_encoder", "unet", "scheduler", "movq"), schedulers=("DDPMScheduler",),
        license=APACHE, languages=ENGLISH,
    ),
    _row(
        "Krea 2", "Krea2Pipeline", ("Krea2Transformer2DModel", "Qwen3VLModel"), 28, 4.5, 512,
        options=("is_distilled", "text_encoder_select_layers", "patch_size"), empty_negative="",
        variants=(
            Variant({"index.is_distilled": True}, "Krea 2, distilled", defaults={"steps": 8, "guidance_scale": 0.0}),
        ),
    ),
    _row(
        "Ideogram 4", "Ideogram4Pipeline", ("Ideogram4Transformer2DModel", "Qwen3VLModel"), 48, 7.0, 2000, side=2048,
        parts=(*PARTS, "unconditional_transformer"), takes_negative=False, cuts_prompts=True, regions=False,
        call={"guidance_schedule": None},  # one guidance scale for any number of steps; the schedule is made for 48
    ),
    _row(
        "Nucleus-Image", "NucleusMoEImagePipeline", ("NucleusMoEImageTransformer2DModel", *_QWEN3_VL), 50, 4.0, 1024,
        parts=("processor", "text_encoder", "vae", "transformer", "scheduler"), reader="processor",
    ),
    _row(
        "Qwen-Image 2.1", "QwenImage21Pipeline",
        ("QwenImage21Transformer2DModel", "AutoencoderKLQwenImage21", *_QWEN3_VL), 40, 1.0, 4096, multiple=32,
        parts=("processor", "text_encoder", "vae", "transformer", "scheduler"), reader="processor",
        guidance="true_cfg_scale", options=("sample_sigmas",), regions=False,
    ),
)  # fmt: skip
