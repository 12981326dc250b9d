"""The header of a file of weights, read and checked without touching a tensor: safetensors here, GGUF beside.

That of safetensors is JSON behind an 8-byte little-endian length. Lengths are checked against the file before anything
is allocated (CVE-2026-111985), and duplicate keys, which safetensors 0.8 accepts, are refused.
"""

import functools
import json
import os
import struct
from collections import Counter
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

from studio.files import open_regular
from studio.models.loaders.damage import NAME_SHOWN, cut, damaged, refuse_masked, unreadable
from studio.models.loaders.gguf_header import SUFFIX, read_gguf_header
from studio.models.loaders.tensor import DTYPE_BITS, Tensor, WeightsHeader
from studio.text import Text

HEADER_CAP_BYTES = 100_000_000
"""The format's own limit; trainers put all their notes into the metadata."""
REMEMBERED_BYTES = 16 * 2**20
"""A header as long as that is parsed anew each time instead of being kept."""
MOST_SIDES, LONGEST_SIDE = 32, 2**48
"""Of a shape: more than any tensor has, and few enough to be multiplied."""


def read_header(path: Path) -> WeightsHeader:
    """The header of `path`. Raises UserError (code `invalid_weights`) naming what the file really is."""
    if path.suffix.lower() == SUFFIX:
        return read_gguf_header(path)
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            first = file.read(32)
            refuse_masked(path, first)
            if size < 8:
                raise damaged(path, "it has only {} bytes", size)
            length = struct.unpack("<Q", first[:8])[0]
            if length > HEADER_CAP_BYTES:
                raise damaged(path, "its header claims {} bytes", f"{length:,}")
            if length > size - 8:
                raise cut(path, "its header needs {} bytes, the file has {}", f"{length + 8:,}", f"{size:,}")
            file.seek(8)
            raw = file.read(length)
    except OSError as error:
        raise unreadable(path, error) from None
    parse = _remembered if length <= REMEMBERED_BYTES else _parse
    return parse(path, raw, size - 8 - length)


def _parse(path: Path, raw: bytes, data_bytes: int) -> WeightsHeader:
    try:
        entries = json.loads(raw, object_pairs_hook=_unique)
    except RecursionError:
        raise damaged(path, "its header is nested too deeply") from None
    except ValueError as error:
        raise damaged(path, "its header is no valid JSON: {}", Text(str(error))) from None
    if not isinstance(entries, dict):
        raise damaged(path, "its header is no JSON object")
    metadata = entries.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise damaged(path, "its __metadata__ is no table of texts")
    tensors: dict[str, Tensor] = {}
    spans: list[tuple[int, int]] = []
    for name, entry in entries.items():
        tensors[name], span = _tensor(path, name, entry, 8 + len(raw))
        spans.append(span)
    _check_spans(path, spans, data_bytes)
    return WeightsHeader(tensors, metadata)


_remembered = functools.lru_cache(maxsize=8)(_parse)
"""A model's few files are read for its size, its contents and its samples, in turn."""


def _tensor(path: Path, name: str, entry: Any, data: int) -> tuple[Tensor, tuple[int, int]]:
    try:
        dtype, shape, (start, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        bits = DTYPE_BITS[dtype]
        if not isinstance(shape, list):
            raise TypeError
        for side in (*shape, start, end):
            if type(side) is not int or not 0 <= side < LONGEST_SIDE:
                raise ValueError
        fits = len(shape) <= MOST_SIDES and 8 * (end - start) == bits * prod(shape)
    except (TypeError, KeyError, ValueError):
        fits = False
    if not fits:
        raise damaged(path, "the entry of the tensor {} does not fit its data", repr(name[:NAME_SHOWN]))
    return Tensor(dtype, tuple(shape), data + start), (start, end)


def _check_spans(path: Path, spans: list[tuple[int, int]], data_bytes: int) -> None:
    position = 0
    for start, end in sorted(spans):
        if start != position:
            raise damaged(path, "its tensors overlap or leave gaps")
        position = end
    if position != data_bytes:
        why = Text("its tensors need {} bytes, the file has {}", f"{position:,}", f"{data_bytes:,}")
        raise cut(path, why) if position > data_bytes else damaged(path, why)


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise ValueError(f"the key {counts.most_common(1)[0][0][:NAME_SHOWN]!r} occurs twice")
    return result
