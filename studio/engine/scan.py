"""Scanner: which models lie under a folder, read from headers and configs, remembered by size and time of change."""

import contextlib
import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from studio import __version__
from studio.atomic import writing
from studio.engine.entry import Entry, refused
from studio.engine.family import Families
from studio.engine.place import REPOSITORY, Place, places
from studio.errors import UserError
from studio.messages import ModelInfo

Read = Callable[[Path, str, Families], Entry]
_SHARD = re.compile(r".*-\d{5}-of-\d{5}\.safetensors")


class Remembered(msgspec.Struct, frozen=True, array_like=True):
    """What was found at a path, when it looked so."""

    stamp: str
    info: ModelInfo


class Cache(msgspec.Struct, frozen=True):
    """All that was found, and by which table of families: another one may know more."""

    table: str = ""
    found: dict[str, Remembered] = {}


class Scanner:
    """Looks through folders. Any thread may ask; one scan runs at a time."""

    def __init__(self, cache_file: Path, families: Families, read: Read) -> None:
        self._cache_file, self._families, self._read = cache_file, families, read
        self._lock = threading.Lock()
        self._table = hashlib.sha256(f"{__version__}{families.rows()!r}".encode()).hexdigest()[:16]
        self._found: dict[str, Remembered] | None = None

    def scan(self, root: Path, go_on: Callable[[], bool] = lambda: True) -> list[ModelInfo]:
        """Every model under `root`, and what is none, with its reason in `problem`; ids are left to the catalogue.

        Files that have not changed since the last scan are not opened. `go_on` is asked between two of them.
        """
        with self._lock:
            known = self._known()
            kept = {path: each for path, each in known.items() if not Path(path).is_relative_to(root)}
            mine: dict[str, Remembered] = {}
            for place in places(root):
                if not go_on():
                    break
                before = known.get(str(place.path))
                fresh = before is None or not place.stamp or before.stamp != place.stamp
                mine[str(place.path)] = Remembered(place.stamp, self._info(place)) if fresh or not before else before
            found = kept | mine
            if found != known:
                self._found = found
                self._write()
            return [each.info for each in mine.values()]

    def remembered(self, root: Path) -> list[ModelInfo]:
        """What the last scan found there; the disk is not looked at, but for the cache."""
        return [each.info for path, each in self._known().items() if Path(path).is_relative_to(root)]

    def _info(self, place: Place) -> ModelInfo:
        name = _name(place.path)
        try:
            if place.problem:
                raise refused(place.path, place.problem)
            if _SHARD.fullmatch(place.path.name):
                raise refused(
                    place.path, "it is one of several files that belong together; add the folder of the model"
                )
            return replace(self._read(place.path, name, self._families).info(), title=name)
        except (UserError, OSError) as error:
            return ModelInfo(id=name, title=name, family="", path=str(place.path), problem=str(error))

    def _known(self) -> dict[str, Remembered]:
        if self._found is None:
            cache = Cache()
            with contextlib.suppress(OSError, msgspec.DecodeError):  # none yet, or damaged: made anew
                cache = msgspec.json.decode(self._cache_file.read_bytes(), type=Cache)
            self._found = cache.found if cache.table == self._table else {}
        return self._found

    def _write(self) -> None:
        """Atomic, and without a word when the disk is full: only time is lost."""
        with contextlib.suppress(OSError):
            self._cache_file.parent.mkdir(parents=True, exist_ok=True)
            with writing(self._cache_file) as stream:
                stream.write(msgspec.json.encode(Cache(self._table, self._found or {})))


def _name(path: Path) -> str:
    """A file's or folder's own; of a snapshot in the hub's cache the repository's."""
    cached = next((each.name for each in path.parents if each.name.startswith(REPOSITORY)), "")
    own = path.stem if path.is_file() else path.name
    if not cached:
        return own
    repository = cached.removeprefix(REPOSITORY).replace("--", "/")
    return repository if path.parent.name == "snapshots" else f"{repository}/{own}"
