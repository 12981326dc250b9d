"""Params of an order from another machine: contents become files here; a path would open files of this machine."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from studio.client.remote.wire import CONTENT
from studio.descriptions import ModelInfo
from studio.errors import UserError
from studio.form import OBJECTS, FormField, TaskForm
from studio.server import add_on_names

Place = Callable[[str], Path]
"""The file of a content, by its name. Raises UserError."""


class OrderParams:
    """Reads the params of one order."""

    def __init__(self, form: TaskForm, models: Sequence[ModelInfo], place: Place) -> None:
        self._form, self._place = form, place
        self._names = add_on_names.known(models)

    def read(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """As the engine takes them; what they are otherwise is for that to judge. Raises UserError."""
        if self._form.problem:
            raise UserError("The task {} cannot be asked for from another machine: {}.", repr(self._form.id),
                            self._form.problem, code="unsupported_schema")  # fmt: skip
        fields = {field.name: field for field in self._form.fields}
        return {
            name: self._value(fields[name], value, name) if name in fields else value for name, value in params.items()
        }

    def _value(self, field: FormField, value: Any, name: str) -> Any:
        if isinstance(value, list) and field.item is not None:
            return [self._value(field.item, entry, name) for entry in value]
        if isinstance(value, dict) and field.kind == "object":
            members = {each.name: each for each in field.fields}
            made = {
                key: self._value(members[key], entry, name) if key in members else entry for key, entry in value.items()
            }
            if field.widget in OBJECTS:
                self._require_known(made.get(field.widget), name)
            return made
        if isinstance(value, str) and value and field.widget in ("image", "mask"):
            return self._picture(value, name)
        if isinstance(value, str) and value and field.widget == "model":
            self._require_known(value, name)
        if path := add_on_names.path_in(value, self._names):
            self._require_known(path, name)
        return value

    def _picture(self, ref: str, name: str) -> str:
        if not ref.startswith(CONTENT):
            raise UserError(
                "{} names a file of another machine ({}), which this one cannot open; nothing was started. Send the "
                "picture first.",
                name, Path(ref).name, field=name, code="foreign_path",
            )  # fmt: skip
        return str(self._place(ref))

    def _require_known(self, ref: Any, name: str) -> None:
        if ref not in self._names:
            raise UserError(
                "The engine's machine has no model {}, and a file of another machine cannot be used there; choose one "
                "of its models.",
                repr(Path(str(ref)).name), field=name, code="unknown_model",
            )  # fmt: skip
