"""A picture made by a task, and by what somebody would write who has only diffusers: how far are they apart?"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from PIL import Image
from studio_text_to_image import Refine, TextToImage
from studio_text_to_image.family import FAMILIES
from zoo import ZOO

from studio import api
from studio.engine.service import ModelService
from studio.testing import FakeContext

PROMPT, NEGATIVE = "a red mushroom on a blue background", "a house"
STEPS, STRENGTH, SEED = 4, 0.6, 7
PRIOR_STEPS, PRIOR_GUIDANCE = 25, 4.0
TASKS: dict[str, type[Any]] = {"text-to-image": TextToImage, "image-to-image": Refine}
TITLES = {"flux-schnell": "flux", "sd21": "sd15", "kandinsky": "kandinsky22"}
"""Models of the zoo that are not named after their family."""


@dataclass(frozen=True)
class Compared:
    ours: Image.Image
    theirs: Image.Image
    previewed: bool

    @property
    def difference(self) -> int:
        return int(np.abs(np.asarray(self.ours).astype(int) - np.asarray(self.theirs).astype(int)).max())


def rows() -> list[tuple[str, str]]:
    """(name in the zoo, capability) of all that can be compared."""
    families = {family.id: family for family in reversed(FAMILIES)}  # the first row of an id is the whole family
    return [(name, each) for name in ZOO for each in families[TITLES.get(name, name)].pipelines if each in TASKS]


def photograph_of(width: int, height: int) -> Image.Image:
    """Smooth, with a hard edge: it differs from its mirror images."""
    down, across = np.mgrid[0:height, 0:width]
    array = np.stack([down * 255 // height, across * 255 // width, (down + across > 70) * 200], axis=-1)
    return Image.fromarray(array.astype("uint8"))


def compare(folder: Path, service: ModelService, capability: str, picture: Image.Image) -> Compared:
    """Both ways, with the same seed; `picture` sets the size."""
    with service.lease(api.Model(str(folder))) as lease:
        family, defaults = lease.about, lease.defaults
    call: dict[str, Any] = {
        "prompt": PROMPT, "negative_prompt": NEGATIVE, "seed": SEED, "steps": STEPS, "model": str(folder),
        "size": f"{picture.width}x{picture.height}",
    }  # fmt: skip
    if capability == "image-to-image":
        call |= {"image": "picture"} | ({"strength": STRENGTH} if "strength" in defaults else {})
    task = TASKS[capability]()
    ctx = FakeContext(models=service, pictures={"picture": picture}, previews=True)
    (result,) = task.run(task.Params(**call), ctx)
    draw = _kandinsky if family.id == "kandinsky22" else _directly
    theirs = draw(folder, family, capability, defaults, picture)
    return Compared(result.image, theirs, any(step.preview is not None for step in ctx.steps))


def _directly(
    folder: Path, family: api.Family, capability: str, defaults: Mapping[str, Any], picture: Image.Image
) -> Image.Image:
    made = getattr(diffusers, family.pipelines[capability])
    takes = inspect.signature(made.__call__).parameters
    options = {"safety_checker": None} if "safety_checker" in inspect.signature(made.__init__).parameters else {}
    pipeline = made.from_pretrained(folder, dtype=torch.float32, **options)
    pipeline.set_progress_bar_config(disable=True)
    call: dict[str, Any] = {
        "prompt": PROMPT, "num_inference_steps": STEPS, "generator": torch.Generator("cpu").manual_seed(SEED),
        family.guidance: float(defaults["guidance_scale"]), **family.call,
    }  # fmt: skip
    if family.takes_negative:
        call["negative_prompt"] = NEGATIVE
    if "width" in takes:
        call |= {"width": picture.width, "height": picture.height}
    if capability == "image-to-image":
        call["image"] = picture
        call |= {"strength": STRENGTH} if "strength" in takes else {}
    return pipeline(**call).images[0]


def _kandinsky(
    folder: Path, _family: api.Family, capability: str, _defaults: Mapping[str, Any], picture: Image.Image
) -> Image.Image:
    """The two stock pipelines over the published layout, one generator for both."""
    prior = diffusers.KandinskyV22PriorPipeline.from_pretrained(
        folder.parent / "kandinsky-2-2-prior", dtype=torch.float32
    )
    prior.set_progress_bar_config(disable=True)
    generator = torch.Generator("cpu").manual_seed(SEED)
    embeds = prior(
        PROMPT, negative_prompt=NEGATIVE, guidance_scale=PRIOR_GUIDANCE, num_inference_steps=PRIOR_STEPS,
        generator=generator,
    )  # fmt: skip
    call: dict[str, Any] = {"num_inference_steps": STEPS, "guidance_scale": 4.0, "generator": generator, **embeds}
    if capability == "text-to-image":
        decoder = diffusers.KandinskyV22Pipeline.from_pretrained(folder, dtype=torch.float32)
        call |= {"width": picture.width, "height": picture.height}
    else:
        decoder = diffusers.KandinskyV22Img2ImgPipeline.from_pretrained(folder, dtype=torch.float32)
        # As pixels, because for a picture this pipeline takes the width for the height and the other way round.
        pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255.0
        call |= {"image": pixels, "strength": STRENGTH}
        call |= {"width": picture.height, "height": picture.width}
    decoder.set_progress_bar_config(disable=True)
    return decoder(**call).images[0]
