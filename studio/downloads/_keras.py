"""Reader of Keras' weights (.weights.h5), of convolutions: the tensors as torch has them, out of groups and datasets.

Opened are only files whose package was checked by its hash: the library is written in C, and reads what it is told.
"""

import io
from typing import Any

import numpy as np

from studio.downloads._ncnn import Array, unreadable
from studio.text import Text

ENDING = ".h5"
PARTS = {"0": "weight", "1": "bias"}
"""What Keras calls the first and the second of a layer's variables."""
MOST_TENSORS = 4096


def read_keras(data: bytes) -> dict[str, Array]:
    """`block1/layers/conv2d_1/vars/0` as `block1.conv2d_1.weight`, its sides in torch's order. Raises UserError."""
    import h5py  # not needed to fetch anything else

    found: dict[str, Array] = {}

    def add(path: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            found[_name(path)] = _tensor(path, item)
        if len(found) > MOST_TENSORS:
            raise unreadable(Text("it has more than {} tensors", MOST_TENSORS))

    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            file.visititems(add)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise unreadable(Text("it is damaged, or no HDF5 file")) from error
    if not found:
        raise unreadable(Text("it has no weights"))
    return found


def _name(path: str) -> str:
    *layers, variables, number = path.split("/")
    if variables != "vars" or number not in PARTS:
        raise unreadable(Text("it has a tensor {} that is of no convolution", repr(path[:80])))
    return ".".join([*(each for each in layers if each != "layers"), PARTS[number]])


def _tensor(path: str, item: Any) -> Array:
    """(height, width, in, out) becomes (out, in, height, width)."""
    if item.external:  # in another file, wherever this one says
        raise unreadable(Text("it has a tensor {} that lies in another file", repr(path[:80])))
    values = np.asarray(item)
    if values.dtype != np.float32 or values.ndim not in (1, 4):
        raise unreadable(Text("it has a tensor {} that is of no convolution", repr(path[:80])))
    return np.ascontiguousarray(values.transpose(3, 2, 0, 1) if values.ndim == 4 else values)
