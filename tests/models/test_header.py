"""Weights that are no weights: each named for what it is, in one sentence, without allocating what it claims."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from studio.errors import UserError
from studio.models.loaders.header import read_header


def write(path: Path, header: Any, data: bytes = b"", length: int | None = None) -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + data)
    return path


def tensor(start: float, end: float, shape: tuple[int, ...] = (1,), dtype: str = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def test_a_good_header_is_read_without_its_tensors(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    save_file({"a": torch.zeros(3, 4, dtype=torch.bfloat16), "b": torch.zeros(5)}, file, {"format": "pt"})
    header = read_header(file)
    assert header.tensors["a"].shape == (3, 4)
    assert header.dtype() == "BF16"
    assert header.count() == 17
    assert header.metadata == {"format": "pt"}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "a Git-LFS pointer"),
        (b"<!DOCTYPE html><html>404</html>", "a web page"),
        (b"\n\n<html lang=en>", "a web page"),
        (b"PK\x03\x04" + b"\0" * 60, "a zip archive or a pickle"),
        (b"\x80\x02}q\x00." + b"\0" * 60, "a pickle"),
        (b"GGUF" + b"\0" * 60, "a GGUF file"),
        (b"", "it has only 0 bytes"),
        (b"\0\0\0", "it has only 3 bytes"),
    ],
)
def test_what_hides_under_the_name_is_named(tmp_path: Path, content: bytes, named: str) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(content)
    with pytest.raises(UserError, match=named) as caught:
        read_header(file)
    assert caught.value.code == "invalid_weights"


@pytest.mark.parametrize(
    ("header", "data", "length", "why"),
    [
        ({}, b"", 2**63, "its header claims"),
        ({}, b"", 200 * 2**20, "its header claims"),
        ({"a": tensor(0, 4)}, b"", 500, "its header needs"),
        ({"a": tensor(0, 4)}, b"\0", None, "its tensors need 4 bytes, the file has 1"),
        ({"a": tensor(0, 4)}, b"\0" * 9, None, "its tensors need 4 bytes, the file has 9"),
        ({"a": tensor(0, 4), "b": tensor(2, 6)}, b"\0" * 6, None, "overlap or leave gaps"),
        ({"a": tensor(0, 4), "b": tensor(6, 10)}, b"\0" * 10, None, "overlap or leave gaps"),
        ({"a": tensor(4, 0)}, b"\0" * 4, None, "does not fit its data"),
        ({"a": tensor(0, 4, (2,))}, b"\0" * 4, None, "does not fit its data"),
        ({"a": tensor(0, 4, (-1, -1))}, b"\0" * 4, None, "does not fit its data"),
        ({"a": tensor(0, 4, dtype="Q4")}, b"\0" * 4, None, "does not fit its data"),
        ({"a": 3}, b"", None, "does not fit its data"),
        ({"a": tensor(0.0, 4.0)}, b"\0" * 4, None, "does not fit its data"),
        ({"a": tensor(0, 4) | {"shape": {}}}, b"\0" * 4, None, "does not fit its data"),
        ({"a": tensor(0, 4) | {"shape": "1"}}, b"\0" * 4, None, "does not fit its data"),
        ({"a": tensor(0, 4) | {"shape": [True]}}, b"\0" * 4, None, "does not fit its data"),
        ({"a": tensor(0, 4) | {"dtype": ["F32"]}}, b"\0" * 4, None, "does not fit its data"),
        ({"a": tensor(-4, 0)}, b"\0" * 4, None, "does not fit its data"),
        (b"[]", b"", None, "no JSON object"),
        (b'{"a"', b"", None, "no valid JSON"),
        (b"[" * 200_000, b"", None, "nested too deeply|no valid JSON"),
        (b'{"a":1,"a":2}', b"", None, "occurs twice"),
    ],
)
def test_a_damaged_header_is_refused(tmp_path: Path, header: Any, data: bytes, length: int | None, why: str) -> None:
    with pytest.raises(UserError, match=why):
        read_header(write(tmp_path / "model.safetensors", header, data, length))
