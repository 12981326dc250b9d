"""A picture made by a task, and by what somebody would write who has only diffusers: how far are they apart?"""

import inspect
import json
import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from PIL import Image
from studio_families.table import FAMILIES
from studio_inpaint import Inpaint
from studio_text_to_image import Refine, TextToImage
from studio_variation import Vary
from studio_variation.verbs import IDEA_FROM
from zoo import ZOO

from studio import api
from studio.models.service import ModelService
from studio.testing import FakeContext

PROMPT, NEGATIVE = "a red mushroom on a blue background", "a house"
STEPS, STRENGTH, SEED = 4, 0.6, 7
STEPS_OF = {"qwen-image-edit": 2}
"""Of families that see a picture at a megapixel, however small it is."""
PRIOR_STEPS, PRIOR_GUIDANCE = 25, 4.0
TASKS: dict[str, type[Any]] = {
    "text-to-image": TextToImage, "image-to-image": Refine, "inpaint": Inpaint, "variation": Vary,
}  # fmt: skip
IDS = {"flux-schnell": "flux", "sd21": "sd15", "kandinsky": "kandinsky22", "qwen-image-edit-plus": "qwen-image-edit"}
"""Models of the zoo that are named neither after their family nor after their class."""
BLENDED = ("kandinsky22", "sd15", "sd21", "sdxl")
"""Families that our own loop repaints: with all of a picture masked it is diffusers' text to image."""

SCHEDULERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ddim": ("DDIMScheduler", {"clip_sample": False}),
    "ddpm": ("DDPMScheduler", {"clip_sample": False}),
    "deis": ("DEISMultistepScheduler", {}),
    "dpm++-2m": ("DPMSolverMultistepScheduler", {}),
    "dpm++-2m-karras": ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
    "dpm++-2m-sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler-ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
    "lcm": ("LCMScheduler", {}),
    "lms": ("LMSDiscreteScheduler", {}),
    "pndm": ("PNDMScheduler", {"skip_prk_steps": True}),
    "unipc": ("UniPCMultistepScheduler", {}),
}
"""As diffusers' own documentation makes them of a pipeline's scheduler."""
FLOW = {"prediction_type": "flow_prediction", "use_flow_sigmas": True}
SCHEDULED = {
    ("sd15", "text-to-image"): tuple(SCHEDULERS),
    ("sdxl", "text-to-image"): tuple(SCHEDULERS),
    ("sd21", "image-to-image"): ("dpm++-2m", "euler-ancestral", "heun"),
    ("pixart-sigma", "text-to-image"): ("dpm++-2m", "euler"),
    ("kandinsky", "text-to-image"): ("ddim", "ddpm", "lcm", "dpm++-2m", "dpm++-2m-karras", "dpm++-2m-sde"),
    ("kandinsky", "image-to-image"): ("lcm", "ddpm"),
    ("sana", "text-to-image"): ("dpm++-2m", "dpm++-2m-sde"),
    ("sd15", "inpaint"): ("ddim", "dpm++-2m", "euler-ancestral", "heun", "lcm", "lms", "unipc"),
    ("sdxl", "inpaint"): ("dpm++-2m-sde", "euler-ancestral"),
    ("kandinsky", "inpaint"): ("ddim", "ddpm", "dpm++-2m-sde", "lcm"),
    ("sd21-unclip", "variation"): ("ddim", "dpm++-2m", "euler-ancestral", "heun", "lcm"),
    ("kandinsky", "variation"): ("ddim", "ddpm", "dpm++-2m", "lcm"),
}  # fmt: skip
"""What is compared with other schedulers than the model's own."""


@dataclass(frozen=True)
class Compared:
    ours: Image.Image
    theirs: Image.Image
    previewed: bool

    @property
    def difference(self) -> int:
        return int(np.abs(np.asarray(self.ours).astype(int) - np.asarray(self.theirs).astype(int)).max())


def rows() -> list[tuple[str, str, str]]:
    """(name in the zoo, capability, scheduler) of all that can be compared."""
    own = [
        (name, each, "automatic") for name in ZOO for each in family_of(name).pipelines
        if not (each == "variation" and family_of(name).references)  # through an adapter: see test_variation_reference
    ]  # fmt: skip
    others = [(name, capability, each) for (name, capability), listed in SCHEDULED.items() for each in listed]
    return [row for row in (*own, *others) if row[1] in TASKS]


def family_of(name: str) -> api.Family:
    """The row for a model of the zoo; the first row of an id is the whole family."""
    return next(each for each in FAMILIES if name in each.classes or each.id == IDS.get(name, name))


def photograph_of(width: int, height: int) -> Image.Image:
    """Smooth, with a hard edge: it differs from its mirror images."""
    down, across = np.mgrid[0:height, 0:width]
    array = np.stack([down * 255 // height, across * 255 // width, (down + across > 70) * 200], axis=-1)
    return Image.fromarray(array.astype("uint8"))


def compare(
    folder: Path, service: ModelService, capability: str, picture: Image.Image, scheduler: str = "automatic"
) -> Compared:
    """Both ways, with the same seed; `picture` sets the size."""
    folder = for_painting(folder, picture) if capability == "inpaint" else folder
    with service.lease(api.Model(str(folder))) as lease:
        family, defaults = lease.about, lease.defaults
    mask = half_mask_of(picture) if family.id not in BLENDED else Image.new("L", picture.size, 255)
    task = TASKS[capability]()
    ctx = FakeContext(models=service, pictures={"picture": picture, "mask": mask}, previews=True)
    asked = _asked(capability, folder, picture, defaults, STEPS_OF.get(family.id, STEPS))
    asked |= {} if scheduler == "automatic" else {"scheduler": scheduler}
    (result,) = task.run(task.Params(**asked), ctx)
    if family.id == "kandinsky22":
        theirs = _kandinsky(folder, capability, picture, scheduler)
    elif family.id == "flux-redux":
        theirs = _redux(folder, picture)
    elif capability == "inpaint" and family.id in BLENDED:
        theirs = _directly(folder, family, "text-to-image", defaults, picture, mask, scheduler)
    else:
        theirs = _directly(folder, family, capability, defaults, picture, mask, scheduler)
    if capability == "inpaint":
        theirs = Image.composite(theirs, picture, mask)
    return Compared(result.image, theirs, any(step.preview is not None for step in ctx.steps))


def _asked(
    capability: str, folder: Path, picture: Image.Image, defaults: Mapping[str, Any], steps: int
) -> dict[str, Any]:
    call: dict[str, Any] = {"seed": SEED, "steps": steps, "model": str(folder)}
    if capability != "text-to-image":
        call["image"] = "picture"
    if capability != "inpaint":
        call["size"] = f"{picture.width}x{picture.height}"
    if capability == "variation":
        return call | {"distance": IDEA_FROM, "count": 1}
    call |= {"prompt": PROMPT, "negative_prompt": NEGATIVE}
    if capability == "image-to-image":
        return call | ({"strength": STRENGTH} if "strength" in defaults else {})
    # What is pasted in shall be what was made, without a softened seam.
    return call | ({"mask": "mask", "blend": 0, "grow": 0, "match_color": False} if capability == "inpaint" else {})


def half_mask_of(picture: Image.Image) -> Image.Image:
    """The right half is repainted; its edge lies between two cells of any codec."""
    mask = Image.new("L", picture.size)
    mask.paste(255, (picture.width // 2, 0, *picture.size))
    return mask


def for_painting(folder: Path, picture: Image.Image) -> Path:
    """A copy that was made for as many pixels as the picture has, so that it is worked on as it is."""
    copy = folder.with_name(f"{folder.name}-for-painting")
    if not copy.exists():
        shutil.copytree(folder, copy)
        side = round(math.sqrt(picture.width * picture.height))
        (copy / "studio.json").write_text(json.dumps({"defaults": {"width": side, "height": side}}))
    return copy


def _directly(
    folder: Path, family: api.Family, capability: str, defaults: Mapping[str, Any], picture: Image.Image,
    mask: Image.Image, scheduler: str = "automatic",
) -> Image.Image:  # fmt: skip
    made = getattr(diffusers, family.pipelines[capability])
    options = {"safety_checker": None} if "safety_checker" in inspect.signature(made.__init__).parameters else {}
    pipeline = made.from_pretrained(folder, dtype=torch.float32, **options)
    return asked(pipeline, family, capability, defaults, picture, mask, scheduler)


def asked(
    pipeline: Any, family: api.Family, capability: str, defaults: Mapping[str, Any], picture: Image.Image,
    mask: Image.Image, scheduler: str = "automatic",
) -> Image.Image:  # fmt: skip
    """What a pipeline of diffusers makes when it is asked as the family is."""
    takes = inspect.signature(pipeline.__call__).parameters
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            part.requires_grad_(False)  # for what can be trained some attention takes another way, with other last bits
    if scheduler != "automatic":
        pipeline.scheduler = _scheduler(scheduler, pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    call: dict[str, Any] = {
        "prompt": PROMPT, "num_inference_steps": STEPS_OF.get(family.id, STEPS),
        "generator": torch.Generator("cpu").manual_seed(SEED),
        family.guidance: float(defaults["guidance_scale"]), "width": picture.width, "height": picture.height,
        "max_area": picture.width * picture.height, "_auto_resize": False, **family.call,
    }  # fmt: skip
    if family.takes_negative:
        call["negative_prompt"] = NEGATIVE
    if capability == "variation":
        call |= {"prompt": "", "negative_prompt": None, "noise_level": 0}
    if capability != "text-to-image":
        call |= {"image": picture, "mask_image": mask}
        call["strength"] = STRENGTH if capability == "image-to-image" else 1.0
    return pipeline(**{name: value for name, value in call.items() if name in takes}).images[0]


def _redux(folder: Path, picture: Image.Image) -> Image.Image:
    prior = diffusers.FluxPriorReduxPipeline.from_pretrained(folder, dtype=torch.float32)
    words = dict.fromkeys(("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2"))
    flux = diffusers.FluxPipeline.from_pretrained(folder.parent / "flux-for-redux", dtype=torch.float32, **words)
    flux.set_progress_bar_config(disable=True)
    return flux(
        **prior(picture), width=picture.width, height=picture.height, num_inference_steps=STEPS, guidance_scale=2.5,
        generator=torch.Generator("cpu").manual_seed(SEED),
    ).images[0]  # fmt: skip


def _scheduler(name: str, config: Any) -> Any:
    class_name, options = SCHEDULERS[name]
    is_flow = config["_class_name"].startswith("FlowMatch") if "_class_name" in config else "shift" in config
    flow = {**FLOW, "flow_shift": config["shift"]} if is_flow else {}
    return getattr(diffusers, class_name).from_config(config, **options, **flow)


@torch.no_grad()
def _kandinsky(folder: Path, capability: str, picture: Image.Image, scheduler: str) -> Image.Image:
    """The two stock pipelines over the published layout, one generator for both."""
    prior = diffusers.KandinskyV22PriorPipeline.from_pretrained(
        folder.parent / "kandinsky-2-2-prior", dtype=torch.float32
    )
    prior.set_progress_bar_config(disable=True)
    generator = torch.Generator("cpu").manual_seed(SEED)
    call: dict[str, Any] = {"num_inference_steps": STEPS, "guidance_scale": 4.0, "generator": generator}
    if capability == "variation":
        seen = prior.image_processor([picture], return_tensors="pt").pixel_values
        embeds = {"image_embeds": prior.image_encoder(seen).image_embeds}
        embeds["negative_image_embeds"] = prior.get_zero_embed()
    else:
        embeds = prior(
            PROMPT, negative_prompt=NEGATIVE, guidance_scale=PRIOR_GUIDANCE, num_inference_steps=PRIOR_STEPS,
            generator=generator,
        )  # fmt: skip
    if capability == "image-to-image":
        decoder = diffusers.KandinskyV22Img2ImgPipeline.from_pretrained(folder, dtype=torch.float32)
        # For a picture this pipeline takes the width for the height and the other way round. Given as pixels it would
        # lie in memory in another order, which several threads add up differently.
        call |= {"image": picture, "strength": STRENGTH, "width": picture.height, "height": picture.width}
    else:
        decoder = diffusers.KandinskyV22Pipeline.from_pretrained(folder, dtype=torch.float32)
        call |= {"width": picture.width, "height": picture.height}
    if scheduler != "automatic":
        class_name, options = SCHEDULERS[scheduler]
        made = getattr(diffusers, class_name)
        # Without the learned variance, which only DDPM knows; it would stay in a config.
        left_out = () if class_name == "DDPMScheduler" else ("variance_type",)
        config = {key: value for key, value in decoder.scheduler.config.items() if key not in left_out}
        known = inspect.signature(made.__init__).parameters
        decoder.scheduler = made(**{**options, **{key: value for key, value in config.items() if key in known}})
    decoder.set_progress_bar_config(disable=True)
    return decoder(**call, **embeds).images[0]
