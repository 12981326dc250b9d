"""Log files: text that grows at the end and never without bound, for its user alone."""

import os
from pathlib import Path

from studio import files

CAP_BYTES = 1_000_000
FOLDER = "logs"


def append(path: Path, text: str) -> None:
    """Add text; a file that is full becomes `….1`, in the place of the one before. Raises OSError."""
    files.make_private(path.parent)
    if path.exists() and path.stat().st_size > CAP_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    with open(path, "a", encoding="utf-8", errors="backslashreplace", opener=_private) as file:
        file.write(text)


def _private(path: str, flags: int) -> int:
    """It quotes prompts and paths: only their user may read them."""
    return os.open(path, flags, 0o600)
