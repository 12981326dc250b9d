"""What a component's files hold, as a key: the same VAE in two folders is the same component.

Until the hash of a file's tensors is known its identity (path, size, mtime, inode) stands in for it: no picture waits
for a hash. Small files are hashed at once, large ones on a background thread; results are kept in one JSON file.
"""

import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec

from studio import files
from studio.atomic import writing
from studio.errors import UserError
from studio.models.content_key import content, joined
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec
from studio.models.loaders.header import read_header
from studio.models.normalised_config import meaning

SMALL_BYTES = 8 * 2**20  # hashed in about 10 ms
CONFIGS = ("*.json", "*.txt", "*.model", "*.jinja")
CONTENT = re.compile("[0-9a-f]{64}")
CAP_BYTES = 64 * 2**20
"""Of the file: some hundreds of thousands of entries."""
VERSION = 2  # of the way in which contents are made; keys of another one are made anew


class Fingerprints:
    """Content keys of components, remembered between runs in `cache_file`."""

    def __init__(self, cache_file: Path) -> None:
        self._cache_file = cache_file
        self._lock = threading.Lock()
        self._known: dict[str, str] = _read(cache_file)
        self._queue: SimpleQueue[tuple[Path, CheckpointSection | None] | None] = SimpleQueue()
        self._queued: set[tuple[Path, CheckpointSection | None]] = set()
        self._thread: threading.Thread | None = None
        self._loads, self._idle = 0, threading.Event()
        self._idle.set()

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """Nothing is hashed in the background meanwhile: a model that loads wants the processor for itself."""
        with self._lock:
            self._loads += 1
            self._idle.clear()
        try:
            yield
        finally:
            with self._lock:
                self._loads -= 1
                if not self._loads:
                    self._idle.set()

    def of(self, spec: ComponentSpec) -> str:
        """The key of what `spec` would load now; it changes once, when a large file's hash becomes known."""
        weights = [self._weights(file, spec.section) for file in spec.weights]
        known = [each for each, identity in weights if not identity]
        parts = [joined(known)] if len(known) == len(weights) else [each for each, _ in weights]
        return hashlib.sha256("\n".join([*parts, *_configs(spec)]).encode()).hexdigest()[:32]

    def identity(self, spec: ComponentSpec) -> str:
        """Changes when a file of weights is replaced or written to; no content is read. Raises OSError."""
        return "\n".join(_identity(file, spec.section) for file in spec.weights)

    def wait(self) -> None:
        """Until the background thread has hashed all that was asked for so far."""
        thread = self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _weights(self, file: Path, section: CheckpointSection | None) -> tuple[str, bool]:
        """The content of what is in the file; until it is known the file's identity, and True."""
        identity = _identity(file, section)
        with self._lock:
            known = self._known.get(identity)
        if known is None and _size_bytes(file, section) <= SMALL_BYTES:
            known = self._hash(file, section)
        if known is None:
            self._hash_later(file, section)
        return (known, False) if known else (identity, True)

    def _hash_later(self, file: Path, section: CheckpointSection | None) -> None:
        with self._lock:
            if (file, section) in self._queued:
                return
            self._queued.add((file, section))
            self._queue.put((file, section))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="fingerprints", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (wanted := self._queue.get()) is not None:
            try:
                self._hash(*wanted, pause=self._rest)
            except (OSError, UserError):  # gone or damaged meanwhile: its identity stays its key
                continue
            finally:
                with self._lock:
                    self._queued.discard(wanted)
        self._thread = None

    def _rest(self) -> None:
        self._idle.wait()

    def _hash(self, file: Path, section: CheckpointSection | None, pause: Callable[[], None] = lambda: None) -> str:
        identity = _identity(file, section)
        found = content(file, section, pause)
        if _identity(file, section) == identity:  # else it was replaced while we read
            with self._lock:
                self._known[identity] = found
                _write(self._cache_file, self._known)
        return found


def _size_bytes(file: Path, section: CheckpointSection | None) -> int:
    """What has to be read for the hash."""
    return section.of(read_header(file)).bytes() if section else file.stat().st_size


def _identity(file: Path, section: CheckpointSection | None) -> str:
    status = file.stat()
    which = f"|{section.renamed}{section.prefix}|{','.join(section.without)}" if section else ""
    return f"{VERSION}|{file.resolve()}|{status.st_size}|{status.st_mtime_ns}|{status.st_ino}{which}"


def _configs(spec: ComponentSpec) -> Iterator[str]:
    """The configuration's meaning, and the other files of a folder that say what the component is."""
    if spec.section:
        yield meaning(spec.library, spec.class_name, json.loads(spec.section.config))
    elif spec.path.is_dir():
        files = (file for pattern in CONFIGS for file in spec.path.glob(pattern))
        for file in sorted(files):
            if not file.name.endswith(".index.json"):
                yield _config(spec, file)


def _config(spec: ComponentSpec, file: Path) -> str:
    raw = file.read_bytes()
    if file.name.endswith("config.json"):
        try:
            entries: Any = json.loads(raw)
        except ValueError:
            entries = None
        if isinstance(entries, dict):
            is_own = file.name == "config.json"
            own = meaning(spec.library if is_own else "", spec.class_name if is_own else "", entries)
            return own if is_own and spec.dtype else f"{file.name}:{own}"
    return f"{file.name}:{hashlib.sha256(raw).hexdigest()}"


def _read(file: Path) -> dict[str, str]:
    try:
        entries = msgspec.json.decode(files.read_bounded(file, CAP_BYTES), type=dict[str, str])
    except (OSError, ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return {}  # a cache: made anew
    return {identity: each for identity, each in entries.items() if CONTENT.fullmatch(each)}


def _write(file: Path, entries: dict[str, str]) -> None:
    """Atomic, and without a word when the disk is full: only time is lost."""
    with contextlib.suppress(OSError):
        files.make_private(file.parent)
        with writing(file) as stream:
            stream.write(json.dumps(entries).encode())


def combine(keys: Iterable[str]) -> str:
    """One key for several."""
    return hashlib.sha256("|".join(keys).encode()).hexdigest()[:32]
