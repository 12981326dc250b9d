"""The token that clients send as their API key: made once, kept in a file for its user alone."""

import os
import secrets
import stat
from pathlib import Path

from studio import files
from studio.atomic import writing
from studio.errors import UserError, os_reason

FEWEST = 16
"""Characters of a token that somebody chose."""
_CAP_BYTES = 4096


def load(path: Path, *, make: bool) -> str:
    """The token in this file; `make`: write a new one where there is none. Raises UserError for an unsafe file."""
    try:
        token = files.read_bounded(path, _CAP_BYTES).decode("ascii").strip()
    except FileNotFoundError:
        if make:
            return _made(path)
        raise UserError(
            "There is no token file {}; write a token of {} or more characters into it, readable by you alone.",
            path, FEWEST,
        ) from None  # fmt: skip
    except UnicodeDecodeError:
        raise _unusable(path) from None
    except OSError as error:
        raise UserError("The token file {} cannot be read ({}); name another one.", path, os_reason(error)) from None
    if os.name != "nt" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UserError("Others may read the token file {}; take that right from them: chmod 600 {}", path, path)
    if len(token) < FEWEST or not token.isprintable() or " " in token:
        raise _unusable(path)
    return token


def _made(path: Path) -> str:
    token = f"studio-{secrets.token_urlsafe(32)}"
    try:
        files.make_private(path.parent)
        with writing(path) as file:  # mode 0600
            file.write(f"{token}\n".encode())
    except OSError as error:
        raise UserError("The token cannot be kept in {} ({}); nothing was started.", path, os_reason(error)) from None
    return token


def _unusable(path: Path) -> UserError:
    return UserError(
        "The token file {} must hold one line of {} or more letters, digits and signs without spaces.", path, FEWEST
    )
