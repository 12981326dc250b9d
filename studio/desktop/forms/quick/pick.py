"""Pick: which few fields of a form the bar at the picture has, by what their schema says of them."""

from collections.abc import Sequence
from typing import NamedTuple

from studio.form import FormField

MOST_TEXTS, MOST_NUMBERS = 2, 3


class QuickFields(NamedTuple):
    texts: tuple[FormField, ...] = ()
    """What is to be written: all that must be, else the prompt that may be."""
    numbers: tuple[FormField, ...] = ()
    """Those with a slider, how much before how many."""
    image: str = ""
    """The one picture that the task begins from; '' where there is none, or where there are several."""


def pick(fields: Sequence[FormField]) -> QuickFields:
    """Of what a form shows at once: settings that are advanced, or belong to a group, are not among the few."""
    plain = [field for field in fields if not field.advanced and not field.group]
    written = [field for field in plain if field.kind == "text" and field.widget in ("prompt", "text")]
    needed = [field for field in written if field.required]
    texts = needed[:MOST_TEXTS] or [field for field in written if field.widget == "prompt"][:1]
    numbers = [field for field in plain if field.widget in (field.kind, "slider") and _slides(field)]
    numbers.sort(key=lambda field: field.kind == "integer")  # and else in their order
    images = [field for field in fields if "image" in (field.widget, field.item and field.item.widget)]
    needed_images = [field.name for field in images if field.required and field.kind == "text"]
    image = needed_images[0] if len(needed_images) == 1 else ""
    return QuickFields(tuple(texts), tuple(numbers[:MOST_NUMBERS]), image)


def _slides(field: FormField) -> bool:
    high = field.maximum if field.soft_maximum is None else field.soft_maximum
    return field.kind in ("integer", "number") and field.minimum is not None and high is not None
