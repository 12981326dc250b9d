"""A file of jobs, one JSON object of parameters per line, run in one engine."""

import errno
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from studio import files, messages
from studio.cli import value
from studio.errors import UserError
from studio.form import FormField

CAP_BYTES = 64 * 2**20
"""Of a file of jobs: hundreds of thousands of them."""
DEEPEST = 64
"""Of lists within lists; no parameter is nested so deeply, and what walks through them would run out of stack."""


def lines(path: str) -> list[bytes]:
    """The lines of the file, or of stdin for '-'. Raises UserError when it cannot be read."""
    try:
        content = _stdin() if path == "-" else files.read_bounded(Path(path), CAP_BYTES)
    except files.IrregularFileError:
        raise UserError(
            f"The file of jobs {path} is a device or a pipe, not a file; nothing was started. To read jobs from "
            "another program, write --jobs - and put the pipe before it."
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"The file of jobs {path} cannot be read ({reason}); nothing was started.") from None
    return content.removeprefix(b"\xef\xbb\xbf").splitlines()


def _stdin() -> bytes:
    content = sys.stdin.buffer.read(CAP_BYTES + 1)
    if len(content) > CAP_BYTES:
        raise files.FileTooLongError(errno.EFBIG, f"it is longer than {CAP_BYTES // 2**20} MiB")
    return content


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
        given = json.loads(line.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
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


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) != len(pairs):
        raise _bad("a name occurs twice")
    return given


def _no_constant(word: str) -> float:
    raise _bad(f"{word} is no number that JSON knows")
