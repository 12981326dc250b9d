"""Endless training data by number: picture n of a seed is always the same, so that a run resumes exactly.

A pool of pictures is drawn once, by all cores, into a file that is mapped into memory; its facts and its captions, as
tokens, lie in files beside it. The numbers past its end go round it again with other captions. CLIP sees it in its
lessons of look-alikes, the other stages in a mixed order.
"""

import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.lib.format import open_memmap

from studio_starter import tokenizer as tokenizers
from studio_starter.scale import Scale
from studio_starter.training import TrainingError
from studio_starter.world import LANGUAGES, WORLDS, Scene, World

CHUNK = 16
"""Lessons that one process draws at a time."""


def scenes_of(world: World, seed: int, numbers: range) -> list[Scene]:
    """The scenes of those numbers of a seed."""
    lessons = range(numbers.start // world.group, -(-numbers.stop // world.group))
    scenes = [scene for lesson in lessons for scene in world.group_at(seed, lesson)]
    first = lessons.start * world.group
    return scenes[numbers.start - first : numbers.stop - first]


def draw(world: World, scene: Scene, size: int) -> np.ndarray:
    """(3, size, size) uint8."""
    return np.asarray(world.render(scene, size)).transpose(2, 0, 1)


def unit(pixels: torch.Tensor) -> torch.Tensor:
    """uint8 to floats in [-1, 1]."""
    return pixels.float() / 127.5 - 1


@dataclass(frozen=True)
class Batch:
    pixels: torch.Tensor
    """(B, 3, H, W) uint8; empty where they were not asked for."""
    labels: torch.Tensor
    """(B, facts) of the scenes."""
    numbers: range
    places: torch.Tensor
    """(B,) where in the pool."""


@dataclass(frozen=True)
class Words:
    """Captions of a batch in one language."""

    ids: torch.Tensor
    """(B, length) tokens."""
    says: torch.Tensor
    """(B, facts) bool: which facts each names."""


class Pool:
    """The first `count` pictures of a seed, drawn once into the work folder."""

    def __init__(
        self, work: Path, scale: Scale, seed: int, *, count: int | None = None, size: int | None = None,
        grouped: bool = False, device: str = "cpu",
    ) -> None:  # fmt: skip
        """`grouped` keeps look-alikes together. On a GPU with room to spare the whole pool lies in its memory."""
        self._work, self._world, self._seed, self._device = work, scale.world, seed, device
        self.count, self._variants = count or scale.pool, scale.variants
        side = size or scale.side
        self.name = f"{self._world.name} {side} {seed} {self.count}"
        pictures = partial(_pictures, self._world.name, seed, side)
        self._pixels = self._drawn(f"pool-{side}", (self.count, 3, side, side), np.uint8, pictures)
        labels = self._drawn("facts", (self.count, len(self._world.facts)), np.int16, partial(_labels, seed=seed))
        self._labels = torch.from_numpy(np.array(labels)).long().to(device)
        self._texts: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}
        order = list(range(self.count))
        if not grouped:
            random.Random(seed).shuffle(order)
        self._order = torch.tensor(order, device=device)

    def pixels(self, numbers: range) -> torch.Tensor:
        """(B, 3, H, W) uint8."""
        places = self._places(numbers)
        if isinstance(self._pixels, torch.Tensor):
            return self._pixels[places]
        return torch.from_numpy(self._pixels[places.cpu().numpy()]).to(self._device)

    def reside(self) -> "Pool":
        """Into the memory of a GPU, where at least half of it stays free: a training step then waits for no disk."""
        if self._device.startswith("cuda") and isinstance(self._pixels, np.ndarray):
            free, _ = torch.cuda.mem_get_info()
            if self._pixels.nbytes < free / 2:
                held = torch.empty(self._pixels.shape, dtype=torch.uint8, device=self._device)
                for first in range(0, self.count, 8192):
                    held[first : first + 8192] = torch.from_numpy(np.array(self._pixels[first : first + 8192]))
                self._pixels = held
        return self

    def words(self, numbers: range, language: str) -> Words:
        """Captions of those pictures: another one each time round the pool."""
        if language not in self._texts:
            self._texts[language] = self._read(language)
        ids, says = self._texts[language]
        places = self._places(numbers)
        rounds = torch.arange(numbers.start, numbers.stop, device=self._device) // self.count
        variants = (rounds + places) % self._variants
        return Words(ids[places, variants].long(), says[places, variants])

    def batch(self, numbers: range, drawn: bool = True) -> Batch:
        """Those pictures; `drawn` False leaves the pixels empty."""
        places = self._places(numbers)
        return Batch(self.pixels(numbers if drawn else range(0)), self._labels[places], numbers, places)

    def batches(self, start: int, stop: Callable[[], int], count: int, drawn: bool = True) -> Iterator[Batch]:
        """Batches of `count` pictures, from number `start`; the last, incomplete one is left out."""
        first = start
        while first + count <= stop():
            yield self.batch(range(first, first + count), drawn)
            first += count

    def _places(self, numbers: range) -> torch.Tensor:
        return self._order[torch.arange(numbers.start, numbers.stop, device=self._device) % self.count]

    def _read(self, language: str) -> tuple[torch.Tensor, torch.Tensor]:
        length = self._world.length
        shape = (self.count, self._variants, length + len(self._world.facts))
        made = partial(_texts, str(self._work), self._seed, self._variants, language)
        found = torch.from_numpy(np.array(self._drawn(f"words-{language}", shape, np.int16, made)))
        return found[:, :, :length].to(self._device), found[:, :, length:].bool().to(self._device)

    def _drawn(self, name: str, shape: tuple[int, ...], kind: Any, make: Callable[[str, range], np.ndarray]) -> Any:
        """An array in a file of the work folder, made by all cores where it is not there yet."""
        file = self._work / f"{name}-{self._seed}-{self.count}.npy"
        if not file.exists():
            drawn(file, shape, kind, partial(make, self._world.name), CHUNK * self._world.group)
        return np.load(file, mmap_mode="r")


def _pictures(world: str, seed: int, size: int, _name: str, numbers: range) -> np.ndarray:
    return np.stack([draw(WORLDS[world], scene, size) for scene in scenes_of(WORLDS[world], seed, numbers)])


def _labels(world: str, numbers: range, seed: int) -> np.ndarray:
    return np.array([WORLDS[world].labels(scene) for scene in scenes_of(WORLDS[world], seed, numbers)])


def _texts(work: str, seed: int, variants: int, language: str, world_name: str, numbers: range) -> np.ndarray:
    """Tokens, then for each fact whether the caption names it: (numbers, variants, length + facts)."""
    world, words = WORLDS[world_name], tokenizers.load(Path(work))
    rows = []
    for number, scene in zip(numbers, scenes_of(world, seed, numbers), strict=True):
        for variant in range(variants):
            rows.append(world.caption(scene, random.Random(f"{seed}/{language}/{number}/{variant}"), language))
    ids = tokenizers.encode(words, [row.text for row in rows])
    found = np.concatenate([ids.numpy(), np.array([world.says(row) for row in rows])], axis=1)
    return found.reshape(len(numbers), variants, -1)


def drawn(
    file: Path, shape: tuple[int, ...], kind: Any, make: Callable[[range], np.ndarray], step: int, *,
    alone: bool = False,
) -> None:  # fmt: skip
    """Write an array, `step` rows (a range) at a time, into a file that is there whole or not at all.

    All cores make it, each in a process of its own; or this process `alone`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        array = open_memmap(temporary, mode="w+", dtype=kind, shape=shape)
        _reserve(temporary)
        chunks = [range(first, min(first + step, shape[0])) for first in range(0, shape[0], step)]
        if len(chunks) == 1 or alone:
            for chunk in chunks:
                array[chunk.start : chunk.stop] = make(chunk)
        else:
            with multiprocessing.get_context("spawn").Pool() as workers:
                for chunk, found in zip(chunks, workers.imap(make, chunks), strict=True):
                    array[chunk.start : chunk.stop] = found
        array.flush()
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise TrainingError(f"{file} could not be written ({error}); make room on the disk and start again.") from None


def _reserve(file: Path) -> None:
    """Its whole length on the disk: a write through memory to a disk without room ends the process."""
    if hasattr(os, "posix_fallocate"):
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, file.stat().st_size)


def mixed(pool: Pool, numbers: range) -> torch.Tensor:
    """(B, length) tokens of captions in all languages in turn."""
    every = torch.stack([pool.words(numbers, language).ids for language in LANGUAGES])
    rows = torch.arange(len(numbers), device=every.device)
    return every[rows % len(LANGUAGES), rows]
