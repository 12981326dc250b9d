"""A target, and one input against it, in bounded time and memory."""

import contextlib
import random
import resource
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from fuzzing.mutation import mutated
from studio.errors import UserError

MEMORY = Path("/dev/shm")
"""A file system in memory: most of the time would go into files otherwise."""
CORPUS = Path(__file__).parents[2] / "data" / "hostile"
LIMIT_S = 5.0
"""Of the processor's time: the machine may be busy with other things. Of the clock's WAIT_FACTOR times as much."""
WAIT_FACTOR = 20
CLOCKS = {signal.ITIMER_PROF: signal.SIGPROF, signal.ITIMER_REAL: signal.SIGALRM}
LIMIT_BYTES = 2**30
LONGEST_SENTENCE = 4000
UNFORESEEN = "its files say something that no model says"
"""What is said of a fault that no check was made for: true, and no help."""
SEED_CAP_BYTES = 100_000
Mutate = Callable[[bytes, random.Random], bytes]


class TooSlow(BaseException):
    """The input took longer than it may."""


@dataclass(frozen=True)
class Target:
    """Something that reads bytes.

    `prepare` makes what it needs in a folder of its own, `seeds` are inputs that it reads well, and `read` is given
    that folder and an input. `may_raise`: what it is documented to raise besides UserError. `round`: how many inputs
    it gets while others get theirs, which is what it does in about a second.
    """

    name: str
    seeds: Callable[[Path], list[bytes]]
    read: Callable[[Path, bytes], object]
    prepare: Callable[[Path], object] = lambda folder: None
    mutate: Mutate = mutated
    may_raise: tuple[type[Exception], ...] = ()
    round: int = 1000


@contextlib.contextmanager
def prepared(target: Target) -> Iterator[Path]:
    """A folder of the target's own, in memory where there is such a place."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as place:
        folder = Path(place, "own")
        folder.mkdir()
        target.prepare(folder)
        yield folder


def corpus(target: Target) -> list[Path]:
    """The finds of the past."""
    return sorted((CORPUS / target.name).glob("*"))


def inputs(target: Target, folder: Path, count: int, seed: object) -> Iterator[bytes]:
    """So many mutations of its seeds and of the finds of the past; the same ones for the same seed."""
    chance = random.Random(f"{target.name} {seed}")
    own = target.seeds(folder)
    seeds = [*own, *(file.read_bytes()[:SEED_CAP_BYTES] for file in corpus(target))]
    for _ in range(count):
        yield target.mutate(chance.choice(seeds if chance.random() < 0.3 else own), chance)


def fuzz(target: Target, folder: Path, count: int, seed: object) -> Iterator[tuple[bytes, str]]:
    """(input, what became of it), for each find among so many."""
    for data in inputs(target, folder, count, seed):
        if found := attempt(target, folder, data):
            yield data, found


def attempt(target: Target, folder: Path, data: bytes, limit_s: float = LIMIT_S) -> str:
    """'' when the input was read or refused as it should be, else what became of it."""
    try:
        with _limits(limit_s):
            target.read(folder, data)
    except target.may_raise as error:
        return f"OSError: {error}" if isinstance(error, OSError) and not (error.errno or error.filename) else ""
    except UserError as error:
        return _of_sentence(error.message)
    except TooSlow:
        return f"took more than {limit_s} s"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a find
        return f"{type(error).__name__}: {error}"[:300]
    return ""


def _of_sentence(message: str) -> str:
    if UNFORESEEN in message:
        return message[-300:]
    return "" if "\n" not in message and len(message) < LONGEST_SENTENCE else f"a sentence: {message[:200]}"


@contextlib.contextmanager
def _limits(limit_s: float) -> Iterator[None]:
    """Of time and memory, for what is done in the block; in the main thread alone."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = resource.getrlimit(resource.RLIMIT_AS)
    with Path("/proc/self/statm").open() as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    is_main = threading.current_thread() is threading.main_thread()
    handlers = [signal.signal(number, late) for number in CLOCKS.values()] if is_main else []
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size + LIMIT_BYTES, before[1]))
        if is_main:
            signal.setitimer(signal.ITIMER_PROF, limit_s)
            signal.setitimer(signal.ITIMER_REAL, WAIT_FACTOR * limit_s)
        yield
    finally:
        for clock in CLOCKS if is_main else ():
            signal.setitimer(clock, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)
        for number, handler in zip(CLOCKS.values(), handlers, strict=False):
            signal.signal(number, handler)


def copied(template: Callable[[], Path]) -> Callable[[Path], object]:
    """A `prepare` that copies a folder which is made once."""
    return lambda folder: shutil.copytree(template(), folder, dirs_exist_ok=True)
