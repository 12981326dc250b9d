"""Axis: the values that a parameter goes through, as people write them."""

import re
from fractions import Fraction
from typing import Any, NamedTuple

from studio.desktop.forms.number import read_number
from studio.desktop.style.label_text import number_text
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
    """Between numbers and choices stands a comma and a space, or a semicolon, between texts a |; 1..9 is a range in the
    field's steps, 0..1/5 five values.

    Raises UserError, which names the field.
    """
    parts = [part.strip() for part in _parts(field, text) if part.strip()]
    if not parts:
        between = "|" if field.kind == "text" else Text("commas")
        raise _odd(field, "it has no values yet; write some, separated by {}", between)
    values = [value for part in parts for value in _values(field, part)]
    return Axis(field, tuple(dict.fromkeys(values)))


def _parts(field: FormField, text: str) -> list[str]:
    """A comma within a number is a decimal one, as in the form: 7,5 is one value, and so is each of 0,25; 0,5."""
    if field.kind == "text":
        return text.split("|")
    if ";" in text:
        return text.split(";")
    if field.kind != "number":
        return text.split(",")
    parts = re.split(r",\s+|\s+,", text)  # beside a space it parts
    return [number for part in parts for number in ([part] if _is_decimal(part) else part.split(","))]


def _is_decimal(part: str) -> bool:
    """Whether each comma of it, or of the ends of a range, is within a number."""
    return all(re.fullmatch(r"\s*[-+]?\d*,?\d*(/\d+)?\s*", end) for end in part.split(RANGE))


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


def _numbers(field: FormField, part: str) -> list[Fraction]:
    body, slash, count = part.partition("/")
    first, dots, last = body.partition(RANGE)
    if not dots:
        return [_number(field, part)]
    start, stop = _number(field, first), _number(field, last)
    if slash:
        if not count.strip().isdecimal() or not 2 <= int(count) <= MOST:
            raise _odd(field, "“{}” is no count from 2 to {}", count.strip(), MOST)
        return [start + (stop - start) * number / (int(count) - 1) for number in range(int(count))]
    step = Fraction(str(field.step or 1))
    many = int(abs(stop - start) / step) + 1
    if many > MOST:
        raise _odd(field, "“{}” has {} values, and {} are the most", part, many, MOST)
    return [start + (step if stop >= start else -step) * number for number in range(many)]


def _number(field: FormField, text: str) -> Fraction:
    """As the form reads it, without a digit lost."""
    number = read_number(text.strip(), whole=field.kind == "integer")
    if number is None:
        raise _odd(field, "“{}” is no number", text.strip())
    return Fraction(str(number))


def _legal(field: FormField, exact: Fraction) -> float | int:
    low, high = field.minimum, field.maximum
    number = round(exact) if field.kind == "integer" else round(float(exact), 6)
    if not is_within(field, number):
        bounds = f"{'' if low is None else number_text(low)}{RANGE}{'' if high is None else number_text(high)}"
        raise _odd(field, "{} is outside {}", number_text(number), bounds)
    return number


def _odd(field: FormField, why: str, *args: object) -> UserError:
    return UserError("{}: {}; nothing was started.", field.title, Text(why, *args), field=field.name)
