"""ValueCache: what tasks want to keep between jobs (`Context.cached`), within a budget of bytes."""

import dataclasses
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from PIL import Image

T = TypeVar("T")
BUDGET_BYTES = 64 * 1024 * 1024


class ValueCache:
    """The most recently used values that fit the budget. Of the job thread alone."""

    def __init__(self, budget_bytes: int = BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.used_bytes = 0

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of the key, made if it is not there. Raises TypeError for a kind that cannot be measured."""
        if key in self._values:
            self._values.move_to_end(key)
            kept: T = self._values[key][0]
            return kept
        value = make()
        size = measure(value)
        if size <= self._budget_bytes:
            self._values[key] = (value, size)
            self.used_bytes += size
        while self.used_bytes > self._budget_bytes:
            _, (_, freed) = self._values.popitem(last=False)
            self.used_bytes -= freed
        return value

    def clear(self) -> None:
        self._values.clear()
        self.used_bytes = 0


def measure(value: Any) -> int:
    """The bytes that keeping a value costs. Raises TypeError for what is neither data nor a container of data.

    A module of a model is refused with that: the model manager alone may keep it.
    """
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return sys.getsizeof(value)
    if isinstance(value, Mapping):
        return sum(measure(key) + measure(entry) for key, entry in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return sum(measure(entry) for entry in value)
    if isinstance(value, Image.Image):
        return value.width * value.height * len(value.getbands())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return sum(measure(getattr(value, field.name)) for field in dataclasses.fields(value))
    storage = getattr(
        value, "untyped_storage", None
    )  # a torch tensor keeps all of its storage alive, not its view only
    size = storage().nbytes() if callable(storage) else getattr(value, "nbytes", None)
    if not isinstance(size, int):
        raise TypeError(
            f"ctx.cached keeps tensors, arrays, pictures, numbers, texts and containers of these, not "
            f"{type(value).__name__}"
        )
    return size
