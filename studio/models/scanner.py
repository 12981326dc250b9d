"""Scanner: which models lie under a folder, read from headers and configs, remembered by size and time of change."""

import contextlib
import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from studio import __version__, files
from studio.atomic import writing
from studio.descriptions import ModelInfo
from studio.errors import UserError, message_of
from studio.models.entry import CatalogueEntry, refused, refused_info
from studio.models.families import Families
from studio.models.locations import ALIKE, REPOSITORY, ModelLocation, folder_name, places
from studio.text import Text, english

Read = Callable[[Path, str, Families], CatalogueEntry]
NAMED_BY_FOLDER = ("controlnet", "translator")
_SHARD = re.compile(r".*-\d{5}-of-\d{5}\.(safetensors|gguf)")


class ScannedModel(msgspec.Struct, frozen=True, array_like=True):
    """What was found at a path, when it looked so."""

    stamp: str
    info: ModelInfo


class ScanCache(msgspec.Struct, frozen=True):
    """All that was found, and by which table of families: another one may know more."""

    table: str = ""
    found: dict[str, ScannedModel] = {}


class Scanner:
    """Looks through folders. Any thread may ask; one scan runs at a time."""

    def __init__(self, cache_file: Path, families: Families, read: Read) -> None:
        self._cache_file, self._families, self._read = cache_file, families, read
        self._lock = threading.Lock()
        self._table = hashlib.sha256(f"{__version__}{families.rows()!r}".encode()).hexdigest()[:16]
        self._found: dict[str, ScannedModel] | None = None

    def scan(self, root: Path) -> list[ModelInfo]:
        """Every model under `root`, and what is none, with its reason in `problem`; ids are left to the catalogue.

        Files that have not changed since the last scan are not opened.
        """
        with self._lock:
            known = self._known()
            kept = {path: each for path, each in known.items() if not Path(path).is_relative_to(root)}
            mine: dict[str, ScannedModel] = {}
            for place in places(root):
                name = _text(place.path)
                before = known.get(name)
                same = before is not None and place.stamp and before.stamp == place.stamp
                mine[name] = before if same and before else ScannedModel(place.stamp, self._info(place))
            found = kept | mine
            if found != known:
                self._found = found
                self._write()
            return [each.info for each in mine.values()]

    def remembered(self, root: Path) -> list[ModelInfo]:
        """What the last scan found there; the disk is not looked at, but for the cache."""
        return [each.info for path, each in self._known().items() if Path(path).is_relative_to(root)]

    def _info(self, place: ModelLocation) -> ModelInfo:
        name = _name(place.path)
        try:
            if place.problem:
                raise refused(place.path, place.problem)
            if _text(place.path) != str(place.path):
                raise refused(place.path, "its name is no text that every program can read; rename it")
            if _SHARD.fullmatch(place.path.name):
                raise refused(
                    place.path, "it is one of several files that belong together; add the folder of the model"
                )
            info = self._read(place.path, name, self._families).info()
            # diffusers calls them all the same; their folders have names.
            alike = info.kind in NAMED_BY_FOLDER and place.path.stem in ALIKE
            return replace(info, title=_text(folder_name(place.path)) if alike else name)
        except (UserError, OSError) as error:
            told = _sendable(message_of(error))
            return refused_info(_text(name), _text(name), _text(place.path), error, told)

    def _known(self) -> dict[str, ScannedModel]:
        if self._found is None:
            cache = ScanCache()
            with contextlib.suppress(OSError, ValueError, RecursionError):  # none yet, or damaged: made anew
                cache = msgspec.json.decode(self._cache_file.read_bytes(), type=ScanCache)
            self._found = cache.found if cache.table == self._table else {}
        return self._found

    def _write(self) -> None:
        """Atomic, and without a word when the disk is full: only time is lost."""
        with contextlib.suppress(OSError):
            files.make_private(self._cache_file.parent)
            with writing(self._cache_file) as stream:
                stream.write(msgspec.json.encode(ScanCache(self._table, self._found or {}), enc_hook=english))


def _text(path: Path | str) -> str:
    """A path as it can be stored and sent: a name on Linux may be any bytes."""
    return str(path).encode("utf-8", "replace").decode()


def _sendable(told: Text) -> Text:
    """A sentence in which such paths stand."""
    return Text(_text(told.template), *map(_sendable_argument, told.args))


def _sendable_argument(arg: str | int | float) -> str | int | float:
    return _sendable(arg) if isinstance(arg, Text) else _text(arg) if isinstance(arg, str) else arg


def _name(path: Path) -> str:
    """A file's or folder's own; of a snapshot in the hub's cache the repository's."""
    cached = next((each.name for each in path.parents if each.name.startswith(REPOSITORY)), "")
    own = path.stem if path.is_file() else path.name
    if not cached:
        return own
    repository = cached.removeprefix(REPOSITORY).replace("--", "/")
    return repository if path.parent.name == "snapshots" else f"{repository}/{own}"
