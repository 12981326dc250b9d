"""A task's JSON Schema, read once into the fields of a form, which the editors, the options and the engine share.

An explicit `widget` wins, then `enum`, then `type`. A shape that is none of these refuses the task, by name; so does a
role that does not exist, or stands on a field of another shape.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from studio.descriptions import TaskInfo
from studio.errors import StudioError
from studio.role import SEVERAL, Role
from studio.text import Text

KINDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "switch"}
OBJECTS = {"adapter", "control", "reference", "region"}
"""Editors of several values together, for an entry of a list."""
WIDGETS = {"prompt", "seed", "image", "mask", "model", "size", "color", "slider", "text", "styles", *OBJECTS}


class UnsupportedSchema(StudioError):
    """A schema that cannot become a form; `reason` names the field and tells why, as part of a sentence."""

    def __init__(self, template: str, *args: object) -> None:
        self.reason = Text(template, *args)
        super().__init__(self.reason)


class FormField(msgspec.Struct, frozen=True):
    """One row of a form.

    kind: `text`, `integer`, `number`, `switch`, `choice`, `list` or `object`.
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
    role: Role | None = None
    """What it means to the studio; None for nothing."""
    model_default: str = ""
    """Which of the model's own numbers stands for it while it is empty."""
    embeddings: bool = False
    """Of a picture: whether saved embeddings are taken too."""
    own_picture: bool = False
    """Of a control: whether the picture that its task begins from is followed where it has none of its own."""
    group: str = ""
    advanced: bool = False
    item: "FormField | None" = None
    """Of a `list`: what each entry is. min_length and max_length then count entries."""
    fields: tuple["FormField", ...] = ()
    """Of an `object`: what it is made of."""


@dataclass(frozen=True)
class TaskForm:
    """A task, and the fields of its form as they were read from its schema."""

    info: TaskInfo
    fields: tuple[FormField, ...] = ()
    problem: str = ""
    """Why there is no form, as a predicate; '' when there is one."""

    @property
    def id(self) -> str:
        return self.info.id

    @property
    def title(self) -> str:
        return self.info.title

    def get(self, name: str) -> FormField | None:
        """The field of that name."""
        return next((field for field in self.fields if field.name == name), None)

    def role(self, role: Role) -> FormField | None:
        """The first field that has this role."""
        return next((field for field in self.fields if field.role is role), None)

    def names(self, *roles: Role) -> tuple[str, ...]:
        """The names of all fields that have one of these roles, in the order of the form."""
        return tuple(field.name for field in self.fields if field.role in roles)


def read(task: TaskInfo) -> TaskForm:
    """The form of a task; one whose schema no editor knows has a `problem` and no fields."""
    try:
        return TaskForm(task, parse(task.schema))
    except UnsupportedSchema as error:
        return TaskForm(task, problem=str(error))
    except (TypeError, AttributeError, LookupError, ValueError, RecursionError):  # of whoever wrote it by hand
        return TaskForm(task, problem=Text("the description of its parameters is no JSON Schema"))


def parse(schema: dict[str, Any]) -> tuple[FormField, ...]:
    """The fields of an object schema, in order. Raises UnsupportedSchema."""
    if schema.get("type") != "object":
        raise UnsupportedSchema("its parameters are not an object")
    required = set(schema.get("required", ()))
    definitions = schema.get("$defs", {})
    fields = tuple(
        _field(name, entry, definitions, required=name in required)
        for name, entry in schema.get("properties", {}).items()
    )
    held = Counter(field.role for field in fields if field.role and field.role not in SEVERAL)
    for role, count in held.items():
        if count > 1:
            names = " and ".join(repr(field.name) for field in fields if field.role is role)
            raise UnsupportedSchema("its parameters {} have the role {}, which only one may have", names, role)
    return fields


def is_within(field: FormField, number: float) -> bool:
    """Whether a number keeps to the field's bounds."""
    low, high = field.minimum, field.maximum
    above = low is None or (number > low if field.exclusive_minimum else number >= low)
    return above and (high is None or (number < high if field.exclusive_maximum else number <= high))


def takes_pictures(field: FormField) -> bool:
    """Whether it is an ImageRef, or a list of them."""
    return "image" in (field.widget, field.item and field.item.widget)


def _field(name: str, entry: dict[str, Any], definitions: dict[str, Any], *, required: bool) -> FormField:
    outer = entry
    entry, nullable = _resolve(name, entry, definitions)
    kind = _kind(name, entry)
    hints = {**entry, **outer}
    choices = tuple(entry.get("enum", ())) or ((entry["const"],) if "const" in entry else ())
    shown = outer.get("title") or title(name)
    item = None
    if kind == "list":
        shared = {"title": shown, **{hint: hints.get(hint, False) for hint in ("embeddings", "own_picture")}}
        item = _field(name, {**shared, **entry["items"]}, definitions, required=True)
    lower, upper = entry.get("exclusiveMinimum"), entry.get("exclusiveMaximum")
    made = FormField(
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
        role=_role(name, hints.get("role")),
        model_default=hints.get("model_default", ""),
        embeddings=bool(hints.get("embeddings", False)),
        own_picture=bool(hints.get("own_picture", False)),
        group=hints.get("group", ""),
        advanced=bool(hints.get("advanced", False)),
        item=item,
        fields=_members(entry, definitions) if kind == "object" else (),
    )
    if made.role is not None:
        fits, shape = _SHAPES[made.role]
        if not fits(made):
            raise UnsupportedSchema("its parameter {} has the role {}, which is for {}", repr(name), made.role, shape)
    return made


def _members(entry: dict[str, Any], definitions: dict[str, Any]) -> tuple[FormField, ...]:
    required = set(entry.get("required", ()))
    properties = entry.get("properties", {}).items()
    return tuple(_field(name, each, definitions, required=name in required) for name, each in properties)


def joined(values: Iterable[Any]) -> str:
    """The texts among these values, and in the lists among them, on one line: what a job or a picture is called by."""
    texts = (text for value in values for text in (value if isinstance(value, list) else [value]))
    return " · ".join(" ".join(text[:300].split()) for text in texts if isinstance(text, str) and text.strip())


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
    if kind == "object" and widget in OBJECTS:
        return "object"
    if kind == "string" and widget is None and "format" in entry:
        raise UnsupportedSchema(
            "its parameter {} is text of the form {}, which no editor knows",
            repr(name),
            entry["format"],
        )
    if kind not in KINDS:
        raise UnsupportedSchema("its parameter {} has the type {}, which no editor knows", repr(name), kind or "any")
    return KINDS[kind]


def _role(name: str, role: Any) -> Role | None:
    if role is None:
        return None
    try:
        return Role(role)
    except ValueError:
        known = ", ".join(Role)
        raise UnsupportedSchema(
            "its parameter {} has the role {}, which does not exist; there are {}",
            repr(name),
            repr(role),
            known,
        ) from None


def _has_bounds(field: FormField) -> bool:
    return field.kind in ("integer", "number") and field.minimum is not None and field.maximum is not None


def _is(widget: str) -> Callable[[FormField], bool]:
    return lambda field: field.kind == "text" and field.widget == widget


def _is_list(fits: Callable[[FormField], bool]) -> Callable[[FormField], bool]:
    return lambda field: field.item is not None and fits(field.item)


def _is_text(field: FormField) -> bool:
    return field.kind == "text" and field.widget in ("text", "prompt")


_BOUNDED = (_has_bounds, "a number with a lower and an upper bound")
_PIXELS = (lambda field: field.kind == "integer", "a whole number")
_TEXT = (_is_text, "a text")
_SIZE = (lambda field: field.kind == "text", "a Size")  # whatever editor was asked for
_SHAPES: dict[Role, tuple[Callable[[FormField], bool], str]] = {
    Role.SOURCE: (_is("image"), "an ImageRef"),
    Role.MASK: (_is("mask"), "a MaskRef"),
    Role.EXTEND_LEFT: _PIXELS,
    Role.EXTEND_TOP: _PIXELS,
    Role.EXTEND_RIGHT: _PIXELS,
    Role.EXTEND_BOTTOM: _PIXELS,
    Role.PROMPT: (lambda field: _is_text(field) or _is_list(_is_text)(field), "a text or a list of texts"),
    Role.NEGATIVE: (lambda field: _is_text(field) and not field.required, "a text that may be left out"),
    Role.STYLES: (_is_list(lambda item: item.kind == "text"), "a list of texts"),
    Role.LANGUAGE: (lambda field: field.kind == "choice" and "auto" in field.choices, "an api.Language"),
    Role.BEFORE: _TEXT,
    Role.NAME: (lambda field: _is_text(field) and not field.required, "a text that may be left out"),
    Role.DISTANCE: _BOUNDED,
    Role.STRENGTH: _BOUNDED,
    Role.SCALE: _BOUNDED,
    Role.COUNT: (
        lambda field: field.kind == "integer" and _has_bounds(field),
        "a whole number with a lower and an upper bound",
    ),
    Role.SEED: (lambda field: field.kind == "integer", "a whole number"),
    Role.MODEL: (lambda field: field.kind == "text", "a ModelRef"),
    Role.SIZE: _SIZE,
    Role.PICTURE_SIZE: _SIZE,
    Role.ADAPTER: (_is_list(lambda item: item.widget == "adapter"), "a list of api.Adapter"),
    Role.CONTROL: (_is_list(lambda item: item.widget == "control"), "a list of api.Control"),
    Role.REFERENCE: (_is_list(lambda item: item.widget == "reference"), "a list of api.Reference"),
    Role.REGION: (_is_list(lambda item: item.widget == "region"), "a list of api.Region"),
    Role.BLEND_PICTURE: (_is_list(_is("image")), "a list of ImageRefs"),
    Role.BLEND_WEIGHT: (_is_list(lambda item: item.kind in ("integer", "number")), "a list of numbers"),
}
