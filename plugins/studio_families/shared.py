"""What the rows of the table share: capabilities, schedulers, licences, and what distilled models ask for."""

import math
from collections.abc import Mapping
from typing import Any

from studio.api import Variant

CREATE, REFINE, VARY, INPAINT, UPSCALE = "text-to-image", "image-to-image", "variation", "inpaint", "upscale"

SIGMA_SCHEDULERS = (
    "DDIMScheduler", "DDPMScheduler", "DEISMultistepScheduler", "DPMSolverMultistepScheduler",
    "DPMSolverSinglestepScheduler", "EulerAncestralDiscreteScheduler", "EulerDiscreteScheduler",
    "HeunDiscreteScheduler", "LCMScheduler", "LMSDiscreteScheduler", "PNDMScheduler", "UniPCMultistepScheduler",
)  # fmt: skip
FLOW_SCHEDULERS = ("FlowMatchEulerDiscreteScheduler",)
OPENRAIL = "CreativeML Open RAIL-M: free to use, with restrictions on harmful uses."
OPENRAIL_PLUS = "CreativeML Open RAIL++-M: free to use, with restrictions on harmful uses."
STABILITY = "Stability AI Community License: free below 1 million US dollars of yearly revenue."
FLUX_DEV = "FLUX.1 [dev] Non-Commercial License: pictures may be used, the model not commercially."
APACHE = "Apache-2.0"

TRAILING = {"timestep_spacing": "trailing"}
LIGHTNING = {"_class_name": "EulerDiscreteScheduler", **TRAILING}
TURBO = {"_class_name": "EulerAncestralDiscreteScheduler", **TRAILING}
HYPER = {"_class_name": "DDIMScheduler", **TRAILING}
CONSISTENCY = {"_class_name": "LCMScheduler"}
QWEN_LIGHTNING = {
    "base_shift": math.log(3), "max_shift": math.log(3), "shift_terminal": None, "use_dynamic_shifting": True,
    "time_shift_type": "exponential",
}  # fmt: skip
"""What the cards of distilled models say of their schedulers; folders with merged weights often say otherwise."""


def few(when: Mapping[str, Any], title: str, steps: int, guidance_scale: float, **more: Any) -> Variant:
    """A model that was distilled to few steps."""
    defaults = {"steps": steps, "guidance_scale": guidance_scale}
    return Variant(when, title, defaults=defaults, names_steps=True, **more)


def parts(*names: str) -> dict[str, str]:
    return {name: name for name in names}
