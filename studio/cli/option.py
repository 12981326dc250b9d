"""Options of a command, made at run time from the fields of a task's form."""

from collections.abc import Iterable
from typing import Any

import click

from studio.cli import value
from studio.errors import UserError
from studio.form import FormField


class FieldType(click.ParamType[Any]):
    """Reads one parameter by its form field."""

    def __init__(self, field: FormField) -> None:
        self.field = field
        self.name = METAVAR.get(field.widget, METAVAR.get(field.kind, "text"))

    def convert(self, text: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return value.read(self.field, text)
        except UserError as error:
            raise click.UsageError(error.message, ctx) from None


METAVAR = {"integer": "integer", "number": "number", "switch": "yes|no", "image": "file|id", "mask": "file|id",
           "adapter": "name:weight", "control": "name=file", "reference": "name=file",
           "region": "words=mask"}  # fmt: skip
OWN = {
    *("json", "jobs", "output", "in-process", "reveal", "debug", "plan", "trace", "help"),
    *("animation", "fps", "back"),
}
"""Options that each task's command has; a parameter of the same name becomes `--param-NAME`."""


def make(fields: Iterable[FormField]) -> list[click.Parameter]:
    """One option for each field. None is required here, because with --jobs they may come from the file."""
    return [_option(field) for field in fields]


def _option(field: FormField) -> click.Option:
    name = flag(field)
    if field.kind == "switch" and not field.nullable:
        return click.Option([f"{name}/--no-{name[2:]}", field.name], default=None, help=_help(field))
    if field.kind == "list" and field.item is not None:
        return click.Option([name, field.name], multiple=True, type=FieldType(field.item), help=_help(field))
    kind = FieldType(field)
    metavar = f"[{'|'.join(map(str, field.choices))}]" if field.kind == "choice" else kind.name.upper()
    return click.Option([name, field.name], type=kind, metavar=metavar, help=_help(field))


def flag(field: FormField) -> str:
    """How the field is written on the command line."""
    words = field.name.replace("_", "-")
    return f"--param-{words}" if words in OWN else f"--{words}"


def _help(field: FormField) -> str:
    about = field.description or field.title
    if field.kind in ("integer", "number") and (field.minimum, field.maximum) != (None, None):
        about = f"{about.removesuffix('.')}; {value.legal(field)}"
    if field.item is not None and field.item.kind == "object":
        about = f"{about.removesuffix('.')}: {value.spelling(field.item)}"
    if field.kind == "list":
        about = f"{about.removesuffix('.')}; may be given several times{_times(field)}"
    if field.required:
        return f"{about}  [required]"
    return about if field.default in (None, "", []) else f"{about}  [default: {_word(field.default)}]"


def _times(field: FormField) -> str:
    """How often a list's option may be given, where that is limited."""
    least, most = field.min_length, field.max_length
    if most is None:
        return f", at least {least}" if least else ""
    return f", {least} to {most}" if least else f", at most {most}"


def _word(default: Any) -> str:
    return ("no", "yes")[default] if isinstance(default, bool) else str(default)


def given(fields: Iterable[FormField], values: dict[str, Any]) -> dict[str, Any]:
    """The parameters that were written, ready to be sent; the engine fills in the others."""
    params: dict[str, Any] = {}
    for field in fields:
        entry = values.get(field.name)
        if isinstance(entry, tuple):
            entry = list(entry) or None
        if entry is not None or _was_written(field.name):
            params[field.name] = value.absolute(field, entry)
    return params


def _was_written(name: str) -> bool:
    """Whether `none` was written for a nullable parameter."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE
