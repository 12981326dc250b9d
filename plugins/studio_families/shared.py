"""What the rows of the table share: capabilities, schedulers, licences, and what distilled models ask for."""

import math
from collections.abc import Mapping
from typing import Any

from studio.api import Variant

CREATE, REFINE, VARY, INPAINT, UPSCALE = "text-to-image", "image-to-image", "variation", "inpaint", "upscale"
BLEND = "blend"
"""Pictures out of embeddings of CLIP, which can be mixed and turned."""

SIGMA_SCHEDULERS = (
    "DDIMScheduler", "DDPMScheduler", "DEISMultistepScheduler", "DPMSolverMultistepScheduler",
    "DPMSolverSinglestepScheduler", "EulerAncestralDiscreteScheduler", "EulerDiscreteScheduler",
    "HeunDiscreteScheduler", "LCMScheduler", "LMSDiscreteScheduler", "PNDMScheduler", "UniPCMultistepScheduler",
)  # fmt: skip
STANDS_IN = "EulerDiscreteScheduler"
"""In the place of one that the studio does not run, such as KDPM2: the same noise, taken away another way."""
EDM_SCHEDULERS = ("EDMEulerScheduler", "EDMDPMSolverMultistepScheduler")
"""Of models that were trained in the terms of EDM (Karras et al., arXiv 2206.00364), which work with these alone."""
FLOW_SCHEDULERS = ("FlowMatchEulerDiscreteScheduler",)
OPENRAIL = "CreativeML Open RAIL-M: free to use, with restrictions on harmful uses."
OPENRAIL_PLUS = "CreativeML Open RAIL++-M: free to use, with restrictions on harmful uses."
STABILITY = "Stability AI Community License: free below 1 million US dollars of yearly revenue."
FLUX_DEV = "FLUX.1 [dev] Non-Commercial License: pictures may be used, the model not commercially."
APACHE = "Apache-2.0"
ENGLISH = ("en",)
"""What CLIP and T5 v1.1 read. Gemma, Qwen, Mistral, GLM and UMT5 read many languages."""

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

EPSILON: dict[str, Any] = {"prediction_type": "epsilon"}
VELOCITY: dict[str, Any] = {"prediction_type": "v_prediction"}
NOISE: dict[str, dict[str, Any]] = {
    "epsilon": EPSILON,
    "v": VELOCITY,
    "v-zero-snr": {**VELOCITY, **LIGHTNING, "rescale_betas_zero_snr": True},
}
"""What follows from what a UNet of Stable Diffusion predicts. Betas that end without any signal want steps that begin
there, and a scheduler that knows of it (Lin et al., arXiv 2305.08891)."""
EDM: dict[str, dict[str, Any]] = {
    "edm-v": {"_class_name": "EDMEulerScheduler", "sigma_min": 0.002, "sigma_max": 120.0, "sigma_data": 1.0, **VELOCITY}
}
"""CosXL's, as ComfyUI has it (model_sampling.py, V_PREDICTION_EDM)."""
BY_NAME = {
    "turbo": {"folder.*turbo": True},
    "lightning": {"folder.*lightning": True},
    "hyper": {"folder.*hyper": True, "folder.*hyper-real*|*hyper-detail*|*hyper-mix*": False},
    "lcm": {"folder.lcm|*xllcm|*-lcm": True},
    "dmd2": {"folder.dmd2|dmd|*dmd2": True},
}
"""How people write it in the names of their files: `V21TurboDPMSDE`, `XLTURBO`, `HyperVAE`; not `hyperrealism`."""
LOOKS_FEW = (
    "Its scheduler begins its steps as those of few-step models do (Turbo, Lightning), and nothing else says that it "
    "is one; it was taken for an ordinary one. If it is one, say so: “Use it as…”, or "
    "studio models set ID --family NAME."
)


def few(
    when: Mapping[str, Any], title: str, steps: int, guidance_scale: float, *, size: int = 0, **more: Any
) -> Variant:  # fmt: skip
    """A model that was distilled to few steps; `size`: another than its network tells."""
    defaults = {"steps": steps, "guidance_scale": guidance_scale} | ({"width": size, "height": size} if size else {})
    return Variant(when, title, defaults=defaults, names_steps=True, **more)


def parts(*names: str) -> dict[str, str]:
    return {name: name for name in names}
