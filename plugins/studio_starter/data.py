"""Endless training data by number: picture n of a seed is always the same, so that a run resumes exactly.

A pool of pictures is drawn once, in parallel, into a file that is mapped into memory. The numbers past its end go
round it again, mirrored every second time and with fresh captions. CLIP sees it in its groups of look-alikes, the other
stages in a mixed order.
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

from studio_starter.caption import LANGUAGES, Caption, caption
from studio_starter.lesson import GROUP, group_at
from studio_starter.render import render
from studio_starter.scene import Scene

SIDE = 64
"""Pixels a side of what CLIP and the decoder see."""
LARGE = 256
"""Pixels a side of what the user sees, behind the upscaler."""
POOL = 60_000
"""Pictures of a pool, unless told."""
CHUNK = 16 * GROUP


def scenes_of(seed: int, numbers: range) -> list[Scene]:
    """The scenes of those numbers of a seed."""
    groups = range(numbers.start // GROUP, -(-numbers.stop // GROUP))
    scenes = [scene for group in groups for scene in group_at(seed, group)]
    first = groups.start * GROUP
    return scenes[numbers.start - first : numbers.stop - first]


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
    captions: dict[str, list[Caption]]
    """By language."""
    scenes: list[Scene]
    numbers: range
    places: list[int]
    """Where in the pool."""

    def mixed(self) -> list[str]:
        """Captions in all languages in turn."""
        return [self.captions[LANGUAGES[place % len(LANGUAGES)]][place].text for place in range(len(self.numbers))]


class Pool:
    """The first `count` pictures of a seed, drawn once into the work folder."""

    def __init__(self, work: Path, seed: int, count: int, size: int = SIDE, grouped: bool = False) -> None:
        """`grouped` keeps look-alikes together."""
        self._seed = seed
        file = work / f"pool-{size}-{seed}-{count}.npy"
        if not file.exists():
            _draw_all(file, seed, count, size)
        self._pixels = np.load(file, mmap_mode="r")
        self._scenes = scenes_of(seed, range(count))
        self._order = list(range(count))
        if not grouped:
            random.Random(seed).shuffle(self._order)

    def pixels(self, numbers: range) -> torch.Tensor:
        """(B, 3, H, W) uint8; every second time round the pool, mirrored."""
        pixels = torch.from_numpy(self._pixels[self._places(numbers)])
        for row, number in enumerate(numbers):
            if number // len(self._order) % 2:
                pixels[row] = pixels[row].flip(-1)
        return pixels

    def batch(self, numbers: range, drawn: bool = True) -> Batch:
        """Those pictures with their captions; `drawn` False leaves the pixels empty."""
        places = self._places(numbers)
        scenes = [self._scenes[place] for place in places]
        captions = {
            language: [
                caption(scene, random.Random(f"{self._seed}/{language}/{number}"), language)
                for number, scene in zip(numbers, scenes, strict=True)
            ]
            for language in LANGUAGES
        }
        return Batch(self.pixels(numbers if drawn else range(0)), captions, scenes, numbers, places)

    def batches(self, start: int, stop: int, count: int, drawn: bool = True) -> Iterator[Batch]:
        """Batches of `count` pictures, from number `start`; the last, incomplete one is left out."""
        for first in range(start, stop - count + 1, count):
            yield self.batch(range(first, first + count), drawn)

    def _places(self, numbers: range) -> list[int]:
        return [self._order[number % len(self._order)] for number in numbers]


def _draw_chunk(seed: int, size: int, numbers: range) -> np.ndarray:
    return np.stack([draw(scene, size) for scene in scenes_of(seed, numbers)])


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
