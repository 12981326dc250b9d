"""Embeddings as files: a safetensors file of one vector, with its name and its CLIP in the metadata; no pixels."""

import re
import struct
from pathlib import Path

import msgspec

from studio import files
from studio.api import Embedding, UserError
from studio.atomic import writing
from studio.errors import os_reason
from studio.models.loaders.header import read_header
from studio.text import Text

SUFFIX = ".safetensors"
KIND = "studio.image_embedding"
TENSOR = "image_embedding"
LONGEST_VECTOR = 65_536
FILE_CAP_BYTES = 16 * 2**20
NAME_MAX = 80  # characters; 320 bytes of UTF-8 at most would be too long for a file, so bytes are counted too
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def read(path: Path) -> Embedding | None:
    """The embedding in a file; None for what does not look like a safetensors file. Raises UserError for others."""
    if path.suffix.lower() != SUFFIX or not path.is_file():
        return None
    if path.stat().st_size > FILE_CAP_BYTES:
        raise _refused(path, "it is far too large for one")
    header = read_header(path)
    tensor = header.tensors.get(TENSOR)
    if header.metadata.get("kind") != KIND or tensor is None or len(header.tensors) != 1:
        raise _refused(path, "it holds other weights")
    if tensor.dtype != "F32" or len(tensor.shape) != 1 or not 0 < tensor.count <= LONGEST_VECTOR:
        raise _refused(path, "its vector is {} of the shape {}", tensor.dtype, list(tensor.shape))
    name, clip = header.metadata.get("name", path.stem), header.metadata.get("clip", "")
    if not (_is_words(name) and _is_words(clip)):
        raise _refused(path, "its name is no text")
    vector = struct.unpack(f"<{tensor.count}f", path.read_bytes()[-4 * tensor.count :])
    if not all(abs(number) < float("inf") for number in vector) or not any(vector):
        raise _refused(path, "its numbers are no direction")
    return Embedding(name, clip, vector)


def _is_words(value: object) -> bool:
    """Text that can be written again: half surrogates cannot."""
    return isinstance(value, str) and value == value.encode("utf-8", "replace").decode()


def place(folder: Path, name: str) -> Path:
    """Where an embedding of this name goes. Raises UserError for a name that cannot be one, or that is taken."""
    cleaned = " ".join(name.split())
    if not cleaned or _FORBIDDEN.search(cleaned) or cleaned[0] == "." or cleaned[-1] == ".":
        raise UserError(
            "An embedding cannot be called {}; use letters, digits, spaces and hyphens.",
            repr(name),
            code="invalid_name",
        )
    if len(cleaned) > NAME_MAX or len(cleaned.encode()) > 2 * NAME_MAX:
        raise UserError(
            "The name {}… is too long for an embedding; shorten it.",
            repr(cleaned[:20]),
            code="invalid_name",
        )
    path = folder / f"{cleaned}{SUFFIX}"
    if path.exists():
        raise UserError("There is an embedding {} already; choose another name.", repr(cleaned), code="name_taken")
    return path


def write(folder: Path, embedding: Embedding) -> Path:
    """Keep it under its name. Raises UserError."""
    path = place(folder, embedding.name)
    count = len(embedding.vector)
    about = {"kind": KIND, "name": path.stem, "clip": embedding.clip}
    header = msgspec.json.encode(
        {"__metadata__": about, TENSOR: {"dtype": "F32", "shape": [count], "data_offsets": [0, 4 * count]}}
    )
    header += b" " * (-len(header) % 8)
    try:
        files.make_private(folder)
        with writing(path) as file:
            file.write(struct.pack("<Q", len(header)) + header + struct.pack(f"<{count}f", *embedding.vector))
    except OSError as error:
        raise UserError(
            "The embedding could not be saved in {} ({}); free some space or check the permissions.",
            folder,
            os_reason(error),
            code="storage",
        ) from None
    return path


def _refused(path: Path, why: str, *args: object) -> UserError:
    return UserError(
        "“{}” is no embedding that was kept here: {}. Choose a picture, or another file.",
        path.name,
        Text(why, *args),
        code="invalid_embedding",
    )
