"""The checks of weights before anything is built of them, on the ways that sound models do not take."""

import json
import logging
import struct
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from studio.errors import UserError
from studio.models.loaders import damage
from studio.models.loaders.build_limit import build_limit
from studio.models.loaders.header import read_header
from studio.models.loaders.soundness import check_complete, check_samples
from studio.models.loaders.tensor import Tensor, WeightsHeader


def save(path: Path, **arrays: object) -> Path:
    save_file({name: np.asarray(array) for name, array in arrays.items()}, path)
    return path


def test_whole_numbers_are_never_none_and_tell_no_dtype(tmp_path: Path) -> None:
    file = save(tmp_path / "a.safetensors", ids=np.arange(9), weight=np.ones(3, np.float32), scale=np.float32(2))
    header = read_header(file)
    check_samples(file, header)
    assert header.dtype() == "F32"
    assert header.quantised() == ""
    only = read_header(save(tmp_path / "b.safetensors", ids=np.arange(9)))
    assert (only.dtype(), only.count(), only.bytes()) == ("F32", 9, 72)
    assert read_header(save(tmp_path / "c.safetensors", **{"a.weight": np.arange(9)})).quantised() == "a.weight"


@pytest.mark.parametrize("at", [0, 9999])
def test_numbers_that_are_none_are_found_at_both_ends(tmp_path: Path, at: int) -> None:
    weights = np.ones(10_000, np.float32)
    weights[at] = np.nan
    file = save(tmp_path / "a.safetensors", good=np.ones(3, np.float32), bad_weight=weights)
    with pytest.raises(UserError, match="hold numbers that are none .* in bad_weight"):
        check_samples(file, read_header(file))


def test_what_a_library_says_of_a_loading(caplog: pytest.LogCaptureFixture) -> None:
    place = Path("/models/x")
    check_complete(place, "UNet", {}, 100)
    with caplog.at_level(logging.WARNING):
        check_complete(place, "UNet", {"unexpected_keys": ["a.extra"]}, 100)
    assert "has no place for: a.extra" in caplog.text
    for info in (
        {"missing_keys": ["a", "b", "c", "d", "e"]},
        {"mismatched_keys": [("a", (1,), (2,))]},
        {"unexpected_keys": [f"a{number}" for number in range(90)]},
    ):
        with pytest.raises(UserError, match="are not those of this UNet"):
            check_complete(place, "UNet", info, 100)


def test_a_network_larger_than_its_weights_is_given_up_while_it_is_built() -> None:
    held = [WeightsHeader({}, {})]
    with pytest.raises(UserError, match="larger than its weights"), build_limit(Path("/x"), "UNet", held):
        torch.nn.Linear(2**14, 2**13, device="meta")
    torch.nn.Linear(2**14, 2**13, device="meta")  # only in the block


def test_what_other_threads_build_meanwhile_does_not_count() -> None:
    done = threading.Event()

    def build() -> None:
        torch.nn.Linear(2**14, 2**13, device="meta")
        done.set()

    with build_limit(Path("/x"), "UNet", [WeightsHeader({}, {})]):
        thread = threading.Thread(target=build)
        thread.start()
        thread.join()
        torch.nn.Linear(4, 4, bias=False)
        torch.nn.Linear(4, 4)
    assert done.is_set()


def test_a_cut_file_that_is_gone_when_its_age_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="download the file again"):
        raise damage.cut(tmp_path / "gone.safetensors", "its header needs {} bytes", "9")


def test_a_file_that_is_being_written_may_be_on_its_way(tmp_path: Path) -> None:
    file = tmp_path / "new.safetensors"
    raw = json.dumps({"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}}).encode()
    file.write_bytes(struct.pack("<Q", len(raw)) + raw + bytes(9))
    with pytest.raises(UserError, match="wait if another program is still writing it"):
        read_header(file)


def test_a_file_is_read_by_its_ending(tmp_path: Path) -> None:
    file = save(tmp_path / "a.safetensors", weight=np.ones(3, np.float32))
    with pytest.raises(UserError, match="does not begin as GGUF files do"):
        read_header(file.rename(tmp_path / "a.gguf"))


def test_packed_numbers_are_counted_by_their_blocks() -> None:
    assert (Tensor("Q8_0", (2, 32), 0).count, Tensor("Q8_0", (2, 32), 0).bytes) == (64, 2 * 34)
