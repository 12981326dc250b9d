"""The header of a safetensors file, read and checked without touching a tensor.

The header is JSON behind an 8-byte little-endian length. Lengths are checked against the file before anything is
allocated (CVE-2026-111985), and duplicate keys, which safetensors 0.8 accepts, are refused.
"""

import functools
import json
import os
import struct
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import msgspec

from studio.errors import UserError, os_reason
from studio.files import open_regular
from studio.text import Text

AGAIN = Text("download the file again")
RECENT_S = 60.0
"""A file that was written to so lately may still be written to."""
HEADER_CAP_BYTES = 100_000_000
"""The format's own limit; trainers put all their notes into the metadata."""
REMEMBERED_BYTES = 16 * 2**20
"""A header as long as that is parsed anew each time instead of being kept."""
MOST_SIDES, LONGEST_SIDE = 32, 2**48
"""Of a shape: more than any tensor has, and few enough to be multiplied."""
DTYPE_BITS = {
    "F64": 64, "F32": 32, "F16": 16, "BF16": 16, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4, "C64": 64,
    "I64": 64, "I32": 32, "I16": 16, "I8": 8, "U64": 64, "U32": 32, "U16": 16, "U8": 8, "BOOL": 8,
}  # fmt: skip
"""All that the format knows (safetensors 0.8); of the four and six bits wide several numbers share a byte."""
FLOATS = {"F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"}
"""Those that weights are run in."""
NAME_SHOWN = 200

# What people really have under a .safetensors name, by its first bytes.
_MASKS = (
    (b"version https://git-lfs", "a Git-LFS pointer; run `git lfs pull` in the folder that it came from"),
    (b"<!doctype html", "a web page, saved instead of the weights; download the file again"),
    (b"<html", "a web page, saved instead of the weights; download the file again"),
    (b"pk\x03\x04", "a zip archive or a pickle, which could run code; get the .safetensors version"),
    (b"\x80\x02", "a pickle, which could run code; get the .safetensors version"),
    (b"\x80\x04", "a pickle, which could run code; get the .safetensors version"),
    (b"gguf", "a GGUF file, whose packed weights the studio does not run; get the .safetensors version"),
)


class Tensor(msgspec.Struct, frozen=True):  # a folder with many models has millions: a dataclass takes twice as long
    dtype: str
    shape: tuple[int, ...]
    start: int = 0
    """Where its numbers begin in the file, in bytes."""

    @property
    def count(self) -> int:
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        return self.count * DTYPE_BITS[self.dtype] // 8


@dataclass(frozen=True)
class WeightsHeader:
    tensors: dict[str, Tensor]
    metadata: dict[str, str]

    def dtype(self) -> str:
        """The float dtype that holds most of the weights, 'F32' when there is none."""
        counts: dict[str, int] = {}
        for tensor in self.tensors.values():
            if tensor.dtype in FLOATS:
                counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.count
        return max(counts, key=lambda dtype: counts[dtype]) if counts else "F32"

    def count(self) -> int:
        """How many numbers all tensors hold."""
        return sum(tensor.count for tensor in self.tensors.values())

    def bytes(self) -> int:
        """How much all tensors take in the file."""
        return sum(tensor.bytes for tensor in self.tensors.values())

    def quantised(self) -> str:
        """The name of a weight that holds whole numbers, '' when there is none."""
        names = (name for name, tensor in self.tensors.items() if tensor.dtype not in FLOATS)
        return next((name for name in names if name.endswith(("weight", "bias"))), "")


def read_header(path: Path) -> WeightsHeader:
    """The header of `path`. Raises UserError (code `invalid_weights`) naming what the file really is."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            first = file.read(32)
            _refuse_masked(path, first)
            if size < 8:
                raise _damaged(path, "it has only {} bytes", size)
            length = struct.unpack("<Q", first[:8])[0]
            if length > HEADER_CAP_BYTES:
                raise _damaged(path, "its header claims {} bytes", f"{length:,}")
            if length > size - 8:
                raise _cut(path, "its header needs {} bytes, the file has {}", f"{length + 8:,}", f"{size:,}")
            file.seek(8)
            raw = file.read(length)
    except OSError as error:
        raise UserError(
            "The weights {} could not be read ({}); check the file.",
            path,
            os_reason(error),
            code="invalid_weights",
        ) from None
    parse = _remembered if length <= REMEMBERED_BYTES else _parse
    return parse(path, raw, size - 8 - length)


def _parse(path: Path, raw: bytes, data_bytes: int) -> WeightsHeader:
    try:
        entries = json.loads(raw, object_pairs_hook=_unique)
    except RecursionError:
        raise _damaged(path, "its header is nested too deeply") from None
    except ValueError as error:
        raise _damaged(path, "its header is no valid JSON: {}", Text(str(error))) from None
    if not isinstance(entries, dict):
        raise _damaged(path, "its header is no JSON object")
    metadata = entries.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise _damaged(path, "its __metadata__ is no table of texts")
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
        raise _damaged(path, "the entry of the tensor {} does not fit its data", repr(name[:NAME_SHOWN]))
    return Tensor(dtype, tuple(shape), data + start), (start, end)


def _check_spans(path: Path, spans: list[tuple[int, int]], data_bytes: int) -> None:
    position = 0
    for start, end in sorted(spans):
        if start != position:
            raise _damaged(path, "its tensors overlap or leave gaps")
        position = end
    if position != data_bytes:
        why = Text("its tensors need {} bytes, the file has {}", f"{position:,}", f"{data_bytes:,}")
        raise _cut(path, why) if position > data_bytes else _damaged(path, why)


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise ValueError(f"the key {counts.most_common(1)[0][0][:NAME_SHOWN]!r} stands twice")
    return result


def _refuse_masked(path: Path, first: bytes) -> None:
    start = first.lstrip().lower()
    for magic, what in _MASKS:
        if first.lower().startswith(magic) or start.startswith(magic):
            raise UserError("{} holds no weights: it is {}.", path.name, Text(what), code="invalid_weights")


def _cut(path: Path, why: str, *args: object) -> UserError:
    """A file that ends too early may be on its way."""
    try:
        age_s = time.time() - path.stat().st_mtime
    except OSError:
        age_s = RECENT_S
    if age_s < RECENT_S:
        advice = Text("wait if another program is still writing it, otherwise download it again")
        return _damaged(path, why, *args, advice=advice)
    return _damaged(path, why, *args)


def _damaged(path: Path, why: str, *args: object, advice: Text = AGAIN) -> UserError:
    return UserError(
        "The weights {} are damaged: {}. Nothing was loaded; {}.",
        path.name,
        Text(why, *args),
        advice,
        code="invalid_weights",
    )
