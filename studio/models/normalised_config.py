"""What a component's configuration comes to: two that differ only in what is left to the defaults mean the same."""

import functools
import importlib
import inspect
import json
from collections.abc import Mapping
from typing import Any

ORIGINS = {"_name_or_path", "_diffusers_version", "transformers_version", "dtype", "torch_dtype", "architectures"}
"""What says where a configuration came from, not what the component is."""
NORMALISED = {"AutoencoderKL", "UNet2DConditionModel", "CLIPTextModel", "CLIPTextModelWithProjection"}
"""Parts that models of several families share, and that checkpoints hold, whose configs are made from shapes."""


def meaning(library: str, class_name: str, config: Mapping[str, Any]) -> str:
    """The configuration in one form. Imports the library for the classes of which checkpoints hold parts."""
    own = {key: value for key, value in config.items() if key not in ORIGINS}
    text = json.dumps(own, sort_keys=True)
    return _normalised(library, class_name, text) if class_name in NORMALISED else text


@functools.lru_cache(256)
def _normalised(library: str, class_name: str, config: str) -> str:
    from huggingface_hub.errors import StrictDataclassError

    made = getattr(importlib.import_module(library), class_name)
    own = {key: value for key, value in json.loads(config).items() if not key.startswith("_")}
    if library == "transformers":
        try:
            filled = made.config_class(**own).to_dict()
        except (StrictDataclassError, TypeError, ValueError):  # a value of the wrong kind: loading will say so
            return config
        own = {key: value for key, value in filled.items() if key not in ORIGINS}
    else:
        taken = inspect.signature(made.__init__).parameters.values()
        own = {each.name: each.default for each in taken if each.default is not each.empty} | own
    return json.dumps(own, sort_keys=True)
