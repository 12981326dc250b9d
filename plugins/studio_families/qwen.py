"""Qwen-Image and its editions for editing."""

from studio.api import Family
from studio_families.shared import APACHE, BY_NAME, CREATE, FLOW_SCHEDULERS, INPAINT, QWEN_LIGHTNING, REFINE, few, parts

QWEN = (
    Family(
        id="qwen-image",
        title="Qwen-Image",
        lora="Qwen-Image",
        controls={
            "QwenImageControlNetModel": {
                CREATE: "QwenImageControlNetPipeline", INPAINT: "QwenImageControlNetInpaintPipeline",
            }
        },
        classes=("QwenImagePipeline", "QwenImageImg2ImgPipeline", "QwenImageInpaintPipeline"),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        pipelines={
            CREATE: "QwenImagePipeline",
            REFINE: "QwenImageImg2ImgPipeline",
            INPAINT: "QwenImageInpaintPipeline",
        },
        defaults={"width": 1328, "height": 1328, "multiple": 16, "steps": 50, "guidance_scale": 4.0, "strength": 0.6},
        guidance="true_cfg_scale",
        empty_negative=" ",
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        drafts=(CREATE, REFINE),
        license=APACHE,
        variants=(few(BY_NAME["lightning"], "Qwen-Image-Lightning", 8, 1.0, scheduling=QWEN_LIGHTNING),),
    ),
    Family(
        id="qwen-image-edit",
        title="Qwen-Image-Edit",
        lora="Qwen-Image",
        classes=("QwenImageEditPipeline", "QwenImageEditInpaintPipeline"),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "processor", "transformer"),
        # Its inpainting of diffusers 0.42 makes a million pixels whatever size it is told.
        pipelines={REFINE: "QwenImageEditPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 4.0},
        guidance="true_cfg_scale",
        empty_negative=" ",
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        drafts=(REFINE,),
        license=APACHE,
        variants=(few(BY_NAME["lightning"], "Qwen-Image-Edit-Lightning", 8, 1.0, scheduling=QWEN_LIGHTNING),),
    ),
    Family(
        id="qwen-image-edit",
        title="Qwen-Image-Edit 2509 and later",
        lora="Qwen-Image",
        classes=("QwenImageEditPlusPipeline",),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "processor", "transformer"),
        pipelines={REFINE: "QwenImageEditPlusPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 40, "guidance_scale": 4.0},
        guidance="true_cfg_scale",
        empty_negative=" ",
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        drafts=(REFINE,),
        license=APACHE,
        variants=(few(BY_NAME["lightning"], "Qwen-Image-Edit-Lightning 2509", 4, 1.0, scheduling=QWEN_LIGHTNING),),
    ),
)
