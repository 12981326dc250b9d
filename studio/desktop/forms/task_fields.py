"""Which fields of a task the window can fill by other means than its form, by their roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.form import FormField, TaskForm
from studio.role import EDGES, Role

SEED = 1
"""Of all examples, so that only the value differs."""


@dataclass(frozen=True)
class CanvasFields:
    """Which fields of a form the canvas fills."""

    image: str
    mask: str = ""
    """'' for a task without a mask over its picture."""
    sides: tuple[str, ...] = ()
    """Left, top, right, bottom: by how many pixels the picture is extended."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name in (self.image, self.mask, *self.sides) if name)


def canvas_fields(form: TaskForm | None) -> CanvasFields | None:
    """What of a task's form the canvas fills; None for a task that begins from no picture."""
    image, mask = (form.role(Role.SOURCE), form.role(Role.MASK)) if form else (None, None)
    if form is None or image is None:
        return None
    edges = [field.name for role in EDGES if (field := form.role(role))]
    if mask is None:
        return CanvasFields(image.name)
    return CanvasFields(image.name, mask.name, tuple(edges) if len(edges) == len(EDGES) else ())


def variation_fields(form: TaskForm) -> tuple[str, FormField] | None:
    """Of a task that makes pictures like a picture: the field for it, and the distance; None for any other."""
    image, distance = form.role(Role.SOURCE), form.role(Role.DISTANCE)
    return (image.name, distance) if image and distance else None


def example_params(form: TaskForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """What makes one small example of what stands in a form; it keeps nothing under a name."""
    wanted = dict(values)
    for field in form.fields:
        if field.role is Role.COUNT:
            wanted[field.name] = max(1, round(field.minimum or 1))
        elif field.role is Role.SEED:
            wanted[field.name] = SEED
        elif field.role is Role.NAME:
            wanted.pop(field.name, None)
    return wanted
