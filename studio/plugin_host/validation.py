"""Validation: what somebody asked for, made into a task's Params, or one sentence about what is wrong with it."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import pydantic
from pydantic_core import ErrorDetails

from studio import api, form, messages
from studio.errors import UserError
from studio.role import Role
from studio.text import Text

SEEDS = 2**63  # what an SQLite INTEGER holds
_SHOWN = 60  # characters of a wrong value


def validate(cls: type[api.Params], fields: Iterable[form.FormField], given: Mapping[str, Any]) -> api.Params:
    """The parameters with defaults filled in and seeds drawn. Raises UserError, naming the field."""
    messages.check(given)
    known = {field.name: field for field in fields}
    # Clients of other languages send null for "not given".
    meant = {name: value for name, value in given.items() if value is not None or not _has_default(known.get(name))}
    try:
        # As JSON and strictly: true is no 1 and "3" is no 3, but a list becomes a tuple and a text an enum.
        params = cls.model_validate_json(msgspec.json.encode(meant), strict=True)
    except pydantic.ValidationError as error:
        raise _explained(error.errors(include_url=False)[0], known) from None
    return params.model_copy(update=_drawn(params, known.values()))


def wrong_default(cls: type[api.Params], fields: Iterable[form.FormField]) -> UserError | None:
    """What is wrong with a default: pydantic checks only what is given. What several say together is not looked at."""
    known = {field.name: field for field in fields}
    given = {name: field.default for name, field in known.items() if field.default is not None}
    try:
        cls.model_validate_json(msgspec.json.encode(given), strict=True)
    except pydantic.ValidationError as error:
        wrong = [each for each in error.errors(include_url=False) if each["loc"] and each["type"] != "missing"]
        return _explained(wrong[0], known) if wrong else None
    return None


def _has_default(field: form.FormField | None) -> bool:
    return field is not None and not field.required and not field.nullable


def _drawn(params: api.Params, fields: Iterable[form.FormField]) -> dict[str, int]:
    names = [field.name for field in fields if field.role is Role.SEED]
    return {name: secrets.randbelow(SEEDS) for name in names if getattr(params, name) == -1}


def _explained(error: ErrorDetails, fields: Mapping[str, form.FormField]) -> UserError:
    where = error["loc"]
    if not where:
        return UserError("The parameters do not fit together: {}.", Text(_plain(error)), code="invalid_params")
    name = str(where[0])
    if error["type"] == "extra_forbidden":
        return _unknown(name, where, fields)
    field = fields.get(name)
    inner = _inner(field, where[1:])
    number = int(where[1]) + 1 if len(where) > 1 and isinstance(where[1], int) else 0
    which = Text("{}, entry {},", name, number) if number else name
    if inner and field and field.item and inner not in (field, field.item):
        which = Text("{}, entry {}, {}", name, number, inner.name)
    return UserError(_demand(which, error, inner), field=name, code="invalid_params")


def _unknown(name: str, where: Sequence[int | str], fields: Mapping[str, form.FormField]) -> UserError:
    names = list(fields)
    if len(where) > 1 and (inner := _inner(fields.get(name), where[1:])):  # within an entry of a list
        names = [each.name for each in inner.fields]
    known = Text("there are {}", ", ".join(names)) if names else Text("it takes none")
    return UserError("There is no parameter {}; {}.", repr(str(where[-1])), known, field=name, code="invalid_params")


def _inner(field: form.FormField | None, where: Sequence[int | str]) -> form.FormField | None:
    """Of a list the kind of its entries, of an object its member."""
    inner = field.item if field and field.item and where else field
    if inner and inner.fields and len(where) > 1:
        return next((each for each in inner.fields if each.name == where[1]), inner)
    return inner


def _demand(which: str, error: ErrorDetails, field: form.FormField | None) -> Text:
    """What the value must be; never pydantic's own words."""
    kind, value = error["type"], _shown(error["input"])
    if kind == "missing":
        return Text("{} is missing.", which)
    if kind in ("value_error", "assertion_error"):
        return _own_words(which, _plain(error), value)
    if kind in _LENGTHS and field:
        return _LENGTHS[kind](which, field, error["input"])
    if field is None:
        return Text("{} cannot be {}.", which, value)
    return Text("{} must be {}, not {}.", which, _wanted(kind, field), value)


def _own_words(which: str, words: str, value: str) -> Text:
    """Of a plugin's own validator."""
    if words.startswith("must be "):
        return Text("{} must be {}, not {}.", which, Text(words.removeprefix("must be ")), value)
    free = f"{which} {words}."
    return Text(free)


def _wanted(kind: str, field: form.FormField) -> Text:
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        return _range(field)
    if kind == "string_pattern_mismatch":
        is_color = field.widget == "color"
        return Text("#rrggbb, a colour like #ff8800") if is_color else Text("text of the form {}", field.pattern)
    if kind == "multiple_of":
        return Text("a multiple of {}", field.step) if field.step else Text("a multiple of its step")
    if field.choices:
        return Text("one of {}", ", ".join(str(choice) for choice in field.choices))
    nouns = {"integer": "a whole number", "number": "a finite number", "switch": "true or false", "list": "a list",
             "object": "an object of named values"}  # fmt: skip
    return Text(nouns.get(field.kind, "text"))


def _range(field: form.FormField) -> Text:
    lower = _bound(field.minimum, "more than {}" if field.exclusive_minimum else "{}")
    upper = _bound(field.maximum, "less than {}" if field.exclusive_maximum else "{}")
    if not upper:
        return lower if field.exclusive_minimum else Text("{} or more", lower)
    if not lower:
        return upper if field.exclusive_maximum else Text("{} or less", upper)
    plain = not (field.exclusive_minimum or field.exclusive_maximum)
    return Text("between {} and {}", lower, upper) if plain else Text("{} and {}", lower, upper)


def _bound(number: float | None, template: str) -> Text:
    if number is None:
        return Text("")
    return Text(template, f"{number:g}" if isinstance(number, float) else number)


def _too_long(which: str, field: form.FormField, value: Any) -> Text:
    most = f"{field.max_length or 0:,}"
    return Text("{} has {} {}; at most {} are allowed.", which, f"{len(value):,}", _noun(field, value), most)


def _too_short(which: str, field: form.FormField, value: Any) -> Text:
    if not value:
        return Text("{} must not be empty.", which)
    least = f"{field.min_length or 0:,}"
    return Text("{} has {} {}; at least {} are needed.", which, f"{len(value):,}", _noun(field, value), least)


def _noun(field: form.FormField, value: Any) -> Text:
    one, many = ("entry", "entries") if field.kind == "list" else ("character", "characters")
    return Text(one if len(value) == 1 else many)


_LENGTHS: dict[str, Callable[[str, form.FormField, Any], Text]] = {
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_short,
}


def _plain(error: ErrorDetails) -> str:
    """The words of the exception that a validator raised."""
    words = str(error.get("ctx", {}).get("error", "")) or "do not pass the plugin's own check"
    return words.strip().rstrip(".")


def _shown(value: Any) -> str:
    text = msgspec.json.encode(value, enc_hook=repr).decode("utf-8", "replace")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
