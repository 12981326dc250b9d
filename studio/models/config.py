"""Configurations of models: JSON from strangers, read within limits."""

import json
from pathlib import Path
from typing import Any

from studio.models.entry import refused

CAP_BYTES = 16 * 2**20
SUFFIXES = (".json", ".txt", ".model", ".jinja")
DEEPEST = 64
CODE_KEYS = ("auto_map", "custom_pipeline", "trust_remote_code")
"""How a configuration asks for code that came with the weights (CVE-2026-44513)."""


def read(path: Path) -> dict[str, Any]:
    """The JSON object in `path`. Raises UserError when it is none, too large, too deep, or asks for code."""
    if path.stat().st_size > CAP_BYTES:
        raise refused(path, "it is larger than any configuration should be")
    try:
        entries = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise refused(path, "it is no valid JSON") from None
    if not isinstance(entries, dict):
        raise refused(path, "it is no JSON object")
    if _depth(entries) > DEEPEST:
        raise refused(path, "it is nested more than {} deep", DEEPEST)
    asks = [key for key in CODE_KEYS if entries.get(key)]
    if asks:
        raise refused(path, "it asks for code ({}), and code of a model is never run", asks[0])
    return entries


def _depth(value: Any) -> int:
    """How deep lists and objects stand in each other, found level by level."""
    level, depth = [value], 0
    while level:
        depth += 1
        inner = [
            list(each.values()) if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)
        ]
        level = [child for children in inner for child in children if isinstance(child, dict | list)]
    return depth
