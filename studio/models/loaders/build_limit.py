"""BuildLimit: a network is put together only as far as its weights can fill it.

A config of a few bytes, or the name of one tensor, can ask for a million layers; every library counts on nobody doing
that. All of them register parameters with torch, which is where they are counted.
"""

import contextlib
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from studio.errors import UserError
from studio.models.loaders.tensor import WeightsHeader

SPARE = 4
"""How many times what the header holds: libraries register a parameter when it is made, and again when it is filled."""
FREE_PARAMETERS, FREE_NUMBERS = 4096, 2**26
"""What any network may have besides: 256 MB, in tensors that were left out of its file."""


@contextlib.contextmanager
def build_limit(path: Path, class_name: str, headers: Iterable[WeightsHeader]) -> Iterator[None]:
    """Raises UserError in the block, from whatever builds a network there that the headers cannot fill."""
    from torch.nn.modules.module import register_module_parameter_registration_hook

    held = list(headers)
    tensors, numbers = sum(len(header.tensors) for header in held), sum(header.count() for header in held)
    most, most_numbers = SPARE * tensors + FREE_PARAMETERS, SPARE * numbers + FREE_NUMBERS
    mine, parameters, made = threading.get_ident(), 0, 0

    def count(module: Any, name: str, parameter: Any) -> None:
        nonlocal parameters, made
        if parameter is None or threading.get_ident() != mine:
            return
        parameters += 1
        made += parameter.numel()
        if parameters > most or made > most_numbers:
            raise UserError(
                "What {} asks for is larger than its weights: they have {} tensors, and the {} was given up at {}. "
                "Nothing was loaded; get the model again.",
                path, f"{tensors:,}", class_name, f"{parameters:,}", code="invalid_weights",
            )  # fmt: skip

    hook = register_module_parameter_registration_hook(count)
    try:
        yield
    finally:
        hook.remove()
