"""Names of pictures: unique without asking anybody, sorted by time, never made of a prompt."""

import re
import secrets
from datetime import UTC, datetime

from studio.printable import printable

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, in one case for file systems that know only one
_SHAPE = re.compile(f"[{_ALPHABET}]{{26}}")


def new_id(now: datetime) -> str:
    """48 bits of milliseconds and 80 of chance, as 26 characters (the layout of a ULID)."""
    number = max(0, round(now.timestamp() * 1000)) << 80 | secrets.randbits(80)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    """Whether the text has the shape of an id, so that it can be told from a path."""
    return _SHAPE.fullmatch(text) is not None


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_time(created: str) -> str:
    """What calendar and clock on the wall said at a time that is stored in UTC, to the second."""
    try:
        return f"{datetime.fromisoformat(created).astimezone():%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError, OSError):  # of a stranger's file
        return printable(created[:19])
