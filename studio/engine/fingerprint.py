"""What a component's files hold, as a key: the same VAE in two folders is the same component.

Until a file's SHA-256 is known its identity (path, size, mtime, inode) stands in for it: no picture waits for a hash.
Small files are hashed at once, large ones on a background thread; results are kept in one JSON file.
"""

import contextlib
import hashlib
import json
import threading
from collections.abc import Iterable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from studio.atomic import writing
from studio.engine.loaders.component import ComponentSpec

SMALL_BYTES = 8 * 2**20  # hashed in about 10 ms
CONFIGS = ("*.json", "*.txt", "*.model", "*.jinja")


class Fingerprints:
    """Content keys of components, remembered between runs in `cache_file`."""

    def __init__(self, cache_file: Path) -> None:
        self._cache_file = cache_file
        self._lock = threading.Lock()
        self._known: dict[str, str] = _read(cache_file)
        self._queue: SimpleQueue[Path | None] = SimpleQueue()
        self._queued: set[Path] = set()
        self._thread: threading.Thread | None = None

    def of(self, spec: ComponentSpec) -> str:
        """The key of what `spec` would load now; it changes once, when a large file's hash becomes known."""
        parts = [self._weights(file) for file in spec.weights]
        if spec.path.is_dir():
            configs = (file for pattern in CONFIGS for file in spec.path.glob(pattern))
            parts += [_config(file) for file in sorted(configs) if not file.name.endswith(".index.json")]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def wait(self) -> None:
        """Until the background thread has hashed all that was asked for so far."""
        thread = self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _weights(self, file: Path) -> str:
        identity = _identity(file)
        with self._lock:
            known = self._known.get(identity)
        if known is None and file.stat().st_size <= SMALL_BYTES:
            known = self._hash(file)
        if known is None:
            self._hash_later(file)
        return known or identity

    def _hash_later(self, file: Path) -> None:
        with self._lock:
            if file in self._queued:
                return
            self._queued.add(file)
            self._queue.put(file)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="fingerprints", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (file := self._queue.get()) is not None:
            try:
                self._hash(file)
            except OSError:  # gone meanwhile: its identity stays its key
                continue
            finally:
                with self._lock:
                    self._queued.discard(file)
        self._thread = None

    def _hash(self, file: Path) -> str:
        identity = _identity(file)
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if _identity(file) == identity:  # else it was replaced while we read
            with self._lock:
                self._known[identity] = digest
                _write(self._cache_file, self._known)
        return digest


def _identity(file: Path) -> str:
    status = file.stat()
    return f"{file.resolve()}|{status.st_size}|{status.st_mtime_ns}|{status.st_ino}"


def _config(file: Path) -> str:
    """A config's meaning: what says where it came from, not what the component is, is left out."""
    raw = file.read_bytes()
    if file.name.endswith("config.json"):
        try:
            entries: Any = json.loads(raw)
        except ValueError:
            entries = None
        if isinstance(entries, dict):
            kept = {key: entries[key] for key in sorted(entries) if not _is_origin(key)}
            raw = json.dumps(kept, sort_keys=True).encode()
    return f"{file.name}:{hashlib.sha256(raw).hexdigest()}"


def _is_origin(key: str) -> bool:
    return key in {"_name_or_path", "_diffusers_version", "transformers_version", "dtype", "torch_dtype"}


def _read(file: Path) -> dict[str, str]:
    try:
        entries = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}  # a cache: made anew
    return entries if isinstance(entries, dict) else {}


def _write(file: Path, entries: dict[str, str]) -> None:
    """Atomic, and without a word when the disk is full: only time is lost."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with writing(file) as stream:
            stream.write(json.dumps(entries).encode())


def combine(keys: Iterable[str]) -> str:
    """One key for several."""
    return hashlib.sha256("|".join(keys).encode()).hexdigest()[:32]
