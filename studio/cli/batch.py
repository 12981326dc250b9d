"""A file of jobs, one JSON object of parameters per line, run in one engine."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from studio import messages
from studio.cli import value
from studio.errors import UserError
from studio.form import FormField

DEEPEST = 64
"""Of lists within lists; no parameter is nested so deeply, and what walks through them would run out of stack."""


def lines(path: str) -> list[bytes]:
    """The lines of the file, or of stdin for '-'. Raises UserError when it cannot be read."""
    try:
        content = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"The file of jobs {path} cannot be read ({error.strerror}); nothing was started.") from None
    return content.removeprefix(b"\xef\xbb\xbf").splitlines()


def params(line: bytes, fields: Iterable[FormField], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of one job: those of its line over those of the command. Raises UserError."""
    given = _decode(line)
    known = {field.name: field for field in fields}
    own = {name: value.absolute(known[name], entry) if name in known else entry for name, entry in given.items()}
    return {**defaults, **own}


def _decode(line: bytes) -> dict[str, Any]:
    if not line.strip():
        raise _bad("it is empty")
    try:
        given = json.loads(line.decode(), parse_constant=_no_constant)
        if not isinstance(given, dict):
            raise _bad("it is no object; write for example " + '{"prompt": "a red cat"}')
        if _too_deep(given):
            raise RecursionError
        messages.check({"The name of a parameter": list(given), **given})
    except UnicodeDecodeError:
        raise _bad("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise _bad(f"{error.msg} at character {error.pos + 1}") from None
    except ValueError:  # Python's own limit
        raise _bad("a number has too many digits") from None
    except RecursionError:
        raise _bad("it is nested too deeply") from None
    return given


def _too_deep(entry: Any) -> bool:
    level = [entry]
    for _ in range(DEEPEST):
        nested = [inner for inner in level if isinstance(inner, list | dict)]
        level = [each for inner in nested for each in (inner.values() if isinstance(inner, dict) else inner)]
    return bool(level)


def _bad(reason: str) -> UserError:
    return UserError(f"This line is no job: {reason}.", code="invalid_json")


def _no_constant(word: str) -> float:
    raise _bad(f"{word} is no number that JSON knows")
