"""Families of one diffusion transformer each: Z-Image, PixArt-Σ, Sana, Chroma."""

from studio.api import Family
from studio_families.shared import (
    APACHE,
    CREATE,
    ENGLISH,
    FLOW_SCHEDULERS,
    INPAINT,
    OPENRAIL_PLUS,
    REFINE,
    SIGMA_SCHEDULERS,
    parts,
)

TRANSFORMER = (
    Family(
        id="z-image",
        title="Z-Image",
        lora="Z-Image",
        controls={
            "ZImageControlNetModel": {CREATE: "ZImageControlNetPipeline", INPAINT: "ZImageControlNetInpaintPipeline"}
        },
        classes=("ZImagePipeline", "ZImageImg2ImgPipeline", "ZImageInpaintPipeline"),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        pipelines={CREATE: "ZImagePipeline", REFINE: "ZImageImg2ImgPipeline", INPAINT: "ZImageInpaintPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 9, "guidance_scale": 0.0, "strength": 0.6},
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        license=APACHE,
    ),
    Family(
        id="pixart-sigma",
        title="PixArt-Σ",
        languages=ENGLISH,
        classes=("PixArtSigmaPipeline",),
        parts=parts("tokenizer", "text_encoder", "vae", "transformer", "scheduler"),
        pipelines={CREATE: "PixArtSigmaPipeline"},
        # Binned sizes would be scaled and cropped to what was asked for.
        call={"use_resolution_binning": False, "clean_caption": False},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 20, "guidance_scale": 4.5},
        prompt_tokens=300,
        schedulers=SIGMA_SCHEDULERS,
        license=OPENRAIL_PLUS,
        native_size=True,
    ),
    Family(
        id="sana",
        title="Sana",
        lora="Sana",
        classes=("SanaPipeline",),
        parts=parts("tokenizer", "text_encoder", "vae", "transformer", "scheduler"),
        pipelines={CREATE: "SanaPipeline"},
        call={"use_resolution_binning": False},
        defaults={"width": 1024, "height": 1024, "multiple": 32, "steps": 20, "guidance_scale": 4.5},
        prompt_tokens=300,
        schedulers=("DPMSolverMultistepScheduler", *FLOW_SCHEDULERS),
        license="NSCL v2-custom (weights): non-commercial use; Gemma Terms of Use (text encoder)",
    ),
    Family(
        id="chroma",
        title="Chroma",
        languages=ENGLISH,
        lora="Chroma",
        classes=("ChromaPipeline", "ChromaImg2ImgPipeline"),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        # ChromaInpaintPipeline of diffusers 0.42 asks its transformer for a guidance_embeds that no Chroma has.
        pipelines={CREATE: "ChromaPipeline", REFINE: "ChromaImg2ImgPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 35, "guidance_scale": 5.0, "strength": 0.9},
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        license=APACHE,
    ),
)
