"""Families that are told by name and refused: what each would need, and what to do instead.

With the other rows they cover every class that the three AutoPipelines of diffusers 0.42 know.
"""

from studio.api import Family


def _told(id: str, title: str, *classes: str, refusal: str) -> Family:
    return Family(id=id, title=title, classes=classes, parts={}, pipelines={}, refusal=refusal)


_CONTROLNET = (
    "StableDiffusionControlNetPipeline", "StableDiffusionControlNetImg2ImgPipeline",
    "StableDiffusionControlNetInpaintPipeline", "StableDiffusionXLControlNetPipeline",
    "StableDiffusionXLControlNetImg2ImgPipeline", "StableDiffusionXLControlNetInpaintPipeline",
    "StableDiffusionXLControlNetUnionPipeline", "StableDiffusionXLControlNetUnionImg2ImgPipeline",
    "StableDiffusionXLControlNetUnionInpaintPipeline", "StableDiffusion3ControlNetPipeline",
    "StableDiffusion3ControlNetInpaintingPipeline", "StableDiffusionControlNetPAGPipeline",
    "StableDiffusionControlNetPAGInpaintPipeline", "StableDiffusionXLControlNetPAGPipeline",
    "StableDiffusionXLControlNetPAGImg2ImgPipeline", "FluxControlNetPipeline", "FluxControlNetImg2ImgPipeline",
    "FluxControlNetInpaintPipeline", "QwenImageControlNetPipeline", "QwenImageControlNetInpaintPipeline",
    "ZImageControlNetPipeline", "ZImageControlNetInpaintPipeline", "HunyuanDiTControlNetPipeline",
    "SanaControlNetPipeline", "KandinskyV22ControlnetPipeline", "KandinskyV22ControlnetImg2ImgPipeline",
)  # fmt: skip
_CONTROL = (
    "FluxControlPipeline", "FluxControlImg2ImgPipeline", "FluxControlInpaintPipeline", "CogView4ControlPipeline",
)  # fmt: skip
_PAG = (
    "StableDiffusionPAGPipeline", "StableDiffusionPAGImg2ImgPipeline", "StableDiffusionPAGInpaintPipeline",
    "StableDiffusionXLPAGPipeline", "StableDiffusionXLPAGImg2ImgPipeline", "StableDiffusionXLPAGInpaintPipeline",
    "StableDiffusion3PAGPipeline", "StableDiffusion3PAGImg2ImgPipeline", "HunyuanDiTPAGPipeline",
    "PixArtSigmaPAGPipeline", "SanaPAGPipeline", "KolorsPAGPipeline",
)  # fmt: skip

ROWS = (
    _told(
        "controlnet",
        "a model with a ControlNet",
        *_CONTROLNET,
        refusal="it is a model with a ControlNet, which follows the edges, depth or poses of a second picture, and "
        "its weights lie apart here; add the folder of the model that it was made of, whose weights are the same, "
        "and its ControlNet besides, for “Follow a picture”",
    ),
    _told(
        "control",
        "a model that was trained to follow edges, depth or poses",
        *_CONTROL,
        refusal="it is a model that was trained to follow the edges, depth or poses of a second picture, which no "
        "task gives it; add the FLUX.1 dev folder instead, and a ControlNet for it, or the CogView4 folder",
    ),
    _told(
        "pag",
        "saved for perturbed-attention guidance (PAG)",
        *_PAG,
        refusal="it is saved for perturbed-attention guidance (PAG), which the studio does not do; add the folder "
        "of the model that it was made of, whose weights are the same",
    ),
    _told(
        "if",
        "DeepFloyd IF",
        "IFPipeline",
        "IFImg2ImgPipeline",
        "IFInpaintingPipeline",
        "IFSuperResolutionPipeline",
        "IFImg2ImgSuperResolutionPipeline",
        "IFInpaintingSuperResolutionPipeline",
        refusal="it is DeepFloyd IF, one of three models that work on each other's pixels, from 64 to 1024; add a "
        "model of another family, such as Stable Diffusion XL or FLUX.1",
    ),
    _told(
        "kandinsky21",
        "Kandinsky 2.1",
        "KandinskyCombinedPipeline",
        "KandinskyImg2ImgCombinedPipeline",
        "KandinskyInpaintCombinedPipeline",
        "KandinskyPipeline",
        "KandinskyImg2ImgPipeline",
        "KandinskyInpaintPipeline",
        "KandinskyPriorPipeline",
        refusal="it is Kandinsky 2.1, whose text encoder is a class of diffusers' own that its later versions have "
        "dropped; add Kandinsky 2.2 instead",
    ),
    _told(
        "wuerstchen",
        "Würstchen",
        "WuerstchenCombinedPipeline",
        "WuerstchenDecoderPipeline",
        "WuerstchenPriorPipeline",
        refusal="it is Würstchen, which diffusers has deprecated and will drop; add a model of another family, "
        "such as Stable Diffusion XL or FLUX.1",
    ),
    _told(
        "cascade",
        "Stable Cascade",
        "StableCascadeCombinedPipeline",
        "StableCascadeDecoderPipeline",
        "StableCascadePriorPipeline",
        refusal="it is Stable Cascade, whose two stages have step counts and guidance of their own, which no task "
        "can set; add a model of another family, such as Stable Diffusion XL or FLUX.1",
    ),
    _told(
        "kolors",
        "Kolors",
        "KolorsPipeline",
        "KolorsImg2ImgPipeline",
        refusal="it is Kolors, whose text encoder, a ChatGLM3, is a class of diffusers' own that transformers does not "
        "have; add a model of another family, such as Stable Diffusion XL, or Qwen-Image for Chinese words",
    ),
    _told(
        "glm-image",
        "GLM-Image",
        "GlmImagePipeline",
        refusal="it is GLM-Image, which writes a picture down with a language model first, and cannot be stopped "
        "meanwhile; add a model of another family, such as Stable Diffusion XL or FLUX.1",
    ),
    _told(
        "helios",
        "Helios",
        "HeliosPipeline",
        "HeliosPyramidPipeline",
        refusal="it is Helios, which makes videos; add a model of another family, such as Stable Diffusion XL or "
        "FLUX.1",
    ),
    _told(
        "prx",
        "PRX",
        "PRXPipeline",
        refusal="it is PRX, whose text encoder, the first half of a T5Gemma, the installed transformers does not "
        "open alone; add a model of another family, such as Stable Diffusion XL or FLUX.1",
    ),
    _told(
        "qwen-image-layered",
        "Qwen-Image-Layered",
        "QwenImageLayeredPipeline",
        refusal="it is Qwen-Image-Layered, which takes a picture apart into layers, and tasks have one picture for "
        "each seed; add Qwen-Image instead",
    ),
    _told(
        "z-image-omni",
        "Z-Image-Omni",
        "ZImageOmniPipeline",
        refusal="it is Z-Image-Omni, which looks at several pictures through a second encoder, and the studio "
        "gives it none; add Z-Image instead",
    ),
    _told(
        "hidream",
        "HiDream",
        "HiDreamImagePipeline",
        refusal="it is HiDream, whose fourth text encoder, a Llama, does not come with it; add a model of another "
        "family, such as Stable Diffusion XL or FLUX.1",
    ),
)
