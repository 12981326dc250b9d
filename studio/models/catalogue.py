"""Which models exist, of which family, and what each can do: read from their folders without loading a weight."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from studio import files
from studio.errors import UserError, message_of
from studio.messages import ModelInfo
from studio.models.collection import Collection
from studio.models.entry import CatalogueEntry, refused
from studio.models.families import Families
from studio.models.folder import read_folder
from studio.models.locations import is_collection
from studio.models.scanner import Scanner
from studio.models.single_file import read_file
from studio.text import Text, clause

STARTER = "starter"


class Catalogue:
    """The starter and the models that were added, by id; any other folder or file by its path.

    Of a folder with many models every one that can be used is in the catalogue; the others are `left_out`.
    """

    def __init__(self, starter: Path, added: Iterable[str], families: Families, scanner: Scanner) -> None:
        self._families, self._scanner = families, scanner
        self._starter, self._added = starter, [Path(path) for path in added]
        self._entries: dict[str, CatalogueEntry] = {}
        self._collections: dict[Path, Collection] = {}
        self.refresh()

    def infos(self) -> list[ModelInfo]:
        """Every model; one that cannot be used says why in `problem`. What is still looked for is not waited for."""
        return list(self._infos().values())

    def left_out(self) -> list[ModelInfo]:
        """What in the folders with many models is none that can be used, and why."""
        return [info for each in self._collections.values() for info in each.found() if info.problem]

    def wait(self) -> None:
        """Until all folders with many models have been looked through."""
        for collection in self._collections.values():
            collection.wait()

    @property
    def is_waited_for(self) -> bool:
        """Whether there are folders that take time."""
        return bool(self._collections)

    def find(self, ref: str) -> CatalogueEntry:
        """The model behind an id or a path. Raises UserError (`unknown_model`, or why it cannot be used)."""
        if ref not in self._entries:
            paths = self._paths()
            if ref not in paths and not files.absolute(ref).exists():
                self.wait()
                paths = self._paths()
            path = paths.get(ref) or files.absolute(ref)
            if ref not in paths and not path.exists():
                raise UserError(
                    "There is no model {}; the catalogue has {}. Name one of them, or the path of a model's folder.",
                    repr(ref),
                    ", ".join(paths),
                    field="model",
                    code="unknown_model",
                )
            self._entries[ref] = read_model(path, ref if ref in paths else _slug(path.name), self._families)
        return self._entries[ref]

    def refresh(self, added: Iterable[str] | None = None) -> None:
        """Forget what was read, so that changed folders are read again; `added`: what the catalogue has from now on."""
        if added is not None:
            self._added = [Path(path) for path in added]
        self._entries.clear()
        self._collections = {path: Collection(path, self._scanner) for path in self._added if is_collection(path)}

    def _paths(self) -> dict[str, Path]:
        """Of every model by its id; those added by themselves first, so that their ids stay."""
        paths = {STARTER: self._starter}
        for path in self._added:
            if path not in self._collections:
                paths[_unique(_slug(path.name), paths)] = path
        known = set(paths.values())
        for root, collection in self._collections.items():
            found = [info for info in collection.found() if not info.problem]
            for info in found:
                if (path := Path(info.path)) not in known:
                    paths[_unique(_slug(info.title), paths)] = path
                    known.add(path)
            if collection.is_done and not found:
                paths[_unique(_slug(root.name), paths)] = root
        return paths

    def _infos(self) -> dict[str, ModelInfo]:
        known = {info.path: info for each in self._collections.values() for info in each.found() if not info.problem}
        return {
            name: replace(known[str(path)], id=name) if str(path) in known else self._info(name, path)
            for name, path in self._paths().items()
        }

    def _info(self, name: str, path: Path) -> ModelInfo:
        try:
            if path in self._collections:
                raise empty(path, self._collections[path].found())
            return self.find(name).info()
        except (UserError, OSError) as error:
            return ModelInfo(id=name, title=path.name, family="", path=str(path), problem=message_of(error))


def read_model(path: Path, name: str, families: Families) -> CatalogueEntry:
    """What is at `path`. Raises UserError naming what it is, when it is not a model we know."""
    return read_file(path, name, families) if path.is_file() else read_folder(path, name, families)


def empty(root: Path, found: Sequence[ModelInfo]) -> UserError:
    """For a folder with no model that can be used."""
    if not found:
        return refused(
            root, "it has no model_index.json, so it is no diffusers folder, and no file of a model is in it"
        )
    more = Text("; {} more were left out", len(found) - 1) if len(found) > 1 else ""
    return refused(root, "nothing in it can be used: {}{}", clause(found[0].problem), more)


def scanner(cache_dir: Path, families: Families) -> Scanner:
    """What looks through folders with many models, and remembers."""
    return Scanner(cache_dir / "models.json", families, read_model)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-") or "model"


def _unique(name: str, taken: Iterable[str]) -> str:
    number, candidate = 1, name
    while candidate in set(taken):
        number += 1
        candidate = f"{name}-{number}"
    return candidate
