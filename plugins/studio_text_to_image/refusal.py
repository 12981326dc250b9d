"""Families that are told by name and refused: what each would need, and what to do instead.

With the other rows they cover every class that the three AutoPipelines of diffusers 0.42 know.
"""

from studio.api import Family


def _told(id: str, title: str, why: str, *classes: str) -> Family:
    return Family(id=id, title=title, classes=classes, parts={}, pipelines={}, refusal=f"it is {title}, {why}")


_BASE = "add the folder of the model that it was made of, whose weights are the same"
_OTHER = "add a model of another family, such as Stable Diffusion XL or FLUX.1"

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
        "controlnet", "a model with a ControlNet",
        f"which follows the edges, depth or poses of a second picture, and the studio gives it none yet; {_BASE}",
        *_CONTROLNET,
    ),
    _told(
        "control", "a model that was trained to follow edges, depth or poses",
        "of a second picture, and the studio gives it none yet; add the FLUX.1 dev or CogView4 folder instead",
        *_CONTROL,
    ),
    _told(
        "pag", "saved for perturbed-attention guidance (PAG)",
        f"which the studio does not do; {_BASE}", *_PAG,
    ),
    _told(
        "if", "DeepFloyd IF", f"one of three models that work on each other's pixels, from 64 to 1024; {_OTHER}",
        "IFPipeline", "IFImg2ImgPipeline", "IFInpaintingPipeline", "IFSuperResolutionPipeline",
        "IFImg2ImgSuperResolutionPipeline", "IFInpaintingSuperResolutionPipeline",
    ),
    _told(
        "kandinsky21", "Kandinsky 2.1",
        "whose text encoder is a class of diffusers' own that its later versions dropped; add Kandinsky 2.2 instead",
        "KandinskyCombinedPipeline", "KandinskyImg2ImgCombinedPipeline", "KandinskyInpaintCombinedPipeline",
        "KandinskyPipeline", "KandinskyImg2ImgPipeline", "KandinskyInpaintPipeline", "KandinskyPriorPipeline",
    ),
    _told(
        "wuerstchen", "Würstchen", f"which diffusers has deprecated and will drop; {_OTHER}",
        "WuerstchenCombinedPipeline", "WuerstchenDecoderPipeline", "WuerstchenPriorPipeline",
    ),
    _told(
        "cascade", "Stable Cascade",
        f"whose two stages have step counts and guidance of their own, which no task can set; {_OTHER}",
        "StableCascadeCombinedPipeline", "StableCascadeDecoderPipeline", "StableCascadePriorPipeline",
    ),
    _told(
        "glm-image", "GLM-Image",
        f"which writes a picture down with a language model first, and cannot be stopped meanwhile; {_OTHER}",
        "GlmImagePipeline",
    ),
    _told(
        "helios", "Helios", f"which makes videos; {_OTHER}", "HeliosPipeline", "HeliosPyramidPipeline",
    ),
    _told(
        "prx", "PRX",
        f"whose text encoder, the first half of a T5Gemma, the installed transformers does not open alone; {_OTHER}",
        "PRXPipeline",
    ),
    _told(
        "qwen-image-layered", "Qwen-Image-Layered",
        "which takes a picture apart into layers, and tasks have one picture for each seed; add Qwen-Image instead",
        "QwenImageLayeredPipeline",
    ),
    _told(
        "z-image-omni", "Z-Image-Omni",
        "which looks at several pictures through a second encoder, and the studio gives it none; add Z-Image instead",
        "ZImageOmniPipeline",
    ),
    _told(
        "hidream", "HiDream", f"whose fourth text encoder, a Llama, does not come with it; {_OTHER}",
        "HiDreamImagePipeline",
    ),
)  # fmt: skip
