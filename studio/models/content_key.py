"""The content of weights as a number: of the tensors of a component, whatever file and layout they are in.

Each tensor's bytes are hashed with their dtype, and the hashes added up (modulo 2**256), so that neither the order of
the tensors nor how they are spread over files counts. Nor do their names: those of a checkpoint are others than those
of a folder with the same weights. Two networks of one config with the same tensors in other places would be taken for
equal, which neither training nor merging makes.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import DTYPE_BITS, Tensor

MODULUS = 2**256
BLOCK_BYTES = 2**20


def content(path: Path, section: CheckpointSection | None = None, pause: Callable[[], None] = lambda: None) -> str:
    """The number, as hex digits, of a file or of a section of it. Raises OSError, and UserError for a damaged file.

    `pause` is called before each tensor, and may take its time.
    """
    header = read_header(path)
    total = 0
    with path.open("rb") as file:
        for name, tensor in header.tensors.items():
            if section is None or section.holds(name):
                pause()
                rest = section.rest(name) if section else ""
                total += sum(int.from_bytes(digest) for digest in _digests(file, rest, tensor))
    return f"{total % MODULUS:064x}"


def joined(contents: list[str]) -> str:
    """The number of a component that is spread over several files."""
    return f"{sum(int(each, 16) for each in contents) % MODULUS:064x}"


def _digests(file: BinaryIO, name: str, tensor: Tensor) -> Iterator[bytes]:
    if name.endswith(("attn.in_proj_weight", "attn.in_proj_bias")):  # open_clip packs what transformers keeps apart
        third = tensor.bytes // 3
        for number in range(3):
            yield _digest(file, tensor.dtype, tensor.start + number * third, third)
    elif name == "text_projection" and len(tensor.shape) == 2:  # open_clip keeps it the other way round
        file.seek(tensor.start)
        numbers = np.frombuffer(file.read(tensor.bytes), f"V{DTYPE_BITS[tensor.dtype] // 8}").reshape(tensor.shape)
        yield hashlib.sha256(tensor.dtype.encode() + numbers.T.tobytes()).digest()
    else:
        yield _digest(file, tensor.dtype, tensor.start, tensor.bytes)


def _digest(file: BinaryIO, dtype: str, start: int, size: int) -> bytes:
    hashed = hashlib.sha256(dtype.encode())
    file.seek(start)
    while size and (block := file.read(min(size, BLOCK_BYTES))):
        hashed.update(block)
        size -= len(block)
    return hashed.digest()
