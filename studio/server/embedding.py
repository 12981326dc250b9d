"""Kept embeddings over HTTP: known by the head of their file; whether one is sound, the engine judges."""

import json
import struct
from pathlib import Path

from studio import files

SUFFIX = ".safetensors"
FOLDER = "embeddings"
"""In the library's folder."""
REFERENCE = "embedding:"
"""What a reference by name begins with."""
MOST_BYTES = 16 * 2**20
_KIND = "studio.image_embedding"
_HEAD_BYTES = 65_536


def is_one(path: Path) -> bool:
    """Whether the file says that it is one of ours. Raises OSError."""
    if path.stat().st_size > MOST_BYTES:
        return False
    with files.open_regular(path) as file:
        head = file.read(8)
        length = struct.unpack("<Q", head)[0] if len(head) == 8 else 0
        if not 0 < length <= _HEAD_BYTES:
            return False
        try:
            about = json.loads(file.read(length)).get("__metadata__", {})
        except (ValueError, AttributeError, RecursionError):
            return False
    return isinstance(about, dict) and about.get("kind") == _KIND


def names(library: Path) -> list[str]:
    """Those that are kept in a library, by the names that their user gave them."""
    return sorted(path.stem for path in (library / FOLDER).glob(f"*{SUFFIX}"))


def find(library: Path, ref: str) -> Path | None:
    """The file of one that is named; None where there is none of this name."""
    name = ref.removeprefix(REFERENCE)
    return library / FOLDER / f"{name}{SUFFIX}" if name in names(library) else None
