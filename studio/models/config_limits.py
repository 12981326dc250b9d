"""Whether what a config asks for can be what its weights hold: told before anything is built of it.

A config of a few bytes can ask for a network that takes all memory, or for one that takes a day to put together.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from studio.models.config import every
from studio.models.entry import refused
from studio.models.loaders.tensor import WeightsHeader
from studio.text import Text

MOST = 2**24
"""No number of a config is larger, but for those that are no size; it is what a tensor of 64 MB has."""
NARROW = 8192
"""A layer as wide as that costs little, whatever its weights hold."""
MOST_OF_SCHEDULER = 100_000
SPARE = 4
"""How many times as wide as its widest tensor a layer may be said to be: several are stored in one, or apart."""
_NO_SIZE = re.compile(r".*(theta|_id|_ids|_index|base|freq|version|seed|token|shift|temperature|period).*")
_COUNT = re.compile(r".*(layers|blocks|depth|heads|experts).*|num_single.*|num_stages")
_SIDE = re.compile(
    r"(hidden|intermediate|vocab|embedding?|inner|ff|d_model|d_ff|mlp|cross_attention|joint_attention|pooled|caption|"
    r"block_out|projection|encoder_hid|time_embed|cap_feat|projection_class_embeddings_input).*|d_(model|ff|kv)|dim"
)


def check_config(path: Path, config: Mapping[str, Any], headers: Iterable[WeightsHeader]) -> None:
    """Raises UserError when the config in the folder `path` asks for more than its weights can be."""
    tensors = [tensor for header in headers for tensor in header.tensors.values()]
    most, widest = len(tensors), max((side for tensor in tensors for side in tensor.shape), default=0)
    for key, value in every(config):
        for number in _numbers(value):
            if _NO_SIZE.fullmatch(key):
                continue
            if abs(number) > MOST:
                raise _too_much(path, key, number)
            if _COUNT.fullmatch(key) and number > max(SPARE * most, 1024):
                raise _more(path, key, number, most, Text("tensors"))
            if _SIDE.fullmatch(key) and number > max(SPARE * widest, NARROW):
                raise _more(path, key, number, widest, Text("numbers in the longest side of a tensor"))


def check_scheduler(path: Path, config: Mapping[str, Any]) -> None:
    """Raises UserError for one that would need a table of any length."""
    for key, value in every(config):
        for number in _numbers(value):
            if abs(number) > MOST_OF_SCHEDULER:
                raise _too_much(path, key, number)


def _numbers(value: Any) -> list[int]:
    held = value if isinstance(value, list) else [value]
    return [each for each in held if isinstance(each, int) and not isinstance(each, bool)]


def _too_much(path: Path, key: str, number: int) -> Exception:
    shown = f"{number:,}" if abs(number) < 10**18 else f"{str(number)[:6]}…"
    return refused(path, "its config says {} for {}, which is more than any model has", shown, repr(key[:80]))


def _more(path: Path, key: str, number: int, held: int, what: Text) -> Exception:
    return refused(
        path,
        "its config says {} for {}, and its weights have {} {}; they are of different models, so download it again",
        f"{number:,}", repr(key[:80]), f"{held:,}", what,
    )  # fmt: skip
