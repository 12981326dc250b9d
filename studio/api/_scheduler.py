"""Schedulers by the names that people know, as a parameter of tasks; a family says which of them it works with."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field as PydanticField

AUTOMATIC = "automatic"
"""The scheduler that came with the model."""

LABELS = {
    "automatic": "Automatic",
    "ddim": "DDIM",
    "ddpm": "DDPM",
    "deis": "DEIS",
    "dpm++-2m": "DPM++ 2M",
    "dpm++-2m-karras": "DPM++ 2M Karras",
    "dpm++-2m-sde": "DPM++ 2M SDE",
    "euler": "Euler",
    "euler-ancestral": "Euler ancestral",
    "heun": "Heun",
    "lcm": "LCM",
    "lms": "LMS",
    "pndm": "PNDM",
    "unipc": "UniPC",
}
"""What a form calls them."""

Scheduler = Annotated[
    Literal[
        "automatic", "ddim", "ddpm", "deis", "dpm++-2m", "dpm++-2m-karras", "dpm++-2m-sde", "euler", "euler-ancestral",
        "heun", "lcm", "lms", "pndm", "unipc",
    ],
    PydanticField(json_schema_extra={"labels": LABELS}),
]  # fmt: skip
"""A parameter for `diffusion.scheduler`: `scheduler: api.Scheduler = api.SchedulerField()`."""


def SchedulerField() -> Any:
    """A Scheduler, among what is folded away; without a choice it is the model's own."""
    text = "How noise is removed; automatic uses the model's own scheduler."
    return PydanticField(
        AUTOMATIC, description=text, json_schema_extra={"advanced": True, "labels": dict[str, Any](LABELS)}
    )


@dataclass(frozen=True)
class SchedulerRecipe:
    """How a scheduler is made of the model's own config: its class in diffusers, and what is set besides."""

    class_name: str
    options: dict[str, Any] = field(default_factory=dict)


FLOW = "FlowMatchEulerDiscreteScheduler"
UNCLIPPED = {"clip_sample": False}
"""Latents lie beyond -1 and 1; what clips them by default is told not to, but where the model's own config says so."""

RECIPES: dict[str, tuple[SchedulerRecipe, ...]] = {
    "ddim": (SchedulerRecipe("DDIMScheduler", UNCLIPPED),),
    "ddpm": (SchedulerRecipe("DDPMScheduler", UNCLIPPED),),
    "deis": (SchedulerRecipe("DEISMultistepScheduler"),),
    "dpm++-2m": (SchedulerRecipe("DPMSolverMultistepScheduler"),),
    "dpm++-2m-karras": (SchedulerRecipe("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),),
    "dpm++-2m-sde": (SchedulerRecipe("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),),
    "euler": (SchedulerRecipe("EulerDiscreteScheduler"), SchedulerRecipe("FlowMatchEulerDiscreteScheduler")),
    "euler-ancestral": (SchedulerRecipe("EulerAncestralDiscreteScheduler"),),
    "heun": (SchedulerRecipe("HeunDiscreteScheduler"),),
    "lcm": (SchedulerRecipe("LCMScheduler"),),
    "lms": (SchedulerRecipe("LMSDiscreteScheduler"),),
    "pndm": (SchedulerRecipe("PNDMScheduler", {"skip_prk_steps": True}),),
    "unipc": (SchedulerRecipe("UniPCMultistepScheduler"),),
}
"""For each name the classes that may stand behind it; the first one that the family works with does."""


def recipe(name: str, classes: tuple[str, ...]) -> SchedulerRecipe | None:
    """How a family with these scheduler classes makes the one of this name; None where it does not work with it."""
    for one in RECIPES[name]:
        # Karras et al. space the noise of diffusion, which is none of flow matching.
        if one.class_name in classes and not (FLOW in classes and "use_karras_sigmas" in one.options):
            return one
    return None


def names(classes: tuple[str, ...]) -> list[str]:
    """The names that a family with these scheduler classes works with."""
    return [AUTOMATIC, *(name for name in RECIPES if recipe(name, classes))]
