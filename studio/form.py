"""A task's JSON Schema, read into the fields of a form: what the window's editors and the command's options share.

An explicit `widget` wins, then `enum`, then `type`. A shape that is none of these refuses the task, by name.
"""

from typing import Any

import msgspec

from studio.errors import StudioError
from studio.text import Text

KINDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "switch"}
WIDGETS = {"prompt", "seed", "image", "mask", "model", "size", "color", "slider", "text"}


class UnsupportedSchema(StudioError):
    """A schema that cannot become a form; `reason` names the field and tells why, as part of a sentence."""

    def __init__(self, template: str, *args: object) -> None:
        self.reason = Text(template, *args)
        super().__init__(self.reason)


class FormField(msgspec.Struct, frozen=True):
    """One row of a form.

    kind: `text`, `integer`, `number`, `switch`, `choice` or `list`.
    widget: which editor shows it: a kind, or one of WIDGETS.
    """

    name: str
    title: str
    kind: str
    widget: str
    description: str = ""
    required: bool = False
    default: Any = None
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    step: float | None = None
    soft_maximum: float | None = None
    """Where a slider ends, though `maximum` lies further up."""
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    choices: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()
    """What the choices are called, in their order."""
    capability: str = ""
    embeddings: bool = False
    """Of a picture: whether kept embeddings are taken too."""
    group: str = ""
    advanced: bool = False
    item: "FormField | None" = None
    """Of a `list`: what each entry is. min_length and max_length then count entries."""


def parse(schema: dict[str, Any]) -> tuple[FormField, ...]:
    """The fields of an object schema, in order. Raises UnsupportedSchema."""
    if schema.get("type") != "object":
        raise UnsupportedSchema("its parameters are not an object")
    required = set(schema.get("required", ()))
    definitions = schema.get("$defs", {})
    return tuple(
        _field(name, entry, definitions, required=name in required)
        for name, entry in schema.get("properties", {}).items()
    )


def _field(name: str, entry: dict[str, Any], definitions: dict[str, Any], *, required: bool) -> FormField:
    outer = entry
    entry, nullable = _resolve(name, entry, definitions)
    kind = _kind(name, entry)
    hints = {**entry, **outer}
    choices = tuple(entry.get("enum", ())) or ((entry["const"],) if "const" in entry else ())
    shown = outer.get("title") or title(name)
    item = None
    if kind == "list":
        shared = {"title": shown, "embeddings": hints.get("embeddings", False)}
        item = _field(name, {**shared, **entry["items"]}, definitions, required=True)
    lower, upper = entry.get("exclusiveMinimum"), entry.get("exclusiveMaximum")
    return FormField(
        name=name,
        title=shown,
        kind=kind,
        widget=hints.get("widget") or kind,
        description=hints.get("description", ""),
        required=required,
        default=outer.get("default"),
        nullable=nullable,
        minimum=entry.get("minimum", lower),
        maximum=entry.get("maximum", upper),
        exclusive_minimum=lower is not None,
        exclusive_maximum=upper is not None,
        step=hints.get("step"),
        soft_maximum=hints.get("soft_max"),
        min_length=entry.get("minLength", entry.get("minItems")),
        max_length=entry.get("maxLength", entry.get("maxItems")),
        pattern=entry.get("pattern"),
        choices=choices,
        labels=tuple(label(choice, {**entry.get("labels", {}), **outer.get("labels", {})}) for choice in choices),
        capability=hints.get("capability", ""),
        embeddings=bool(hints.get("embeddings", False)),
        group=hints.get("group", ""),
        advanced=bool(hints.get("advanced", False)),
        item=item,
    )


def title(name: str) -> str:
    """What a parameter is called that has no title of its own."""
    return name.replace("_", " ").capitalize()


def label(choice: Any, labels: dict[str, str]) -> str:
    """What a choice is called: by a label of its own, else by its value, made a word."""
    text = str(choice)
    return labels.get(text) or (text[:1].upper() + text[1:].replace("_", " ") if text.islower() else text)


def _resolve(name: str, entry: dict[str, Any], definitions: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Follow `$ref` and unwrap `anyOf [X, null]`; returns the plain entry and whether null is allowed."""
    if "anyOf" in entry:
        others = [option for option in entry["anyOf"] if option.get("type") != "null"]
        if len(others) != 1 or len(others) == len(entry["anyOf"]):
            raise UnsupportedSchema(
                "its parameter {} may be of several types, for which there is no editor",
                repr(name),
            )
        inner, _ = _resolve(name, others[0], definitions)
        return inner, True
    if "$ref" in entry:
        target = definitions.get(str(entry["$ref"]).rsplit("/", 1)[-1])
        if target is None:
            raise UnsupportedSchema(
                "its parameter {} refers to an unknown definition {}",
                repr(name),
                repr(entry["$ref"]),
            )
        return _resolve(name, target, definitions)
    return entry, False


def _kind(name: str, entry: dict[str, Any]) -> str:
    widget = entry.get("widget")
    if widget is not None and widget not in WIDGETS:
        raise UnsupportedSchema(
            "its parameter {} asks for the editor {}, which does not exist",
            repr(name),
            repr(widget),
        )
    if "enum" in entry or "const" in entry:
        return "choice"
    kind = entry.get("type")
    if kind == "array" and isinstance(entry.get("items"), dict):
        return "list"
    if kind == "string" and widget is None and "format" in entry:
        raise UnsupportedSchema(
            "its parameter {} is text of the form {}, which no editor knows",
            repr(name),
            entry["format"],
        )
    if kind not in KINDS:
        raise UnsupportedSchema("its parameter {} has the type {}, which no editor knows", repr(name), kind or "any")
    return KINDS[kind]
