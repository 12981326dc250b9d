"""Embeddings as files: kept under a name, read back exactly, and everything else refused in one sentence."""

import json
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from studio import images
from studio.api import Embedding, UserError
from studio.engine import embedding_file
from studio.engine.library_access import LibraryAccess

VECTOR = (0.5, -1.25, 3.0)


def kept(folder: Path) -> Path:
    return embedding_file.write(folder, Embedding("秋 morning", "abc", VECTOR))


def test_what_is_kept_is_read_back_and_is_plain_safetensors(tmp_path: Path) -> None:
    path = kept(tmp_path / "embeddings")
    assert path.name == "秋 morning.safetensors"
    assert embedding_file.read(path) == Embedding("秋 morning", "abc", VECTOR)
    with safe_open(path, "numpy") as file:
        assert list(file.keys()) == [embedding_file.TENSOR]
        assert np.array_equal(file.get_tensor(embedding_file.TENSOR), np.float32(VECTOR))
        assert file.metadata() == {"kind": embedding_file.KIND, "name": "秋 morning", "clip": "abc"}


@settings(max_examples=30)
@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=64).filter(any))
def test_every_vector_comes_back_bit_for_bit(vector: list[float]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = embedding_file.write(Path(folder), Embedding("x", "c", tuple(vector)))
        found = embedding_file.read(path)
        assert found is not None
        assert found.vector == tuple(vector)


def test_a_name_is_never_taken_twice(tmp_path: Path) -> None:
    before = kept(tmp_path).read_bytes()
    with pytest.raises(UserError, match="already; choose another name") as caught:
        embedding_file.write(tmp_path, Embedding("秋  morning ", "abc", (1.0,)))
    assert caught.value.code == "name_taken"
    assert (tmp_path / "秋 morning.safetensors").read_bytes() == before


@pytest.mark.parametrize(
    "name", ["", "  ", "../x", "a/b", "a\\b", ".hidden", "end.", "a:b", "x\0", "n" * 81, "秋" * 80]
)
def test_names_that_no_file_can_have_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError):
        embedding_file.write(tmp_path / "embeddings", Embedding(name, "abc", VECTOR))
    assert not (tmp_path / "embeddings").exists()


def test_pictures_are_none_and_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert embedding_file.read(tmp_path / "picture.png") is None
    assert embedding_file.read(tmp_path / "gone.safetensors") is None
    other = tmp_path / "other.safetensors"
    save_file({"weight": torch.ones(3)}, other)
    with pytest.raises(UserError, match="holds other weights") as caught:
        embedding_file.read(other)
    assert caught.value.code == "invalid_embedding"


@pytest.mark.parametrize("vector", [[0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0]])
def test_numbers_that_are_no_direction_are_refused(tmp_path: Path, vector: list[float]) -> None:
    path = tmp_path / "odd.safetensors"
    about = {"kind": embedding_file.KIND, "name": "odd", "clip": "abc"}
    header = json.dumps(
        {"__metadata__": about, embedding_file.TENSOR: {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
    ).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<2f", *vector))
    with pytest.raises(UserError, match="no direction"):
        embedding_file.read(path)


def test_a_file_that_was_cut_is_refused(tmp_path: Path) -> None:
    path = kept(tmp_path)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(UserError, match="damaged"):
        embedding_file.read(path)


def test_as_a_picture_it_is_refused_in_a_sentence_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds numbers and no pixels, such as a saved embedding"):
        images.open_image(kept(tmp_path))


def test_a_store_keeps_them_beside_its_pictures(tmp_path: Path) -> None:
    store = LibraryAccess(tmp_path)
    path = store.keep(Embedding("dawn", "abc", VECTOR))
    assert path == tmp_path / "embeddings/dawn.safetensors"
    assert store.embedding(str(path)) == Embedding("dawn", "abc", VECTOR)
    with pytest.raises(UserError, match="already"):
        store.check_name("dawn")
    store.check_name("dusk")
    assert store.sweep() == []
    store.close()


@pytest.mark.parametrize("name", ["5", "null", '["a"]', "{}", '"\\ud800"'])
@pytest.mark.parametrize("key", ["name", "clip"])
def test_a_name_that_is_no_text_is_refused(tmp_path: Path, key: str, name: str) -> None:
    header = f'{{"__metadata__": {{"kind": "{embedding_file.KIND}", "{key}": {name}}}, '
    header += f'"{embedding_file.TENSOR}": {{"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}}}'
    file = tmp_path / "odd.safetensors"
    file.write_bytes(struct.pack("<Q", len(header)) + header.encode() + struct.pack("<2f", 1, 2))
    with pytest.raises(UserError, match="is no embedding that was kept here|damaged|cannot be used"):
        embedding_file.read(file)
