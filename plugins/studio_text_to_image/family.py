"""The built-in rows of the table of families: what diffusers 0.42 runs in one pipeline, and Kandinsky 2.2.

Defaults are those of the pipelines, or of the model cards where these differ; sizes in pixels.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from studio.api import Companion, Family, Variant
from studio_text_to_image import generic, refusal
from studio_text_to_image.checkpoint import FILES

CREATE, REFINE, VARY, INPAINT, UPSCALE = "text-to-image", "image-to-image", "variation", "inpaint", "upscale"

_SIGMA_SCHEDULERS = (
    "DDIMScheduler", "DDPMScheduler", "DEISMultistepScheduler", "DPMSolverMultistepScheduler",
    "DPMSolverSinglestepScheduler", "EulerAncestralDiscreteScheduler", "EulerDiscreteScheduler",
    "HeunDiscreteScheduler", "LCMScheduler", "LMSDiscreteScheduler", "PNDMScheduler", "UniPCMultistepScheduler",
)  # fmt: skip
_FLOW_SCHEDULERS = ("FlowMatchEulerDiscreteScheduler",)
_OPENRAIL = "CreativeML Open RAIL-M: free to use, with restrictions on harmful uses."
_OPENRAIL_PLUS = "CreativeML Open RAIL++-M: free to use, with restrictions on harmful uses."
_STABILITY = "Stability AI Community License: free below 1 million US dollars of yearly revenue."
_FLUX_DEV = "FLUX.1 [dev] Non-Commercial License: pictures may be used, the model not commercially."
_APACHE = "Apache-2.0"


_TRAILING = {"timestep_spacing": "trailing"}
_LIGHTNING = {"_class_name": "EulerDiscreteScheduler", **_TRAILING}
_TURBO = {"_class_name": "EulerAncestralDiscreteScheduler", **_TRAILING}
_HYPER = {"_class_name": "DDIMScheduler", **_TRAILING}
_CONSISTENCY = {"_class_name": "LCMScheduler"}
_QWEN_LIGHTNING = {
    "base_shift": math.log(3), "max_shift": math.log(3), "shift_terminal": None, "use_dynamic_shifting": True,
    "time_shift_type": "exponential",
}  # fmt: skip
"""What the cards of distilled models say of their schedulers; folders with merged weights often say otherwise."""


def _few(when: Mapping[str, Any], title: str, steps: int, guidance_scale: float, **more: Any) -> Variant:
    """A model that was distilled to few steps."""
    defaults = {"steps": steps, "guidance_scale": guidance_scale}
    return Variant(when, title, defaults=defaults, names_steps=True, **more)


def _parts(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_KANDINSKY_PRIOR = {
    "prior": "prior",
    "image_encoder": "image_encoder",
    "text_encoder": "text_encoder",
    "tokenizer": "tokenizer",
    "prior_scheduler": "scheduler",
    "image_processor": "image_processor",
}
_KANDINSKY_DEFAULTS = {
    "width": 512, "height": 512, "multiple": 64, "steps": 50, "guidance_scale": 4.0, "strength": 0.5,
    "prior_steps": 25, "prior_guidance_scale": 4.0,
}  # fmt: skip
_KANDINSKY_SCHEDULERS = ("DDIMScheduler", "DDPMScheduler", "DPMSolverMultistepScheduler", "LCMScheduler")

KANDINSKY = (
    Family(
        id="kandinsky22",
        title="Kandinsky 2.2",
        classes=("KandinskyV22CombinedPipeline", "KandinskyV22Img2ImgCombinedPipeline"),
        parts=_parts("unet", "scheduler", "movq") | {ours: f"prior_{key}" for ours, key in _KANDINSKY_PRIOR.items()},
        pipelines=dict.fromkeys((CREATE, REFINE, VARY, INPAINT), ""),
        defaults=_KANDINSKY_DEFAULTS,
        schedulers=_KANDINSKY_SCHEDULERS,
        license=_APACHE,
    ),
    Family(
        id="kandinsky22",
        title="Kandinsky 2.2",
        classes=("KandinskyV22Pipeline", "KandinskyV22Img2ImgPipeline"),
        parts=_parts("unet", "scheduler", "movq"),
        pipelines=dict.fromkeys((CREATE, REFINE, VARY, INPAINT), ""),
        defaults=_KANDINSKY_DEFAULTS,
        schedulers=_KANDINSKY_SCHEDULERS,
        license=_APACHE,
        companion=Companion(
            classes=("KandinskyV22PriorPipeline",),
            parts=_KANDINSKY_PRIOR,
            fits=("unet.encoder_hid_dim", "image_encoder.projection_dim"),
            missing="it is a decoder, and no folder beside it holds a Kandinsky 2.2 prior that fits it",
        ),
    ),
)

STABLE = (
    Family(
        id="sd15",
        title="Stable Diffusion 1.5",
        classes=("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline"),
        parts=_parts("vae", "text_encoder", "tokenizer", "unet", "scheduler"),
        pipelines={
            CREATE: "StableDiffusionPipeline",
            REFINE: "StableDiffusionImg2ImgPipeline",
            INPAINT: "StableDiffusionInpaintPipeline",
        },
        init={"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False},
        defaults={"width": 512, "height": 512, "multiple": 8, "steps": 30, "guidance_scale": 7.5, "strength": 0.8},
        long_prompts=True,
        schedulers=_SIGMA_SCHEDULERS,
        license=_OPENRAIL,
        native_size=True,
        variants=(
            _few({"scheduler._class_name": "LCMScheduler"}, "Stable Diffusion 1.5, latent consistency", 4, 1.0),
            _few(
                {"unet.cross_attention_dim": 1024, "scheduler.timestep_spacing": "trailing"},
                "SD Turbo",
                1,
                0.0,
                id="sd21",
                license=_STABILITY,
            ),
            _few(
                {"unet.cross_attention_dim": 1024, "folder.turbo": True},
                "SD Turbo",
                1,
                0.0,
                id="sd21",
                license=_STABILITY,
                scheduling=_LIGHTNING,
            ),
            Variant({"unet.cross_attention_dim": 1024}, "Stable Diffusion 2.1", id="sd21", license=_OPENRAIL_PLUS),
            _few({"folder.lcm": True}, "Stable Diffusion 1.5, latent consistency", 4, 1.0, scheduling=_CONSISTENCY),
            _few({"folder.hyper": True}, "Stable Diffusion 1.5, Hyper", 8, 0.0, scheduling=_HYPER),
        ),
    ),
    Family(
        id="sdxl",
        title="Stable Diffusion XL",
        classes=("StableDiffusionXLPipeline",),
        parts=_parts("vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "unet", "scheduler"),
        pipelines={
            CREATE: "StableDiffusionXLPipeline",
            REFINE: "StableDiffusionXLImg2ImgPipeline",
            INPAINT: "StableDiffusionXLInpaintPipeline",
        },
        init={"add_watermarker": False},
        options=("force_zeros_for_empty_prompt",),
        defaults={"width": 1024, "height": 1024, "multiple": 8, "steps": 30, "guidance_scale": 5.0, "strength": 0.6},
        long_prompts=True,
        schedulers=_SIGMA_SCHEDULERS,
        license=_OPENRAIL_PLUS,
        native_size=True,
        variants=(
            _few({"scheduler._class_name": "LCMScheduler"}, "Stable Diffusion XL, latent consistency", 4, 1.0),
            # Before the others: Hyper's card says trailing DDIM.
            _few({"folder.hyper": True}, "SDXL Hyper", 4, 0.0, scheduling=_HYPER),
            # Lightning says trailing Euler; Turbo trailing ancestral Euler, at 512 pixels.
            _few(
                {"scheduler._class_name": "EulerDiscreteScheduler", "scheduler.timestep_spacing": "trailing"},
                "SDXL Lightning",
                4,
                0.0,
            ),
            _few(
                {"scheduler._class_name": "EulerAncestralDiscreteScheduler", "scheduler.timestep_spacing": "trailing"},
                "SDXL Turbo",
                1,
                0.0,
                license=_STABILITY,
            ),
            _few({"folder.lightning": True}, "SDXL Lightning", 4, 0.0, scheduling=_LIGHTNING),
            _few({"folder.turbo": True}, "SDXL Turbo", 1, 0.0, license=_STABILITY, scheduling=_TURBO),
            _few({"folder.lcm": True}, "Stable Diffusion XL, latent consistency", 4, 1.0, scheduling=_CONSISTENCY),
        ),
    ),
    Family(
        id="sdxl-refiner",
        title="Stable Diffusion XL refiner",
        classes=("StableDiffusionXLImg2ImgPipeline",),
        parts=_parts("vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "unet", "scheduler"),
        optional=("text_encoder", "tokenizer"),
        pipelines={REFINE: "StableDiffusionXLImg2ImgPipeline"},
        init={"add_watermarker": False},
        options=("force_zeros_for_empty_prompt", "requires_aesthetics_score"),
        defaults={"width": 1024, "height": 1024, "multiple": 8, "steps": 30, "guidance_scale": 5.0, "strength": 0.3},
        reader="tokenizer_2",
        long_prompts=True,
        schedulers=_SIGMA_SCHEDULERS,
        license=_OPENRAIL_PLUS,
        native_size=True,
    ),
    Family(
        id="sd3",
        title="Stable Diffusion 3.5",
        classes=("StableDiffusion3Pipeline", "StableDiffusion3Img2ImgPipeline"),
        parts=_parts(
            "transformer",
            "scheduler",
            "vae",
            "text_encoder",
            "tokenizer",
            "text_encoder_2",
            "tokenizer_2",
            "text_encoder_3",
            "tokenizer_3",
        ),
        optional=("text_encoder_3", "tokenizer_3"),
        pipelines={
            CREATE: "StableDiffusion3Pipeline",
            REFINE: "StableDiffusion3Img2ImgPipeline",
            INPAINT: "StableDiffusion3InpaintPipeline",
        },
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 28, "guidance_scale": 4.5, "strength": 0.6},
        reader="tokenizer_3",
        prompt_tokens=256,
        variants=(_few({"folder.turbo": True}, "Stable Diffusion 3.5 Turbo", 4, 0.0),),
        schedulers=_FLOW_SCHEDULERS,
        license=_STABILITY,
    ),
    Family(
        id="sd-x4",
        title="Stable Diffusion x4 upscaler",
        classes=("StableDiffusionUpscalePipeline",),
        parts=_parts("vae", "text_encoder", "tokenizer", "unet", "low_res_scheduler", "scheduler"),
        pipelines=dict.fromkeys((REFINE, UPSCALE), "StableDiffusionUpscalePipeline"),
        init={"safety_checker": None, "feature_extractor": None},
        options=("max_noise_level",),
        defaults={"width": 128, "height": 128, "multiple": 8, "steps": 75, "guidance_scale": 9.0},
        long_prompts=True,
        schedulers=_SIGMA_SCHEDULERS,
        license=_OPENRAIL_PLUS,
    ),
)

UNCLIP = (
    Family(
        id="sd21-unclip",
        title="Stable Diffusion 2.1 unCLIP",
        classes=("StableUnCLIPImg2ImgPipeline",),
        parts=_parts(
            "vae", "text_encoder", "tokenizer", "unet", "scheduler", "image_encoder", "image_normalizer",
            "image_noising_scheduler",
        ) | {"image_processor": "feature_extractor"},
        pipelines={VARY: "StableUnCLIPImg2ImgPipeline"},
        defaults={"width": 768, "height": 768, "multiple": 8, "steps": 20, "guidance_scale": 10.0},
        schedulers=_SIGMA_SCHEDULERS,
        license=_OPENRAIL_PLUS,
        native_size=True,
    ),
)  # fmt: skip

FLOW = (
    Family(
        id="flux",
        title="FLUX.1 dev",
        classes=("FluxPipeline", "FluxImg2ImgPipeline", "FluxInpaintPipeline"),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2", "transformer"),
        pipelines={CREATE: "FluxPipeline", REFINE: "FluxImg2ImgPipeline", INPAINT: "FluxInpaintPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 28, "guidance_scale": 3.5, "strength": 0.6},
        takes_negative=False,
        reader="tokenizer_2",
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license=_FLUX_DEV,
        variants=(
            Variant(
                {"transformer.guidance_embeds": False},
                "FLUX.1 schnell",
                license=_APACHE,
                defaults={"steps": 4, "guidance_scale": 0.0},
                call={"max_sequence_length": 256},
            ),
            *(_few({f"folder.{word}": True}, "FLUX.1 dev, Turbo or Hyper", 8, 3.5) for word in ("turbo", "hyper")),
        ),
    ),
    Family(
        id="flux-fill",
        title="FLUX.1 Fill",
        classes=("FluxFillPipeline",),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2", "transformer"),
        pipelines={INPAINT: "FluxFillPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 30.0, "strength": 1.0},
        takes_negative=False,
        reader="tokenizer_2",
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license=_FLUX_DEV,
    ),
    Family(
        id="flux-kontext",
        title="FLUX.1 Kontext",
        classes=("FluxKontextPipeline", "FluxKontextInpaintPipeline"),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2", "transformer"),
        pipelines={
            CREATE: "FluxKontextPipeline",
            REFINE: "FluxKontextPipeline",
            INPAINT: "FluxKontextInpaintPipeline",
        },
        # It would bring every picture to one of a few sizes.
        call={"_auto_resize": False},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 28, "guidance_scale": 3.5},
        takes_negative=False,
        reader="tokenizer_2",
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license=_FLUX_DEV,
    ),
    Family(
        id="flux2",
        title="FLUX.2 dev",
        classes=("Flux2Pipeline",),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        pipelines={CREATE: "Flux2Pipeline", REFINE: "Flux2Pipeline"},
        allows=("Mistral3ForConditionalGeneration", "PixtralProcessor"),
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 4.0},
        takes_negative=False,
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license="FLUX [dev] Non-Commercial License: pictures may be used, the model not commercially.",
    ),
    Family(
        id="flux2-klein",
        title="FLUX.2 klein",
        classes=("Flux2KleinPipeline", "Flux2KleinInpaintPipeline"),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        pipelines={CREATE: "Flux2KleinPipeline", REFINE: "Flux2KleinPipeline", INPAINT: "Flux2KleinInpaintPipeline"},
        options=("is_distilled",),
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 4, "guidance_scale": 1.0},
        takes_negative=False,
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license="Apache-2.0 (4B), FLUX Non-Commercial License (9B)",
        variants=(
            Variant({"index.is_distilled": False}, "FLUX.2 klein base", defaults={"steps": 50, "guidance_scale": 4.0}),
        ),
    ),
    Family(
        id="qwen-image",
        title="Qwen-Image",
        classes=("QwenImagePipeline", "QwenImageImg2ImgPipeline", "QwenImageInpaintPipeline"),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        pipelines={
            CREATE: "QwenImagePipeline",
            REFINE: "QwenImageImg2ImgPipeline",
            INPAINT: "QwenImageInpaintPipeline",
        },
        defaults={"width": 1328, "height": 1328, "multiple": 16, "steps": 50, "guidance_scale": 4.0, "strength": 0.6},
        guidance="true_cfg_scale",
        empty_negative=" ",
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license=_APACHE,
        variants=(_few({"folder.lightning": True}, "Qwen-Image-Lightning", 8, 1.0, scheduling=_QWEN_LIGHTNING),),
    ),
    Family(
        id="qwen-image-edit",
        title="Qwen-Image-Edit",
        classes=("QwenImageEditPipeline", "QwenImageEditInpaintPipeline"),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "processor", "transformer"),
        # Its inpainting of diffusers 0.42 makes a million pixels whatever size it is told.
        pipelines={REFINE: "QwenImageEditPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 4.0},
        guidance="true_cfg_scale",
        empty_negative=" ",
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license=_APACHE,
        variants=(_few({"folder.lightning": True}, "Qwen-Image-Edit-Lightning", 8, 1.0, scheduling=_QWEN_LIGHTNING),),
    ),
    Family(
        id="qwen-image-edit",
        title="Qwen-Image-Edit 2509 and later",
        classes=("QwenImageEditPlusPipeline",),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "processor", "transformer"),
        pipelines={REFINE: "QwenImageEditPlusPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 40, "guidance_scale": 4.0},
        guidance="true_cfg_scale",
        empty_negative=" ",
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license=_APACHE,
        variants=(
            _few({"folder.lightning": True}, "Qwen-Image-Edit-Lightning 2509", 4, 1.0, scheduling=_QWEN_LIGHTNING),
        ),
    ),
    Family(
        id="z-image",
        title="Z-Image",
        classes=("ZImagePipeline", "ZImageImg2ImgPipeline", "ZImageInpaintPipeline"),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        pipelines={CREATE: "ZImagePipeline", REFINE: "ZImageImg2ImgPipeline", INPAINT: "ZImageInpaintPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 9, "guidance_scale": 0.0, "strength": 0.6},
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license=_APACHE,
    ),
    Family(
        id="pixart-sigma",
        title="PixArt-Σ",
        classes=("PixArtSigmaPipeline",),
        parts=_parts("tokenizer", "text_encoder", "vae", "transformer", "scheduler"),
        pipelines={CREATE: "PixArtSigmaPipeline"},
        # Binned sizes would be scaled and cropped to what was asked for.
        call={"use_resolution_binning": False, "clean_caption": False},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 20, "guidance_scale": 4.5},
        prompt_tokens=300,
        schedulers=_SIGMA_SCHEDULERS,
        license=_OPENRAIL_PLUS,
        native_size=True,
    ),
    Family(
        id="sana",
        title="Sana",
        classes=("SanaPipeline",),
        parts=_parts("tokenizer", "text_encoder", "vae", "transformer", "scheduler"),
        pipelines={CREATE: "SanaPipeline"},
        call={"use_resolution_binning": False},
        defaults={"width": 1024, "height": 1024, "multiple": 32, "steps": 20, "guidance_scale": 4.5},
        prompt_tokens=300,
        schedulers=("DPMSolverMultistepScheduler", *_FLOW_SCHEDULERS),
        license="NSCL v2-custom (weights): non-commercial use; Gemma Terms of Use (text encoder)",
    ),
    Family(
        id="chroma",
        title="Chroma",
        classes=("ChromaPipeline", "ChromaImg2ImgPipeline"),
        parts=_parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        # ChromaInpaintPipeline of diffusers 0.42 asks its transformer for a guidance_embeds that no Chroma has.
        pipelines={CREATE: "ChromaPipeline", REFINE: "ChromaImg2ImgPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 35, "guidance_scale": 5.0, "strength": 0.9},
        prompt_tokens=512,
        schedulers=_FLOW_SCHEDULERS,
        license=_APACHE,
    ),
)

REDUX = (
    Family(
        id="flux-redux",
        title="FLUX.1 Redux",
        classes=("FluxPriorReduxPipeline",),
        parts={**_parts("image_encoder", "image_embedder"), "image_processor": "feature_extractor"},
        pipelines={VARY: "FluxPriorReduxPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 2.5},
        allows=("SiglipVisionModel", "SiglipImageProcessor", "SiglipImageProcessorPil"),
        schedulers=_FLOW_SCHEDULERS,
        license=_FLUX_DEV,
        companion=Companion(
            classes=("FluxPipeline", "FluxImg2ImgPipeline", "FluxInpaintPipeline"),
            parts=_parts("scheduler", "vae", "transformer"),
            fits=("image_embedder.txt_in_features", "transformer.joint_attention_dim"),
            missing="it gives a FLUX.1 model a picture to vary, and no folder beside it holds such a model; put "
            "that of FLUX.1 dev there",
        ),
    ),
)

# The same parts with a UNet that sees the picture and the mask besides; it can do nothing else.
INPAINTING = tuple(
    replace(row, title=f"{row.title}, for inpainting", classes=(name,), pipelines={INPAINT: row.pipelines[INPAINT]})
    for row, name in (
        (KANDINSKY[0], "KandinskyV22InpaintCombinedPipeline"),
        (KANDINSKY[1], "KandinskyV22InpaintPipeline"),
        (STABLE[0], "StableDiffusionInpaintPipeline"),
        (STABLE[1], "StableDiffusionXLInpaintPipeline"),
        (STABLE[3], "StableDiffusion3InpaintPipeline"),
    )
)

ROWS = (*KANDINSKY, *STABLE, *UNCLIP, *FLOW, *REDUX, *INPAINTING, *refusal.ROWS, *generic.ROWS)
FAMILIES = tuple(replace(row, files=FILES.get(row.classes[0], ())) for row in ROWS)
