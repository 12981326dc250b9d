"""ExamplePlan: which value of a task is worth a row of examples, and at which numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from studio.desktop.forms.quick.pick import pick
from studio.form import FormField

THREE = (0.2, 0.5, 0.8)
"""Near, middle and far, as shares of the range."""
SEVEN = tuple(number / 7 for number in range(1, 8))
"""For a change from one text to another, whose way is the point."""


class ExamplePlan(NamedTuple):
    image: str
    number: FormField
    values: tuple[float, ...]


def find(fields: Sequence[FormField]) -> ExamplePlan | None:
    """Of a task that changes one picture by a share; None for any other."""
    picked = pick(fields)
    number = next((field for field in picked.numbers if _is_share(field)), None)
    if number is None or not picked.image:
        return None
    texts = [field for field in picked.texts if field.required]
    low, high = number.minimum or 0.0, number.maximum or 0.0
    shares = SEVEN if len(texts) > 1 else THREE
    return ExamplePlan(picked.image, number, tuple(round(low + (high - low) * share, 2) for share in shares))


def _is_share(field: FormField) -> bool:
    low, high = field.minimum, field.maximum
    return field.kind == "number" and low is not None and high is not None and 0 < high - low <= 1
