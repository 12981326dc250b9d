"""The rare ways through masks: each is taken once, so that none is left untried."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from studio.document import feather, tile_file
from studio.document.mask import Mask
from studio.document.tile_file import PackedTiles


def test_a_mask_from_grey_values_and_an_act_that_changes_nothing() -> None:
    grey = np.zeros((7, 300), np.uint8)
    grey[2:4, 250:270] = 200
    mask = Mask(300, 7, grey)
    assert (mask.render() == grey).all()
    mask.begin()
    assert mask.end().is_empty


def test_what_lies_outside_is_black() -> None:
    mask = Mask(10, 10)
    mask.fill(255)
    assert not mask.read((20, 20, 25, 23)).any()
    assert mask.read((8, 8, 12, 12)).tolist() == [[255, 255, 0, 0]] * 2 + [[0] * 4] * 2


def test_without_a_feather_nothing_is_softened() -> None:
    level = np.full((4, 4), 100, np.uint8)
    assert feather.soften(level, 0) is level
    mask = Mask(4, 4, level)
    assert (feather.read(mask, (0, 0, 4, 4), 0) == level).all()


def test_tiles_that_cannot_be_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "mask.bin"
    for data in (b"no zlib", b""):
        file.write_bytes(msgspec.msgpack.encode(PackedTiles(10, 10, 0, [(0, 0, data)])))
        with pytest.raises(ValueError):
            tile_file.load(file)


def test_only_tiles_that_are_there_are_kept(tmp_path: Path) -> None:
    mask = Mask(600, 300, np.pad(np.full((9, 9), 255, np.uint8), ((0, 291), (0, 591))))
    tile_file.save(tmp_path / "mask.bin", mask)
    assert (tile_file.load(tmp_path / "mask.bin").render() == mask.render()).all()
