"""Validation: what somebody asked for, made into a task's Params, or one sentence about what is wrong with it."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
import pydantic
from pydantic_core import ErrorDetails

from studio import api, form, messages
from studio.errors import UserError

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
    names = [field.name for field in fields if field.widget == "seed"]
    return {name: secrets.randbelow(SEEDS) for name in names if getattr(params, name) == -1}


def _explained(error: ErrorDetails, fields: Mapping[str, form.FormField]) -> UserError:
    where = error["loc"]
    if not where:
        return UserError(f"The parameters do not fit together: {_plain(error)}.", code="invalid_params")
    name = str(where[0])
    if error["type"] == "extra_forbidden":
        known = f"there are {', '.join(fields)}" if fields else "it takes none"
        return UserError(f"There is no parameter {name!r}; {known}.", field=name, code="invalid_params")
    field = fields.get(name)
    inner = field.item if field and field.item and len(where) > 1 else field
    which = f"{name}, entry {int(where[1]) + 1}," if len(where) > 1 and isinstance(where[1], int) else name
    return UserError(f"{which} {_demand(error, inner)}.", field=name, code="invalid_params")


def _demand(error: ErrorDetails, field: form.FormField | None) -> str:
    """What the value must be, as a predicate; never pydantic's own words."""
    kind, value = error["type"], _shown(error["input"])
    if kind == "missing":
        return "is missing"
    if kind in ("value_error", "assertion_error"):  # of a plugin's own validator, in its own words
        return f"{_plain(error)}, not {value}" if _plain(error).startswith("must be") else _plain(error)
    if kind in _LENGTHS and field:
        return _LENGTHS[kind](field, error["input"])
    if field is None:
        return f"cannot be {value}"
    return f"must be {_wanted(kind, field)}, not {value}"


def _wanted(kind: str, field: form.FormField) -> str:
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        return _range(field)
    if kind == "string_pattern_mismatch":
        return "#rrggbb, a colour like #ff8800" if field.widget == "color" else f"text of the form {field.pattern}"
    if kind == "multiple_of":
        return f"a multiple of {field.step}" if field.step else "a multiple of its step"
    if field.choices:
        return "one of " + ", ".join(str(choice) for choice in field.choices)
    nouns = {"integer": "a whole number", "number": "a finite number", "switch": "true or false", "list": "a list"}
    return nouns.get(field.kind, "text")


def _range(field: form.FormField) -> str:
    lower = _bound(field.minimum, "more than " if field.exclusive_minimum else "")
    upper = _bound(field.maximum, "less than " if field.exclusive_maximum else "")
    if not upper:
        return lower if field.exclusive_minimum else f"{lower} or more"
    if not lower:
        return upper if field.exclusive_maximum else f"{upper} or less"
    plain = not (field.exclusive_minimum or field.exclusive_maximum)
    return f"between {lower} and {upper}" if plain else f"{lower} and {upper}"


def _bound(number: float | None, prefix: str) -> str:
    return "" if number is None else f"{prefix}{number:g}" if isinstance(number, float) else f"{prefix}{number}"


def _too_long(field: form.FormField, value: Any) -> str:
    return f"has {_counted(field, value)}; at most {field.max_length or 0:,} are allowed"


def _too_short(field: form.FormField, value: Any) -> str:
    if not value:
        return "must not be empty"
    return f"has {_counted(field, value)}; at least {field.min_length or 0:,} are needed"


def _counted(field: form.FormField, value: Any) -> str:
    one, many = ("entry", "entries") if field.kind == "list" else ("character", "characters")
    return f"{len(value):,} {one if len(value) == 1 else many}"


_LENGTHS: dict[str, Callable[[form.FormField, Any], str]] = {
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
