"""Kandinsky 2.2: the combined folder, and the decoder's beside the prior's."""

from studio.api import Companion, Family
from studio_families.shared import APACHE, BLEND, CREATE, ENGLISH, INPAINT, REFINE, VARY, parts

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
        languages=ENGLISH,
        classes=("KandinskyV22CombinedPipeline", "KandinskyV22Img2ImgCombinedPipeline"),
        parts=parts("unet", "scheduler", "movq") | {ours: f"prior_{key}" for ours, key in _KANDINSKY_PRIOR.items()},
        pipelines=dict.fromkeys((CREATE, REFINE, VARY, BLEND, INPAINT), ""),
        defaults=_KANDINSKY_DEFAULTS,
        weighs_words=True,
        schedulers=_KANDINSKY_SCHEDULERS,
        license=APACHE,
    ),
    Family(
        id="kandinsky22",
        title="Kandinsky 2.2",
        languages=ENGLISH,
        classes=("KandinskyV22Pipeline", "KandinskyV22Img2ImgPipeline"),
        parts=parts("unet", "scheduler", "movq"),
        pipelines=dict.fromkeys((CREATE, REFINE, VARY, BLEND, INPAINT), ""),
        defaults=_KANDINSKY_DEFAULTS,
        weighs_words=True,
        schedulers=_KANDINSKY_SCHEDULERS,
        license=APACHE,
        companion=Companion(
            classes=("KandinskyV22PriorPipeline",),
            parts=_KANDINSKY_PRIOR,
            fits=("unet.encoder_hid_dim", "image_encoder.projection_dim"),
            missing="it is a decoder, and no folder beside it holds a Kandinsky 2.2 prior that fits it",
        ),
    ),
)
