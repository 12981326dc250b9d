"""Endless training data by number: picture n of a seed is always the same, so that a run resumes exactly.

A pool of pictures is drawn once, in parallel, into a file that is mapped into memory. The numbers past its end go
round it again, mirrored every second time and with fresh captions.
"""

import multiprocessing
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.lib.format import open_memmap

from studio_starter.caption import LANGUAGES, caption
from studio_starter.render import render
from studio_starter.scene import Scene, sample_from

SIDE = 64
"""Pixels a side of what CLIP and the decoder see."""
LARGE = 256
"""Pixels a side of what the user sees, behind the upscaler."""
POOL = 50_000
"""Pictures of a pool, unless told."""
CHUNK = 250


def scene_at(seed: int, number: int) -> Scene:
    """Scene number `number` of a seed, of a combination that is trained on."""
    return sample_from(random.Random(f"{seed}/{number}"), unseen=False)


def draw(scene: Scene, size: int = SIDE) -> np.ndarray:
    """(3, size, size) uint8."""
    image = render(scene, size, supersample=3 if size <= 128 else 2)
    return np.asarray(image).transpose(2, 0, 1)


def unit(pixels: torch.Tensor) -> torch.Tensor:
    """uint8 to floats in [-1, 1]."""
    return pixels.float() / 127.5 - 1


@dataclass(frozen=True)
class Batch:
    pixels: torch.Tensor
    """(B, 3, H, W) uint8."""
    captions: list[str]
    scenes: list[Scene]
    numbers: range


class Pool:
    """The first `count` pictures of a seed, drawn once into the work folder."""

    def __init__(self, work: Path, seed: int, count: int, size: int = SIDE) -> None:
        self._seed = seed
        file = work / f"pool-{size}-{seed}-{count}.npy"
        if not file.exists():
            _draw_all(file, seed, count, size)
        self._pixels = np.load(file, mmap_mode="r")
        self._scenes = [scene_at(seed, number) for number in range(count)]

    def pixels(self, numbers: range) -> torch.Tensor:
        """(B, 3, H, W) uint8; every second time round the pool, mirrored."""
        count = len(self._scenes)
        pixels = torch.from_numpy(self._pixels[[number % count for number in numbers]])
        for place, number in enumerate(numbers):
            if number // count % 2:
                pixels[place] = pixels[place].flip(-1)
        return pixels

    def batch(self, numbers: range, drawn: bool = True) -> Batch:
        """Those pictures with their captions; `drawn` False leaves the pixels empty."""
        scenes = [self._scenes[number % len(self._scenes)] for number in numbers]
        captions = [self._caption(number, scene) for number, scene in zip(numbers, scenes, strict=True)]
        return Batch(self.pixels(numbers if drawn else range(0)), captions, scenes, numbers)

    def batches(self, start: int, stop: int, count: int, drawn: bool = True) -> Iterator[Batch]:
        """Batches of `count` pictures, from number `start`; the last, incomplete one is left out."""
        for first in range(start, stop - count + 1, count):
            yield self.batch(range(first, first + count), drawn)

    def _caption(self, number: int, scene: Scene) -> str:
        rng = random.Random(f"{self._seed}/caption/{number}")
        return caption(scene, rng, rng.choice(LANGUAGES))


def _draw_chunk(seed: int, size: int, numbers: range) -> np.ndarray:
    return np.stack([draw(scene_at(seed, number), size) for number in numbers])


def _draw_all(file: Path, seed: int, count: int, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    pixels = open_memmap(temporary, mode="w+", dtype=np.uint8, shape=(count, 3, size, size))
    chunks = [range(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    if len(chunks) == 1:
        pixels[:] = _draw_chunk(seed, size, chunks[0])
    else:
        with multiprocessing.get_context("spawn").Pool() as workers:
            drawn = workers.imap(partial(_draw_chunk, seed, size), chunks)
            for chunk, found in zip(chunks, drawn, strict=True):
                pixels[chunk.start : chunk.stop] = found
    pixels.flush()
    temporary.replace(file)
