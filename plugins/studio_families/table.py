"""The table of families: what diffusers 0.42 runs in one pipeline, and Kandinsky 2.2.

Defaults are those of the pipelines, or of the model cards where these differ; sizes in pixels.
"""

from dataclasses import replace

from studio.api import Family, Upscaler
from studio_families import generic, refusal
from studio_families.checkpoint import FILES
from studio_families.flux import FLUX, REDUX
from studio_families.kandinsky import KANDINSKY
from studio_families.qwen import QWEN
from studio_families.shared import INPAINT, UPSCALE
from studio_families.stable_diffusion import STABLE, UNCLIP
from studio_families.transformer import TRANSFORMER

# The same parts with a UNet that sees the picture and the mask besides; it can do nothing else.
INPAINTING = tuple(
    replace(row, title=f"{row.title}, for inpainting", classes=(name,), pipelines={INPAINT: row.pipelines[INPAINT]},
            controls={each: {INPAINT: made[INPAINT]} for each, made in row.controls.items() if INPAINT in made},
            references=row.references)
    for row, name in (
        (KANDINSKY[0], "KandinskyV22InpaintCombinedPipeline"),
        (KANDINSKY[1], "KandinskyV22InpaintPipeline"),
        (STABLE[0], "StableDiffusionInpaintPipeline"),
        (STABLE[1], "StableDiffusionXLInpaintPipeline"),
        (STABLE[3], "StableDiffusion3InpaintPipeline"),
    )
)

ROWS = (*KANDINSKY, *STABLE, *UNCLIP, *FLUX, *QWEN, *TRANSFORMER, *REDUX, *INPAINTING, *refusal.ROWS, *generic.ROWS)
UPSCALERS = (
    Upscaler("upscalers", "upscaler-x{}", UPSCALE, alone=True),
    Upscaler("upscaler", "upscaler", UPSCALE, scale="upscaler_scale"),
)
"""Those for people's own pictures, by their factor; and the one that finishes what a model makes, which serves as such
where there are no others."""
LONE_UPSCALER = Family("upscaler", "Upscaler", (), {}, {UPSCALE: ""}, file_part="upscaler")

FAMILIES = tuple(replace(row, files=FILES.get(row.classes[0], ()), upscalers=UPSCALERS) for row in ROWS)
