"""The reader of ncnn networks, on networks that the tests write themselves, against the real architectures."""

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from upscaler import compact, esrgan

from studio.downloads._ncnn import FLOAT16, FLOAT32, MAGIC, read_layers, read_weights
from studio.errors import UserError


def written(module: Any, stored: int = FLOAT16) -> tuple[str, bytes, dict[str, torch.Tensor]]:
    """A network as ncnn has it, and the numbers that are in it."""
    torch.manual_seed(3)
    lines, data, numbers = ["Input input 0 1 data"], b"", {}
    for name, part in module.named_modules():
        if isinstance(part, torch.nn.Conv2d):
            weight, side = torch.randn_like(part.weight).half().float(), part.kernel_size[0]
            lines.append(
                f"Convolution {name} 1 1 a b 0={part.out_channels} 1={side} 4=1 5=1 6={weight.numel()} "
                "9=2 -23310=1,2.000000e-01"
            )
            body = weight.numpy().astype("<f2" if stored == FLOAT16 else "<f4").tobytes()
            numbers[f"{name}.weight"], numbers[f"{name}.bias"] = weight, torch.randn(part.out_channels)
            data += struct.pack("<I", stored) + body + b"\0" * (-len(body) % 4)
            data += numbers[f"{name}.bias"].numpy().tobytes()
        elif isinstance(part, torch.nn.PReLU):
            lines.append(f"PReLU {name} 1 1 b c 0={part.num_parameters}")
            numbers[f"{name}.weight"] = torch.randn(part.num_parameters)
            data += numbers[f"{name}.weight"].numpy().tobytes()
    lines.append("PixelShuffle shuffle 1 1 c d 0=4")
    return "\n".join([MAGIC, f"{len(lines)} 9", *lines, ""]), data, numbers


@pytest.mark.parametrize("stored", [FLOAT16, FLOAT32])
def test_compact(stored: int) -> None:
    text, data, numbers = written(compact(4), stored)
    found = read_weights(read_layers(text), data)
    assert list(found) == list(compact(4).state_dict())
    assert all(np.array_equal(found[name], numbers[name].numpy()) for name in found)


def test_esrgan_is_what_spandrel_takes() -> None:
    from spandrel.architectures.ESRGAN.__arch.RRDB import RRDBNet

    names = [f"body.0.rdb{dense}.conv{number}" for dense in (1, 2, 3) for number in range(1, 6)]
    names = ["conv_first", *names, "conv_body", "conv_up1", "conv_up2", "conv_hr", "conv_last"]
    text, data, numbers = written(esrgan())
    found = read_weights(read_layers(text), data)
    assert sorted(found) == sorted(f"{name}.{part}" for name in names for part in ("weight", "bias"))
    from spandrel import ModelLoader

    state = {name: torch.from_numpy(tensor) for name, tensor in found.items()}
    opened = ModelLoader().load_from_state_dict(state)
    assert isinstance(opened.model, RRDBNet)
    assert opened.scale == 4
    mine = {f"{tuple(tensor.shape)}{float(tensor.sum())}" for tensor in opened.model.state_dict().values()}
    assert mine == {f"{tuple(tensor.shape)}{float(tensor.sum())}" for tensor in numbers.values()}


@pytest.mark.parametrize("damage", ["short", "long", "magic", "count", "line", "int8", "sizes", "foreign"])
def test_what_is_damaged_is_refused_in_a_sentence(damage: str, tmp_path: Path) -> None:
    text, data, _ = written(compact(4))
    match damage:
        case "short":
            data = data[:-1]
        case "long":
            data += b"\0\0\0\0"
        case "magic":
            text = text.replace(MAGIC, "1")
        case "count":
            text = text.replace("\n7 9", "\n99 9").replace("\n8 9", "\n99 9").replace("\n9 9", "\n99 9")
        case "line":
            text = text.replace(" 1 1 a b", " one 1 a b", 1)
        case "int8":
            data = struct.pack("<I", 0x000D4B38) + data[4:]
        case "sizes":
            text = text.replace(" 1=3 ", " 1=7 ", 1)
        case "foreign":
            text = "\n".join(line for line in text.split("\n") if not line.startswith("PReLU")).replace(
                "\n7 9", "\n5 9"
            )
    with pytest.raises(UserError) as raised:
        read_weights(read_layers(text), data)
    assert raised.value.code == "damaged"
