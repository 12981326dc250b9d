"""The upscalers for people's own pictures: what they learn from, how that is reduced, and how they are measured."""

import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from studio_starter import enlarger, enlarging
from studio_starter.data import drawn
from studio_starter.leaves import leaf_picture, radii
from studio_starter.training import TrainingError
from studio_starter.world import Scene, World


@pytest.mark.parametrize("factor", [2, 4])
def test_pictures_are_reduced_as_pillow_does(factor: int) -> None:
    [photo, render] = [leaf_picture(6), enlarger._picture(3)]
    for picture in (photo, render, np.random.default_rng(1).integers(0, 256, photo.shape, np.uint8)):
        found = enlarger.reduce(torch.from_numpy(picture.copy())[None].float() / 255, factor)[0] * 255
        side = picture.shape[-1] // factor
        pillow = Image.fromarray(picture.transpose(1, 2, 0)).resize((side, side), Image.Resampling.BICUBIC)
        assert np.abs(found.numpy().transpose(1, 2, 0) - np.asarray(pillow)).max() <= 1.01  # of 255


def test_leaves_repeat_and_differ() -> None:
    assert np.array_equal(leaf_picture(4), leaf_picture(4))
    assert (leaf_picture(4) != leaf_picture(6)).mean() > 0.9
    assert leaf_picture(4).shape == (3, 256, 256)


def test_radii_follow_the_power_law() -> None:
    """Of r^-3, a quarter is beyond twice the smallest, and a hundredth beyond ten times."""
    found = radii(np.random.default_rng(1), 1.0, 100_000)
    assert found.min() >= 1
    assert found.max() <= 160
    assert (found > 2).mean() == pytest.approx(0.25, abs=0.01)
    assert (found > 10).mean() == pytest.approx(0.01, abs=0.002)


def test_leaves_have_the_spectrum_of_photographs() -> None:
    """Power falls with about the square of the frequency (Field 1987); that of noise does not fall."""
    window = np.hanning(256)[:, None] * np.hanning(256)
    pages = np.stack([leaf_picture(seed).mean(axis=0) for seed in range(0, 48, 2)])
    pages = (pages - pages.mean(axis=(1, 2), keepdims=True)) * window
    power = (np.abs(np.fft.fft2(pages)) ** 2).mean(axis=0)
    reach = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.fftfreq(256)) * 256
    rings = np.array([4, 8, 16, 32, 64])
    levels = [power[(reach > ring * 0.8) & (reach < ring * 1.25)].mean() for ring in rings]
    [slope, _] = np.polyfit(np.log(rings), np.log(levels), 1)
    assert -2.8 < slope < -1.2


def test_half_is_leaves_and_the_renders_are_of_every_world_and_none_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def watched(self: World, rng: random.Random, unseen: bool, kept: Any = World.sample_from) -> Scene:
        asked.append((self.name, unseen))
        return kept(self, rng, unseen)

    monkeypatch.setattr(World, "sample_from", watched)
    pictures = [enlarger._picture(number) for number in range(8)]
    assert asked == [("small", False), ("large", False)] * 2
    assert all(np.array_equal(pictures[number], leaf_picture(number)) for number in range(0, 8, 2))


@contextmanager
def no_room() -> Iterator[None]:
    """Files may not grow past 64 KiB: the system's own error, as of a full disk.

    No longer than needed: it holds for the file that the report of the tests goes to as well.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_no_room_for_the_pictures_is_said_before_they_are_drawn(tmp_path: Path) -> None:
    def draw(numbers: range) -> np.ndarray:
        raise AssertionError("nothing should be drawn that cannot be kept")

    with pytest.raises(TrainingError, match="make room on the disk and start again"), no_room():
        drawn(tmp_path / "pool.npy", (4, 3, 256, 256), np.uint8, draw, 2)
    assert list(tmp_path.iterdir()) == []


def test_bicubic_is_measured_below_the_truth_and_lanczos_as_lanczos() -> None:
    pictures = list(enlarging.sets()["fresh renders, small world"].values())[:3]
    own, lanczos = enlarging.compared(pictures, lambda small: enlarging.lanczos(small, 2), 2)
    assert own == lanczos
    nearest, _ = enlarging.compared(pictures, lambda small: small.resize((256, 256), Image.Resampling.NEAREST), 2)
    assert nearest < lanczos < 60


def test_the_photographs_are_six() -> None:
    assert set(enlarging.photographs()) == {"astronaut", "coffee", "chelsea", "rocket", "china", "flower"}
