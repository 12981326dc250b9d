"""The header of a GGUF file, read and checked without touching a tensor.

GGUF: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3, little-endian). Every length and
count comes from a stranger: each is held against what is left of the file and of the header's own limits first, and
nothing is allocated for what a number merely promises.
"""

import os
import struct
from math import prod
from pathlib import Path
from typing import BinaryIO

from studio.files import open_regular
from studio.models.loaders.damage import NAME_SHOWN, cut, damaged, refuse_masked, unreadable
from studio.models.loaders.tensor import BLOCKS, Tensor, WeightsHeader
from studio.text import Text

SUFFIX = ".gguf"
MAGIC = b"GGUF"
VERSIONS = (2, 3)
HEADER_CAP_BYTES = 100_000_000
MOST_ITEMS = 2**21
"""Entries, texts of lists and tensors, all together; the largest vocabularies have a quarter of that."""
MOST_TENSORS, LONGEST_NAME, LONGEST_TEXT = 2**17, 1024, 2**16
MOST_SIDES, LONGEST_SIDE = 4, 2**48
SHORT_LIST = 8
"""Whole numbers of a list that is kept: a tensor's shape."""
ALIGNMENT, ALIGNED_TO = "general.alignment", 32
ORIGINAL_SHAPE = "comfy.gguf.orig_shape."
"""Before a tensor's name: the shape of one that was folded, so that its rows are whole blocks (ComfyUI-GGUF)."""

TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K",
    12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
    20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
    29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4", 41: "Q1_0",
}  # fmt: skip
"""Kinds of numbers by their id in the file (ggml.h, ggml_type)."""
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_WHOLE = {0, 1, 2, 3, 4, 5, 10, 11}


def read_gguf_header(path: Path) -> WeightsHeader:
    """The header of `path`. Raises UserError (code `invalid_weights`)."""
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            first = file.read(32)
            if not first.startswith(MAGIC):
                refuse_masked(path, first)
                raise damaged(path, "it does not begin as GGUF files do")
            file.seek(len(MAGIC))
            return _Reader(path, file, size).header()
    except OSError as error:
        raise unreadable(path, error) from None


class _Reader:
    """Reads one value after the other, and counts what it has read."""

    def __init__(self, path: Path, file: BinaryIO, size: int) -> None:
        self._path, self._file, self._size = path, file, size
        self._at, self._items = len(MAGIC), 0

    def header(self) -> WeightsHeader:
        version = self._number("I")
        if version not in VERSIONS:
            raise damaged(self._path, "it is of version {}, which nobody writes any more, or of another byte order",
                          version, advice=Text("get a newer one"))  # fmt: skip
        tensors, entries = self._number("Q"), self._number("Q")
        if tensors > MOST_TENSORS:
            raise damaged(self._path, "it claims {} tensors", f"{tensors:,}")
        metadata: dict[str, str] = {}
        for _ in range(self._count(entries)):
            key = self._text(LONGEST_TEXT)
            if key in metadata:
                raise damaged(self._path, "the key {} occurs twice", repr(key[:NAME_SHOWN]))
            metadata[key] = self._value(self._number("I"))
        return WeightsHeader(self._tensors(self._count(tensors), metadata), metadata)

    # ---- tensors

    def _tensors(self, count: int, metadata: dict[str, str]) -> dict[str, Tensor]:
        found: dict[str, Tensor] = {}
        for _ in range(count):
            name = self._text(LONGEST_NAME)
            if name in found:
                raise damaged(self._path, "the tensor {} occurs twice", repr(name[:NAME_SHOWN]))
            found[name] = self._tensor(name, metadata.get(ORIGINAL_SHAPE + name, ""))
        step = self._alignment(metadata)
        data = -(-self._at // step) * step
        placed = {name: Tensor(each.dtype, each.shape, data + each.start) for name, each in found.items()}
        self._check_spans(placed, step)
        return placed

    def _tensor(self, name: str, original: str) -> Tensor:
        """With its place counted from where the data begins."""
        sides = self._number("I")
        if sides > MOST_SIDES:
            raise self._unfit(name)
        shape = tuple(reversed([self._number("Q") for _ in range(sides)]))
        kind, start = self._number("I"), self._number("Q")
        if kind not in TYPES:
            raise damaged(self._path, "its tensor {} is of a kind that nobody has named yet ({})",
                          repr(name[:NAME_SHOWN]), kind, advice=Text("get it in another quantisation"))  # fmt: skip
        dtype = TYPES[kind]
        if any(side >= LONGEST_SIDE for side in (*shape, prod(shape), start)):
            raise self._unfit(name)
        if dtype in BLOCKS and (not shape or shape[-1] % BLOCKS[dtype][0]):
            raise self._unfit(name)
        if original:
            folded, shape = shape, tuple(int(side) for side in original.split(","))
            if prod(shape) != prod(folded) or min(shape) < 0:
                raise self._unfit(name)
        return Tensor(dtype, shape, start)

    def _alignment(self, metadata: dict[str, str]) -> int:
        said = metadata.get(ALIGNMENT, str(ALIGNED_TO))
        step = int(said) if said.isdecimal() else 0
        if not 0 < step <= 2**20 or step & (step - 1):
            raise damaged(self._path, "its alignment is no power of two")
        return step

    def _check_spans(self, tensors: dict[str, Tensor], step: int) -> None:
        """No tensor may lie in another one, or beyond the end."""
        end = 0
        for name, tensor in sorted(tensors.items(), key=lambda each: each[1].start):
            if tensor.start < end or tensor.start % step:
                raise self._unfit(name)
            end = tensor.start + tensor.bytes
        if end > self._size:
            why = Text("its tensors need {} bytes, the file has {}", f"{end:,}", f"{self._size:,}")
            raise cut(self._path, why)

    def _unfit(self, name: str) -> Exception:
        return damaged(self._path, "the entry of the tensor {} does not fit its data", repr(name[:NAME_SHOWN]))

    # ---- values

    def _value(self, kind: int) -> str:
        """As text; of a list only a short one of whole numbers, else ''."""
        if kind in _SCALARS:
            return str(self._scalar(_SCALARS[kind]))
        if kind == _TEXT:
            return self._note()
        if kind == _LIST:
            return self._list()
        raise damaged(self._path, "it has a value of a kind that does not exist ({})", kind)

    def _list(self) -> str:
        kind, count = self._number("I"), self._number("Q")
        if kind == _TEXT:
            for _ in range(self._count(count)):
                self._skip(self._number("Q"))
            return ""
        if kind not in _SCALARS:  # lists of lists, which the format leaves open and nothing writes
            raise damaged(self._path, "it has a value of a kind that does not exist ({})", kind)
        if kind in _WHOLE and count <= SHORT_LIST:
            return ",".join(str(self._number(_SCALARS[kind])) for _ in range(count))
        self._skip(count * struct.calcsize(_SCALARS[kind]))
        return ""

    def _count(self, items: int) -> int:
        self._items += items
        if self._items > MOST_ITEMS:
            raise damaged(self._path, "its header claims {} entries", f"{self._items:,}")
        return items

    def _number(self, form: str) -> int:
        return int(self._scalar(form))

    def _scalar(self, form: str) -> int | float:
        value: int | float = struct.unpack("<" + form, self._bytes(struct.calcsize(form)))[0]
        return value

    def _note(self) -> str:
        """Of a long one, which says nothing of the weights, nothing."""
        length = self._number("Q")
        if length <= LONGEST_TEXT:
            return self._bytes(length).decode("utf-8", "replace")
        self._skip(length)
        return ""

    def _text(self, longest: int) -> str:
        length = self._number("Q")
        if length > longest:
            raise damaged(self._path, "its header claims a text of {} bytes", f"{length:,}")
        return self._bytes(length).decode("utf-8", "replace")

    def _bytes(self, count: int) -> bytes:
        self._check_room(count)
        found = self._file.read(count)
        if len(found) < count:  # it was cut meanwhile
            raise cut(self._path, "its header needs {} bytes, the file has {}", f"{self._at:,}", f"{self._size:,}")
        return found

    def _skip(self, count: int) -> None:
        self._check_room(count)
        self._file.seek(count, os.SEEK_CUR)

    def _check_room(self, count: int) -> None:
        self._at += count
        if self._at > self._size:
            raise cut(self._path, "its header needs {} bytes, the file has {}", f"{self._at:,}", f"{self._size:,}")
        if self._at > HEADER_CAP_BYTES:
            raise damaged(self._path, "its header claims {} bytes", f"{self._at:,}")
