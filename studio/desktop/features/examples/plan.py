"""Which value of a task is worth a row of examples, and at which numbers."""

from typing import NamedTuple

from studio.desktop.forms.quick.pick import pick
from studio.form import FormField, TaskForm
from studio.role import Role

THREE = (0.2, 0.5, 0.8)
"""Near, middle and far, as shares of the range."""
SEVEN = tuple(number / 7 for number in range(1, 8))
"""For a change from one text to another, whose way is the point."""


class ExamplePlan(NamedTuple):
    image: str
    number: FormField
    values: tuple[float, ...]


def find(form: TaskForm) -> ExamplePlan | None:
    """Of a task that changes one picture by more or less; None for any other."""
    picked = pick(form)
    number = next((field for field in picked.numbers if field.role in (Role.DISTANCE, Role.STRENGTH)), None)
    if number is None or not picked.image:
        return None
    shares = SEVEN if form.role(Role.BEFORE) and form.role(Role.PROMPT) else THREE
    values = dict.fromkeys(_value(number, share) for share in shares)
    return ExamplePlan(picked.image, number, tuple(values))


def _value(field: FormField, share: float) -> float:
    low, high = field.minimum or 0.0, field.maximum or 0.0
    value = low + (high - low) * share
    return round(value) if field.kind == "integer" else round(value, 2)
