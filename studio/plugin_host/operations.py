"""The picture operations of all plugins together: offered by the forms of tasks with controls, and run by name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from studio import api, form
from studio.api._control import LABELS, READY
from studio.errors import UserError
from studio.plugin_host.plugin_loader import LoadedTask
from studio.text import Text
from studio.transparency import on_white

WIDGET, CHOSEN, FIELD = "control", "hint", "control"
Operations = Mapping[str, api.PictureOperation]


def no_file(role: str) -> Path | None:
    """For a host without models."""
    return None


class PictureOperations:
    """Runs them."""

    def __init__(self, operations: Operations, weights: Callable[[str], Path | None] = no_file) -> None:
        """`weights` finds the file of a `Signature.role`."""
        self._operations, self._weights = operations, weights

    def control_picture(self, picture: Image.Image, hint: str) -> api.ControlPicture:
        """What an operation makes of a picture; `ready` takes it as it is. Raises UserError, and whatever it raises."""
        plain = on_white(picture)
        if hint == READY:
            return api.ControlPicture(plain)
        operation = self._operations.get(hint)
        if operation is None:
            raise UserError(
                "There is no picture operation {}; there are {}. Choose one of them, or switch on the plugin that "
                "brings it.",
                repr(hint), ", ".join([READY, *self._operations]), field=FIELD, code="invalid_value",
            )  # fmt: skip
        weights = self._weights(operation.weights) if operation.weights else None
        if operation.weights and weights is None:
            raise UserError(operation.missing or Text("The picture operation {} has no weights here.", repr(hint)),
                            field=FIELD, code="missing_weights")  # fmt: skip
        made = operation.run(plain, weights).convert("RGB")
        if made.size != plain.size:
            made = made.resize(plain.size, Image.Resampling.BILINEAR)
        return api.ControlPicture(made, operation.shows)


def offered(task: LoadedTask, operations: Operations) -> LoadedTask:
    """The task, its form with these operations to choose from, where it has controls."""
    schema = with_operations(task.info.schema, {name: each.title for name, each in operations.items()})
    if schema is task.info.schema:
        return task
    return replace(task, form=form.read(msgspec.structs.replace(task.info, schema=schema)))


def with_operations(schema: dict[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """A JSON Schema in which a control's hint is one of these, by id; itself where there are no controls."""
    found = {name: entry for name, entry in schema.get("$defs", {}).items() if entry.get("widget") == WIDGET}
    if not found:
        return schema
    labels = {**LABELS, **titles}
    changed = {}
    for name, entry in found.items():
        hint = {**entry["properties"][CHOSEN], "enum": list(labels), "labels": labels}
        changed[name] = {**entry, "properties": {**entry["properties"], CHOSEN: hint}}
    return {**schema, "$defs": {**schema["$defs"], **changed}}
