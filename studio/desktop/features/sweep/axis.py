"""Axis: the values that a parameter goes through, as people write them."""

from typing import Any, NamedTuple

from studio.errors import UserError
from studio.form import FormField, is_within
from studio.role import Role
from studio.text import Text

MOST = 100
"""Pictures of one sweep."""
RANGE = ".."


class Axis(NamedTuple):
    field: FormField
    values: tuple[Any, ...]


def can_sweep(field: FormField) -> bool:
    """Whether a parameter has values that can be written in a line."""
    return field.kind in ("integer", "number", "switch", "choice") or field.widget in ("prompt", "text")


def read(field: FormField, text: str) -> Axis:
    """Numbers and choices are parted by commas, texts by |; 1..9 is a range in the field's steps, 0..1/5 five values.

    Raises UserError, which names the field.
    """
    parts = [part.strip() for part in text.split("|" if field.kind == "text" else ",")]
    parts = [part for part in parts if part]
    if not parts:
        between = "|" if field.kind == "text" else Text("commas")
        raise _odd(field, "it has no values yet; write some, parted by {}", between)
    values = [value for part in parts for value in _values(field, part)]
    return Axis(field, tuple(dict.fromkeys(values)))


def suggestion(field: FormField) -> str:
    """What could be written there."""
    if field.kind == "choice":
        return ", ".join(str(choice) for choice in field.choices)
    if field.kind == "switch":
        return "yes, no"
    if field.kind == "text":
        return "one | another"
    if field.role is Role.SEED:
        return "1..4"
    low, high = field.minimum, field.maximum
    if low is not None and high is not None and high - low <= 10 and field.kind == "number":
        return f"{low:g}{RANGE}{high:g}/5"
    return ""


def _values(field: FormField, part: str) -> list[Any]:
    if field.kind == "text":
        return [part]
    if field.kind == "switch":
        known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
        if part.casefold() not in known:
            raise _odd(field, "“{}” is neither yes nor no", part)
        return [known[part.casefold()]]
    if field.kind == "choice":
        found = [choice for choice in field.choices if str(choice).casefold() == part.casefold()]
        if not found:
            raise _odd(field, "“{}” is none of its choices", part)
        return found
    return [_legal(field, number) for number in _numbers(field, part)]


def _numbers(field: FormField, part: str) -> list[float]:
    body, slash, count = part.partition("/")
    first, dots, last = body.partition(RANGE)
    try:
        if not dots:
            return [float(part)]
        start, stop = float(first), float(last)
        if slash:
            many = min(max(int(count), 2), MOST)
            return [start + (stop - start) * number / (many - 1) for number in range(many)]
        step = field.step or 1.0
        many = int(abs(stop - start) / step + 1e-9) + 1
        if many > MOST:
            raise _odd(field, "“{}” has {} values, and {} are the most", part, many, MOST)
        sign = 1 if stop >= start else -1
        return [start + sign * step * number for number in range(many)]
    except ValueError:
        raise _odd(field, "“{}” is no number", part) from None


def _legal(field: FormField, number: float) -> float | int:
    low, high = field.minimum, field.maximum
    if not is_within(field, number):
        bounds = f"{'' if low is None else f'{low:g}'}{RANGE}{'' if high is None else f'{high:g}'}"
        raise _odd(field, "{} is outside {}", f"{number:g}", bounds)
    return round(number) if field.kind == "integer" else round(number, 6)


def _odd(field: FormField, why: str, *args: object) -> UserError:
    return UserError("{}: {}; nothing was started.", field.title, Text(why, *args), field=field.name)
