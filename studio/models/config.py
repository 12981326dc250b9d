"""Configurations of models: JSON from strangers, read within limits."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.errors import os_reason
from studio.files import FileTooLongError, read_bounded
from studio.models.entry import refused

CAP_BYTES = 16 * 2**20
SUFFIXES = (".json", ".txt", ".model", ".jinja")
DEEPEST = 64
CODE_KEYS = ("auto_map", "custom_pipeline", "trust_remote_code")
"""How a configuration asks for code that came with the weights (CVE-2026-44513)."""
ATTENTION_KEYS = ("attn_implementation", "_attn_implementation", "_attn_implementation_internal", "attn_processor")
KERNELS = {"eager", "sdpa", "flash_attention_2", "flash_attention_3", "flex_attention"}
"""What transformers has itself; another name is one of a repository whose code it would fetch and run."""


def read(path: Path) -> dict[str, Any]:
    """The JSON object in `path`. Raises UserError when it is none, too large, too deep, or asks for code."""
    try:
        entries = json.loads(read_bounded(path, CAP_BYTES))
    except FileTooLongError:
        raise refused(path, "it is larger than any configuration should be") from None
    except OSError as error:
        raise refused(path, "it cannot be read ({})", os_reason(error)) from None
    except (ValueError, RecursionError):
        raise refused(path, "it is no valid JSON") from None
    if not isinstance(entries, dict):
        raise refused(path, "it is no JSON object")
    if _depth(entries) > DEEPEST:
        raise refused(path, "it is nested more than {} deep", DEEPEST)
    for key, value in every(entries):
        if key in CODE_KEYS and value:
            raise refused(path, "it asks for code ({}), and code of a model is never run", key)
        if key in ATTENTION_KEYS and not _is_known_kernel(value):
            raise refused(path, "it asks for code ({}: {}), and code of a model is never run", key, repr(value)[:80])
    return entries


def every(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield from each.items()
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def _is_known_kernel(value: Any) -> bool:
    if isinstance(value, dict):  # one for each part of the model
        return all(map(_is_known_kernel, value.values()))
    return value is None or value in KERNELS if isinstance(value, str | None) else False


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
