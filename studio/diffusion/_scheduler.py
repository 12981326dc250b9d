"""A scheduler by its name, made of the config of the model's own, for one job."""

import importlib
import inspect
from collections.abc import Mapping
from typing import Any

from studio.api._model import Lease
from studio.api._scheduler import AUTOMATIC, FLOW, names, recipe
from studio.errors import UserError


def scheduler(lease: Lease, name: str, steps: int) -> Any:
    """The scheduler of this name, for a job of `steps`; `automatic` is a copy of the model's own.

    Raises UserError naming those that this model works with.
    """
    own, about = _as_its_card_asks(lease["scheduler"], lease.about.scheduling), lease.about
    if name == AUTOMATIC:
        return own
    made_so = recipe(name, about.schedulers)
    if made_so is None:
        raise UserError(
            "{} does not work with the scheduler {}, so nothing was made; choose one of {}.",
            about.title,
            repr(name),
            ", ".join(names(about.schedulers)),
            field="scheduler",
            code="unsupported_operation",
        )
    made = getattr(importlib.import_module("diffusers"), made_so.class_name)
    options = {**made_so.options, **_flow(own, made_so.class_name)}
    if own.config.get("clip_sample"):
        options.pop("clip_sample", None)
    if made_so.class_name == "LCMScheduler":  # which chooses its steps among so many
        options["original_inference_steps"] = max(50, steps)
    if "movq" in lease:
        return made(**{**_understood(made, own.config), **options})
    return made.from_config(own.config, **options)


def _as_its_card_asks(own: Any, scheduling: Mapping[str, Any]) -> Any:
    """A model's scheduler, made anew where its family says otherwise than its folder."""
    if not scheduling:
        return own
    options = dict(scheduling)
    name = options.pop("_class_name", type(own).__name__)
    return getattr(importlib.import_module("diffusers"), name).from_config(own.config, **options)


def _flow(own: Any, class_name: str) -> dict[str, Any]:
    """What makes a solver one of flow matching, where the model's own scheduler is that."""
    if type(own).__name__ != FLOW or class_name == FLOW:
        return {}
    return {"prediction_type": "flow_prediction", "use_flow_sigmas": True, "flow_shift": own.config.shift}


def _understood(made: Any, config: Any) -> dict[str, Any]:
    """Only what the class takes: a `variance_type` left in the config would make Kandinsky's pipelines skip the split
    of the UNet's output, and crash. Of a class that knows no learned variance it means nothing."""
    known = inspect.signature(made.__init__).parameters
    learned = made.__name__ == "DDPMScheduler"
    return {key: config[key] for key in config if key in known and (key != "variance_type" or learned)}
