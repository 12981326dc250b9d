"""What a user writes for one parameter, read by the rules of its form field."""

import contextlib
import json
import math
import os
import re
from typing import Any

from studio import files
from studio.errors import UserError
from studio.form import FormField, is_within
from studio.library import picture_id

EXAMPLES = {
    "adapter": "film:0.8", "region": "“a red cup=left.png,weight=0.5”",
    "control": "canny=room.png,hint=canny,weight=0.8", "reference": "plus=cat.png,weight=0.6,layers=style",
}  # fmt: skip
UNSAID = "sha256"
"""What the engine fills in."""
FEW = 4
"""As many choices are listed in the midst of a line."""
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def read(field: FormField, text: str) -> Any:
    """The value that `text` stands for. Raises UserError, with the legal values."""
    if field.nullable and field.kind != "text" and text.lower() == "none":
        return None
    value = READERS[field.kind](field, text)
    if isinstance(value, int | float) and not isinstance(value, bool) and not is_within(field, value):
        raise _refused(field, text)
    return value


def legal(field: FormField) -> str:
    """The values that the field takes, in words."""
    if field.kind == "choice":
        words = [str(choice) for choice in field.choices]
    elif field.kind == "switch":
        words = ["yes", "no"]
    elif field.kind == "object":
        words = [f"{spelling(field)}, such as {EXAMPLES[field.widget]}"]
    else:
        noun = {"integer": "a whole number", "number": "a number"}.get(field.kind, "text")
        words = [f"{noun} {bounds}".rstrip() if (bounds := _bounds(field)) else noun]
    return " or ".join([*words, "none"] if field.nullable and field.kind != "text" else words)


def spelling(field: FormField) -> str:
    """How an object is written, with all that can be said of it."""
    if field.widget == "adapter":
        return "NAME:WEIGHT or NAME:WEIGHT:TEXT_WEIGHT"
    start, said = ("WORDS=MASK", ("prompt", "mask")) if field.widget == "region" else ("NAME=FILE", ("image",))
    if field.own_picture:
        start = "NAME or NAME=FILE"
    others = [each for each in field.fields if each.name not in (*said, field.widget, UNSAID)]
    said_besides = " ".join(f",{each.name}={_sample(each)}" for each in others)  # spaces, where a line may break
    return f"{start}, then {'any of ' if len(others) > 1 else ''}{said_besides}"


def _sample(member: FormField) -> str:
    if member.kind != "choice" or len(member.choices) > FEW:
        return {"number": f"{_plain(member.minimum or 0)}…{_plain(member.maximum or 0)}"}.get(member.kind, "…")
    return "|".join(map(str, member.choices))


def absolute(field: FormField, value: Any) -> Any:
    """The value with paths made absolute, because the engine works in another folder; ids are left alone."""
    if field.kind == "list" and field.item is not None and isinstance(value, list):
        return [absolute(field.item, entry) for entry in value]
    if field.kind == "object" and isinstance(value, dict):
        members = {each.name: each for each in field.fields}
        return {name: _absolute_member(members.get(name), each, field.widget) for name, each in value.items()}
    if not isinstance(value, str) or not value or field.widget not in ("image", "mask", "model"):
        return value
    # A folder that happens to be called like a model of the catalogue must be written ./starter.
    named = not _is_spelled(value) if field.widget == "model" else picture_id.is_id(value)
    return value if named else str(files.absolute(value))


def _absolute_member(member: FormField | None, value: Any, widget: str) -> Any:
    """Of an object: its pictures as any others, and what it is called after as models are."""
    if member is None or not isinstance(value, str) or not value:
        return value
    if member.name == widget:
        return str(files.absolute(value)) if _is_spelled(value) else value
    return absolute(member, value)


def _is_spelled(name: str) -> bool:
    """Whether it is written as a path."""
    return any(separator in name for separator in (os.sep, os.altsep) if separator)


def _integer(field: FormField, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _refused(field, text) from None


def _number(field: FormField, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _refused(field, text) from None
    if not math.isfinite(value):
        raise _refused(field, text)
    return value


def _switch(field: FormField, text: str) -> bool:
    if text.lower() not in TRUE + FALSE:
        raise _refused(field, text)
    return text.lower() in TRUE


def _choice(field: FormField, text: str) -> Any:
    for choice in field.choices:
        if str(choice) == text:
            return choice
    raise _refused(field, text)


def _text(field: FormField, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UserError(
            f"{field.title} holds bytes that are no valid text; write it in UTF-8.", field=field.name
        ) from None
    return text


def _list(field: FormField, text: str) -> list[Any]:
    """A list within a list, for which there is no other spelling than JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, list):
        raise UserError(f"{field.title} must be a JSON list, for example [1, 2], not {text!r}.", field=field.name)
    return value


def _adapter(field: FormField, text: str) -> dict[str, Any]:
    """NAME:WEIGHT, or NAME:WEIGHT:TEXT_WEIGHT; a name may hold colons itself."""
    rest, numbers = text, list[float]()
    weights = [each for each in field.fields if each.kind == "number"]
    while len(numbers) < len(weights) and (found := re.fullmatch(r"(.*):([^:/\\]+)", rest)) and _is_number(found[2]):
        rest = found[1]
        numbers.insert(0, _number(field, found[2]))
    if not rest:
        raise _refused(field, text)
    for each, number in zip(weights, numbers, strict=False):
        if not is_within(each, number):
            raise UserError(f"{each.title} must be {legal(each)}, not {number:g}.", field=field.name)
    return {"adapter": _text(field, rest)} | dict(zip((each.name for each in weights), numbers, strict=False))


def _object(field: FormField, text: str) -> dict[str, Any]:
    return {"adapter": _adapter, "region": _region}.get(field.widget, _named_picture)(field, text)


def _region(field: FormField, text: str) -> dict[str, Any]:
    """WORDS=MASK or WORDS=MASK,weight=0.5, where a comma of the mask's name stays its own; or JSON."""
    if text.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return dict(json.loads(text))
    weights: dict[str, Any] = {}
    rest, comma, number = text.rpartition(",weight=")
    if comma and "=" in rest:
        text, member = rest, next(each for each in field.fields if each.name == "weight")
        weights = {"weight": read(member, number)}
    words, _, mask = text.rpartition("=")
    if not (words.strip() and mask):
        raise _refused(field, text)
    return {"prompt": words, "mask": mask} | weights


def _named_picture(field: FormField, text: str) -> dict[str, Any]:
    """NAME=FILE,hint=canny,weight=0.8; of a control NAME alone follows the picture that the task begins from; or JSON,
    for names with commas in them."""
    if text.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return dict(json.loads(text))
        raise _refused(field, text)
    first, *others = text.split(",")
    name, _, image = first.partition("=")
    members = {each.name: each for each in field.fields}
    given = dict(each.partition("=")[::2] for each in others)
    if not name or not (image or field.own_picture) or not given.keys() <= members.keys():
        raise _refused(field, text)
    picture = {"image": image} if image else {}
    return {field.widget: name} | picture | {key: read(members[key], each) for key, each in given.items()}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


READERS = {
    "integer": _integer,
    "number": _number,
    "switch": _switch,
    "choice": _choice,
    "text": _text,
    "list": _list,
    "object": _object,
}


def _refused(field: FormField, text: str) -> UserError:
    return UserError(f"{field.title} must be {legal(field)}, not {text!r}.", field=field.name)


def _bounds(field: FormField) -> str:
    low, high = field.minimum, field.maximum
    lower = "" if low is None else f"above {_plain(low)}" if field.exclusive_minimum else f"from {_plain(low)}"
    upper = "" if high is None else f"below {_plain(high)}" if field.exclusive_maximum else f"to {_plain(high)}"
    if not lower.startswith("from") and upper.startswith("to"):
        upper = f"up {upper}"
    joint = " and " if lower and upper and not upper.startswith("to") else " "
    return f"{lower}{joint}{upper}".strip()


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)
