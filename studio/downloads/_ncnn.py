"""Reader of ncnn networks (.param and .bin), as far as published upscalers use it: weights, as spandrel names them.

ncnn: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from studio.errors import UserError
from studio.text import Text

MAGIC = "7767517"
FLOAT16, FLOAT32 = 0x01306B47, 0
"""What stands before the weights of a convolution: how they are stored."""
PER_BLOCK, AROUND = 15, 6
"""Convolutions of ESRGAN: in each residual block, and before and behind all of them."""

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class NcnnLayer:
    """A line of the .param file: its kind, its name, and its numbers by their index."""

    kind: str
    name: str
    values: dict[int, int] = field(default_factory=dict)


def read_layers(text: str) -> list[NcnnLayer]:
    """The layers of a network, in the order in which they run. Raises UserError."""
    lines = text.split("\n")
    if lines[0].strip() != MAGIC:
        raise unreadable(Text("it does not begin as such files do"))
    try:
        layers = [_layer(line.split()) for line in lines[2:] if line.strip()]
        announced = int(lines[1].split()[0])
    except (ValueError, IndexError, OverflowError):
        raise unreadable(Text("a line of it has another form")) from None
    if announced != len(layers):
        raise unreadable(Text("it has fewer or more layers than it announces"))
    return layers


def read_weights(layers: Sequence[NcnnLayer], data: bytes) -> dict[str, Array]:
    """The tensors of an ESRGAN or a Compact network by the names that spandrel knows. Raises UserError."""
    source = _Source(data)
    tensors = [(layer.kind, _tensors(layer, source)) for layer in layers if layer.kind in ("Convolution", "PReLU")]
    if source.at != len(data):
        raise unreadable(Text("the weights are longer than the network"))
    is_compact = any(kind == "PReLU" for kind, _ in tensors)
    convolutions = [kind for kind, _ in tensors if kind == "Convolution"]
    names = [f"body.{number}" for number in range(len(tensors))] if is_compact else _esrgan_names(len(convolutions))
    return {
        f"{name}.{part}": tensor
        for name, (_, parts) in zip(names, tensors, strict=True)
        for part, tensor in parts.items()
    }


def _layer(words: list[str]) -> NcnnLayer:
    kind, name, inputs, outputs = words[0], words[1], int(words[2]), int(words[3])
    pairs = (word.split("=") for word in words[4 + inputs + outputs :])
    values = {int(key): int(float(value)) for key, value in pairs if "," not in value}
    return NcnnLayer(kind, name, values)


def _tensors(layer: NcnnLayer, source: "_Source") -> dict[str, Array]:
    count = layer.values.get(0, 0)
    if layer.kind == "PReLU":
        return {"weight": source.floats(count)}
    side, size = layer.values.get(1, 0), layer.values.get(6, 0)
    if not (count > 0 < side and size > 0 and layer.values.get(11, side) == side and size % (count * side * side) == 0):
        raise unreadable(Text("the sizes of its layer {} do not fit", layer.name[:80]))
    weight = source.weights(size).reshape(count, -1, side, side)
    return {"weight": weight, "bias": source.floats(count)} if layer.values.get(5) else {"weight": weight}


def _esrgan_names(count: int) -> list[str]:
    blocks, left = divmod(count - AROUND, PER_BLOCK)
    if blocks < 1 or left:
        raise unreadable(Text("it is neither an ESRGAN nor a Compact network"))
    return ["conv_first", *_block_names(blocks), "conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last"]


def _block_names(blocks: int) -> Iterator[str]:
    for block in range(blocks):
        for dense in (1, 2, 3):
            for convolution in range(1, 6):
                yield f"body.{block}.rdb{dense}.conv{convolution}"


@dataclass
class _Source:
    """Reads one array after the other."""

    data: bytes
    at: int = 0

    def weights(self, count: int) -> Array:
        """With the word before them that says how they are stored."""
        stored = int.from_bytes(self._bytes(4), "little")
        if stored == FLOAT32:
            return self.floats(count)
        if stored != FLOAT16:
            raise unreadable(Text("its weights are of whole numbers"))
        found = np.frombuffer(self._bytes(2 * count), "<f2").astype(np.float32)
        self._bytes(-2 * count % 4)
        return found

    def floats(self, count: int) -> Array:
        return np.frombuffer(self._bytes(4 * count), "<f4").astype(np.float32)

    def _bytes(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) < count:
            raise unreadable(Text("the weights are shorter than the network"))
        self.at += count
        return found


def unreadable(why: Text) -> UserError:
    """Of any network out of a package."""
    return UserError(
        "The network in the package cannot be read ({}), so nothing was added; the package stays as it was fetched.",
        why, code="damaged",
    )  # fmt: skip
