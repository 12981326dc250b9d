"""The layers of a component and their shapes, told by its config: nothing of it is loaded."""

import importlib
import json
from collections.abc import Mapping
from typing import Any

from studio.models import config
from studio.models.loaders.build_limit import build_limit
from studio.models.loaders.component import MODULES, ComponentSpec, construction_lock, prepare


def configuration(spec: ComponentSpec) -> dict[str, Any]:
    """Raises UserError and OSError for a file that cannot be read."""
    return dict(json.loads(spec.section.config) if spec.section else config.read(spec.path / "config.json"))


def layer_shapes(spec: ComponentSpec) -> Mapping[str, tuple[int, ...]]:
    """The shape of the weight of each of its layers, by the names of the modules. Raises as `configuration`."""
    import torch

    prepare()
    told = configuration(spec)
    made = getattr(importlib.import_module(MODULES.get(spec.library, spec.library)), spec.class_name)
    limit = build_limit(spec.path, spec.class_name, [header for _, header in spec.headers()])
    with construction_lock, limit, torch.device("meta"), torch.no_grad():
        module = _made(made, told)
    return {
        name: tuple(part.weight.shape)
        for name, part in module.named_modules()
        if isinstance(getattr(part, "weight", None), torch.Tensor)
    }


def _made(made: Any, told: dict[str, Any]) -> Any:
    if hasattr(made, "config_class"):  # of transformers
        return made(made.config_class.from_dict(told))
    return made.from_config(told)
