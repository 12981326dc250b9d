"""FLUX.1, FLUX.2, and Redux, which gives FLUX.1 a picture to vary."""

from studio.api import Companion, Family, Variant
from studio_families.shared import APACHE, BY_NAME, CREATE, FLOW_SCHEDULERS, FLUX_DEV, INPAINT, REFINE, VARY, few, parts

FLUX = (
    Family(
        id="flux",
        title="FLUX.1 dev",
        lora="FLUX.1",
        controls={
            "FluxControlNetModel": {
                CREATE: "FluxControlNetPipeline", REFINE: "FluxControlNetImg2ImgPipeline",
                INPAINT: "FluxControlNetInpaintPipeline",
            }
        },
        references=True,
        classes=("FluxPipeline", "FluxImg2ImgPipeline", "FluxInpaintPipeline"),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2", "transformer"),
        pipelines={
            CREATE: "FluxPipeline", REFINE: "FluxImg2ImgPipeline", INPAINT: "FluxInpaintPipeline", VARY: "",
        },
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 28, "guidance_scale": 3.5, "strength": 0.6},
        takes_negative=False,
        reader="tokenizer_2",
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        drafts=(CREATE,),
        license=FLUX_DEV,
        variants=(
            Variant(
                {"transformer.guidance_embeds": False},
                "FLUX.1 schnell",
                license=APACHE,
                defaults={"steps": 4, "guidance_scale": 0.0},
                call={"max_sequence_length": 256},
            ),
            *(few(BY_NAME[word], "FLUX.1 dev, Turbo or Hyper", 8, 3.5) for word in ("turbo", "hyper")),
        ),
    ),
    Family(
        id="flux-fill",
        title="FLUX.1 Fill",
        lora="FLUX.1",
        classes=("FluxFillPipeline",),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2", "transformer"),
        pipelines={INPAINT: "FluxFillPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 30.0, "strength": 1.0},
        takes_negative=False,
        reader="tokenizer_2",
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        license=FLUX_DEV,
    ),
    Family(
        id="flux-kontext",
        title="FLUX.1 Kontext",
        lora="FLUX.1",
        classes=("FluxKontextPipeline", "FluxKontextInpaintPipeline"),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "text_encoder_2", "tokenizer_2", "transformer"),
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
        schedulers=FLOW_SCHEDULERS,
        license=FLUX_DEV,
    ),
    Family(
        id="flux2",
        title="FLUX.2 dev",
        lora="FLUX.2",
        classes=("Flux2Pipeline",),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        pipelines={CREATE: "Flux2Pipeline", REFINE: "Flux2Pipeline"},
        allows=("Mistral3ForConditionalGeneration", "PixtralProcessor"),
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 4.0},
        takes_negative=False,
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        license="FLUX [dev] Non-Commercial License: pictures may be used, the model not commercially.",
    ),
    Family(
        id="flux2-klein",
        title="FLUX.2 klein",
        lora="FLUX.2",
        classes=("Flux2KleinPipeline", "Flux2KleinInpaintPipeline"),
        parts=parts("scheduler", "vae", "text_encoder", "tokenizer", "transformer"),
        pipelines={CREATE: "Flux2KleinPipeline", REFINE: "Flux2KleinPipeline", INPAINT: "Flux2KleinInpaintPipeline"},
        options=("is_distilled",),
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 4, "guidance_scale": 1.0},
        takes_negative=False,
        prompt_tokens=512,
        schedulers=FLOW_SCHEDULERS,
        license="Apache-2.0 (4B), FLUX Non-Commercial License (9B)",
        variants=(
            Variant({"index.is_distilled": False}, "FLUX.2 klein base", defaults={"steps": 50, "guidance_scale": 4.0}),
        ),
    ),
)

REDUX = (
    Family(
        id="flux-redux",
        title="FLUX.1 Redux",
        classes=("FluxPriorReduxPipeline",),
        parts={**parts("image_encoder", "image_embedder"), "image_processor": "feature_extractor"},
        pipelines={VARY: "FluxPriorReduxPipeline"},
        defaults={"width": 1024, "height": 1024, "multiple": 16, "steps": 50, "guidance_scale": 2.5},
        allows=("SiglipVisionModel", "SiglipImageProcessor", "SiglipImageProcessorPil"),
        schedulers=FLOW_SCHEDULERS,
        license=FLUX_DEV,
        companion=Companion(
            classes=("FluxPipeline", "FluxImg2ImgPipeline", "FluxInpaintPipeline"),
            parts=parts("scheduler", "vae", "transformer"),
            fits=("image_embedder.txt_in_features", "transformer.joint_attention_dim"),
            missing="it gives a FLUX.1 model a picture to vary, and no folder beside it holds such a model; put "
            "that of FLUX.1 dev there",
        ),
    ),
)
