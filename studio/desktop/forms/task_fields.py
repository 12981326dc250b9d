"""Which fields of a task the window can fill by other means than its form, by what their schema says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.form import FormField

SIDES = ("left", "top", "right", "bottom")
DISTANCE = "distance"
"""The number by which tasks say how far from its source a picture may lie."""
SEED = 1
"""Of all examples, so that only the value differs."""


@dataclass(frozen=True)
class CanvasFields:
    """Which fields of a form the canvas fills."""

    image: str
    mask: str
    sides: tuple[str, ...] = ()
    """Left, top, right, bottom: by how many pixels the picture is extended."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset((self.image, self.mask, *self.sides))


def canvas_fields(fields: Sequence[FormField]) -> CanvasFields | None:
    """What of a task's form can be marked on the canvas; None for a task without a mask."""
    image = next((field.name for field in fields if field.widget == "image"), None)
    mask = next((field.name for field in fields if field.widget == "mask"), None)
    if image is None or mask is None:
        return None
    whole = {field.name for field in fields if field.kind == "integer"}
    return CanvasFields(image, mask, SIDES if whole.issuperset(SIDES) else ())


def variation_fields(fields: Sequence[FormField]) -> tuple[str, FormField] | None:
    """Of a task that makes pictures like a picture: the field for it, and the distance; None for any other."""
    image = next((field.name for field in fields if field.widget == "image" and field.kind == "text"), None)
    distance = next((field for field in fields if field.name == DISTANCE and field.kind == "number"), None)
    return (image, distance) if image and distance else None


def example_params(fields: Sequence[FormField], values: Mapping[str, Any]) -> dict[str, Any]:
    """What makes one small example of what stands in a form.

    A text that may stay empty and is no prompt names something, as what a result is to be kept as: an example keeps
    nothing.
    """
    wanted = dict(values)
    for field in fields:
        if field.name == "count" and field.kind == "integer":
            wanted[field.name] = max(1, round(field.minimum or 1))
        elif field.widget == "seed":
            wanted[field.name] = SEED
        elif field.widget == "text" and field.kind == "text" and not field.required and not field.group:
            wanted.pop(field.name, None)
    return wanted
