"""Mutated bytes against everything that reads a model's files: each input is read, or refused by one sentence.

An input that ends in anything else, takes more than LIMIT_S, or more memory than LIMIT_BYTES on top of what the process
has, is a find. `benchmarks/fuzz_models.py` runs as many as it is told; the finds of the past lie in data/hostile.
"""

import contextlib
import json
import random
import resource
import shutil
import signal
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from built_in import BUILT_IN

from studio.errors import UserError
from studio.models.catalogue import read_model
from studio.models.loaders.component import load
from studio.models.loaders.header import read_header
from studio.models.model_card import read_card
from studio.models.prediction import prediction_of, spread_of

MEMORY = Path("/dev/shm")
"""A file system in memory: most of the time would go into files otherwise."""
CORPUS = Path(__file__).parent / "data" / "hostile"
LIMIT_S = 5.0
LIMIT_BYTES = 2**30
UNFORESEEN = "its files say something that no model says"
"""What is said of a fault that no check was made for: true, and no help."""
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 5, 2**31, 2**63, 10**9, 10**30, 1e308, 1e-308, "", "x", "someone/repo", "../../up",
    "a\0b", "𝔘" * 50, [], [[]], [0], [None], ["a"], {}, {"": 0}, {"a": {"b": []}}, [1] * 1000,
)  # fmt: skip
PIECES = (b"{", b"}", b"[", b"]", b'"', b":", b",", b"\n", b"---\n", b"\0", b"\xff", b"9" * 40, b"1e999", b"-", b"NaN")


class TooSlow(BaseException):
    """The input took longer than it may."""


@dataclass(frozen=True)
class Target:
    """Something that reads bytes: where they are put, and who reads them then."""

    name: str
    seed: Callable[[Path], bytes]
    read: Callable[[Path, bytes], object]


def _into(name: str) -> Callable[[Path, bytes], object]:
    """Put the bytes under a name into the model's folder, and read that; what was there is put back."""

    def read(folder: Path, data: bytes) -> object:
        file = folder / name
        before = file.read_bytes() if file.exists() else None
        file.write_bytes(data)
        try:
            return read_model(folder, "model", BUILT_IN)
        finally:
            file.unlink() if before is None else file.write_bytes(before)

    return read


def _of(name: str) -> Callable[[Path], bytes]:
    return lambda folder: (folder / name).read_bytes()


def _header(folder: Path, data: bytes) -> object:
    """The bytes as a header, of a file that is as long as the tensors say, so that more than its end is looked at."""
    file = folder / "fuzz.safetensors"
    with file.open("wb") as stream:
        stream.write(struct.pack("<Q", len(data)) + data)
        with contextlib.suppress(Exception):  # whatever the bytes are
            ends = [each["data_offsets"][1] for each in json.loads(data).values() if "data_offsets" in each]
            stream.truncate(8 + len(data) + min(int(max(ends)), 2**40))
    header = read_header(file)
    prediction_of(file, header)
    spread_of(file, header)
    return read_model(file, "fuzz", BUILT_IN)


def _seed_header(folder: Path) -> bytes:
    data = (folder / "unet/diffusion_pytorch_model.safetensors").read_bytes()
    return data[8 : 8 + struct.unpack("<Q", data[:8])[0]].rstrip()


def _readme(folder: Path, data: bytes) -> object:
    (folder / "README.md").write_bytes(data)
    return read_card(folder)


def _yaml(folder: Path, data: bytes) -> object:
    file = folder / "beside.safetensors"
    if not file.exists():
        file.write_bytes(struct.pack("<Q", 2) + b"{}")
    file.with_suffix(".yaml").write_bytes(data)
    return prediction_of(file, read_header(file))


def _loaded(name: str, part: str) -> Callable[[Path, bytes], object]:
    """Put the bytes into the folder, and load one of its parts by its library, if the studio lets them through."""

    def read(folder: Path, data: bytes) -> object:
        file = folder / name
        before = file.read_bytes()
        file.write_bytes(data)
        try:
            return load(read_model(folder, "model", BUILT_IN).components[part], "cpu")
        finally:
            file.write_bytes(before)

    return read


CONFIGS = (
    "model_index.json", "unet/config.json", "vae/config.json", "text_encoder/config.json",
    "scheduler/scheduler_config.json", "tokenizer/tokenizer_config.json",
)  # fmt: skip
READERS = (
    Target("header", _seed_header, _header),
    *(Target(name.replace("/", "-"), _of(name), _into(name)) for name in CONFIGS),
    Target("studio.json", lambda folder: b'{"title": "A", "defaults": {"steps": 3}, "upscalers": {}}',
           _into("studio.json")),
    Target("index.json", lambda folder: b'{"metadata": {}, "weight_map": {"a": "diffusion_pytorch_model.safetensors"}}',
           _into("unet/diffusion_pytorch_model.safetensors.index.json")),
    Target("readme", lambda folder: b"---\nlicense: other\nlicense_name: mine\n---\n# A model\n", _readme),
    Target("yaml", lambda folder: b'model:\n  params:\n    parameterization: "v"\n', _yaml),
)  # fmt: skip
LOADERS = (
    Target("load-unet", _of("unet/config.json"), _loaded("unet/config.json", "unet")),
    Target("load-vae", _of("vae/config.json"), _loaded("vae/config.json", "vae")),
    Target("load-text", _of("text_encoder/config.json"), _loaded("text_encoder/config.json", "text_encoder")),
    Target("load-scheduler", _of("scheduler/scheduler_config.json"),
           _loaded("scheduler/scheduler_config.json", "scheduler")),
    Target("load-tokenizer", _of("tokenizer/tokenizer.json"), _loaded("tokenizer/tokenizer.json", "tokenizer")),
    Target("load-tokenizer-config", _of("tokenizer/tokenizer_config.json"),
           _loaded("tokenizer/tokenizer_config.json", "tokenizer")),
)  # fmt: skip
"""Those that end in the libraries, which take a hundred times as long."""
TARGETS = {target.name: target for target in (*READERS, *LOADERS)}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with a few changes: of its values where it is JSON, of its bytes else."""
    if chance.random() < 0.6:
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(data)
            for _ in range(chance.randint(1, 3)):
                value = _changed(value, chance)
            return json.dumps(value).encode(errors="surrogatepass")
    for _ in range(chance.randint(1, 4)):
        at, other = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        way = chance.randrange(4)
        if way == 0:
            data = data[:at] + chance.choice(PIECES) * chance.choice((1, 1, 2, 1000)) + data[at:]
        elif way == 1:
            data = data[:at] + data[other:]
        elif way == 2:
            data = data[:other] + data[at:]
        else:
            data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    return data[:100_000]


def _changed(value: Any, chance: random.Random) -> Any:
    """Another value somewhere in it."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        rest = {other: each for other, each in value.items() if other != key}
        way = chance.randrange(10)
        if way == 0:
            return rest
        if way == 1:
            return rest | {chance.choice(("", "a", "__metadata__", "auto_map", key * 50)): value[key]}
        return value | {key: _changed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [*value[:at], _changed(value[at], chance), *value[at + 1 :]]
    if type(value) is int and chance.random() < 0.4:
        return value * chance.choice((-1, 0, 2, 1000, 10**6)) + chance.choice((-1, 0, 1))
    return chance.choice(ODD)


def attempt(target: Target, folder: Path, data: bytes, limit_s: float = LIMIT_S) -> str:
    """'' when the input was read or refused as it should be, else what became of it."""
    try:
        with _limits(limit_s):
            target.read(folder, data)
    except UserError as error:
        if UNFORESEEN in error.message:
            return error.message[-300:]
        return "" if "\n" not in error.message and len(error.message) < 4000 else f"a sentence: {error.message[:200]}"
    except OSError as error:
        return "" if error.filename or error.errno else f"OSError: {error}"
    except TooSlow:
        return f"took more than {limit_s} s"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return f"{type(error).__name__}: {error}"[:300]
    return ""


@contextlib.contextmanager
def _limits(limit_s: float) -> Iterator[None]:
    """Of time and memory, for what is done in the block; in the main thread alone."""

    def late(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = resource.getrlimit(resource.RLIMIT_AS)
    with Path("/proc/self/statm").open() as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    is_main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGALRM, late) if is_main else None
    try:
        resource.setrlimit(resource.RLIMIT_AS, (size + LIMIT_BYTES, before[1]))
        signal.setitimer(signal.ITIMER_REAL, limit_s if is_main else 0)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)
        if handler is not None:
            signal.signal(signal.SIGALRM, handler)


def corpus(target: Target) -> list[Path]:
    """The finds of the past."""
    return sorted((CORPUS / target.name).glob("*"))


def fuzz(target: Target, model: Path, count: int, seed: int) -> Iterator[tuple[bytes, str]]:
    """(input, what became of it), for each find among so many; the same ones for the same seed."""
    chance = random.Random(f"{target.name} {seed}")
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as place:
        folder = Path(shutil.copytree(model, Path(place, "model")))
        seeds = [target.seed(folder), *(file.read_bytes()[:100_000] for file in corpus(target))]
        for _ in range(count):
            data = mutated(chance.choice(seeds) if chance.random() < 0.3 else seeds[0], chance)
            if found := attempt(target, folder, data):
                yield data, found
