"""Which models exist, of which family, and what each can do: read from their folders without loading a weight."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from studio import files
from studio.descriptions import ModelInfo
from studio.errors import UserError, message_of
from studio.models.collection import Collection
from studio.models.companions import PartFiles, around, role_info
from studio.models.entry import CatalogueEntry, Refusal, refused, refused_info
from studio.models.families import Families
from studio.models.folder import read_folder
from studio.models.locations import is_collection
from studio.models.model_ids import ModelIds, slug
from studio.models.scanner import Scanner
from studio.models.single_file import NO_FILES, read_file
from studio.settings import NOTHING_SAID, SaidOfModel, Settings
from studio.text import Text, clause

STARTER = "starter"
SHOWN = 20
"""Ids in a sentence."""
log = logging.getLogger(__name__)


class Catalogue:
    """The starter and the models that were added, by id; any other folder or file by its path.

    Of a folder with many models every one that can be used is in the catalogue; the others are `left_out`.
    """

    def __init__(
        self, starter: Path, added: Iterable[str], families: Families, scanner: Scanner, ids: ModelIds,
        said: Mapping[str, SaidOfModel] | None = None,
    ) -> None:  # fmt: skip
        """`said`: what the user says of some of them, by path."""
        self._families, self._scanner, self._ids = families, scanner, ids
        self._starter, self._added = starter, [Path(path) for path in added]
        self._said = dict(said or {})
        self._entries: dict[str, CatalogueEntry] = {}
        self._collections: dict[Path, Collection] = {}
        self._resolved: dict[str, ModelInfo] = {}
        self._lone: dict[Path, ModelInfo] = {}
        self._files = PartFiles()
        self.refresh()

    def infos(self) -> list[ModelInfo]:
        """Every model; one that cannot be used says why in `problem`. What is still looked for is not waited for."""
        return list(self._infos().values())

    def left_out(self) -> list[ModelInfo]:
        """What in the folders with many models is none that can be used, and why."""
        return [info for each in self._collections.values() for info in self._found(each) if info.problem]

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
            name, path = self.place(ref)
            self._entries[ref] = self.read(path, name, self._said.get(str(path), NOTHING_SAID))
        return self._entries[ref]

    def place(self, ref: str) -> tuple[str, Path]:
        """The id and the path of a model, usable or not. Raises UserError (`unknown_model`)."""
        paths = self._paths()
        if ref not in paths and not files.absolute(ref).exists():
            self.wait()
            paths = self._paths()
        path = paths.get(ref) or files.absolute(ref)
        if ref not in paths and not path.exists():
            raise UserError(
                "There is no model {}; the catalogue has {}. Name one of them, or the path of a model's folder.",
                repr(ref),
                _listed(list(paths)),
                field="model",
                code="unknown_model",
            )
        return ref if ref in paths else slug(path.name), path

    def read(self, path: Path, name: str, said: SaidOfModel) -> CatalogueEntry:
        """The model at `path`, with its parts in the files of the user's folders. Raises UserError."""
        known = all(each.is_done for each in self._collections.values())  # asked first: they may end meanwhile
        try:
            return read_model(path, name, self._families, said, self._library(path))
        except Refusal as error:
            if known or not error.needs:
                raise
        self.wait()  # what it needs may not have been looked at yet
        return read_model(path, name, self._families, said, self._library(path))

    def last_place(self, id: str) -> Path | None:
        """Where a model of this id lay when it was there last."""
        return self._ids.path_of(id)

    def refresh(self, now: Settings | None = None) -> None:
        """Forget what was read, so that changed folders are read again; `now`: what the user has chosen since."""
        if now is not None:
            self._added, self._said = [Path(path) for path in now.models], dict(now.said_of_models)
        self._entries.clear()
        self._resolved.clear()
        self._lone.clear()
        self._files = PartFiles()
        self._collections = {path: Collection(path, self._scanner) for path in self._added if is_collection(path)}

    def _paths(self) -> dict[str, Path]:
        """Of every model by its id."""
        found = [(path, path.name) for path in self._added if path not in self._collections]
        for root, collection in self._collections.items():
            usable = [info for info in self._found(collection) if not info.problem or info.seeks]
            found += [(Path(info.path), info.title) for info in usable]
            if collection.is_done and not usable and not any(info.role for info in collection.found()):
                found.append((root, root.name))
        return {STARTER: self._starter} | self._ids.of(found, {STARTER}, self._added)

    def _infos(self) -> dict[str, ModelInfo]:
        found = [info for each in self._collections.values() for info in self._found(each)]
        known = {info.path: info for info in found if not info.problem or info.seeks}
        asis = {path for path in known if path not in self._said}
        return {
            name: replace(known[str(path)], id=name) if str(path) in asis else self._info(name, path)
            for name, path in self._paths().items()
        }

    def complete(self, infos: Sequence[ModelInfo]) -> list[ModelInfo]:
        """What a scan of another folder found, with the parts that lie in files of their own, there or here."""
        files = PartFiles.of([*infos, *self._parts()])
        return [_completed(info, self._families, self._said, files) if info.seeks else info for info in infos]

    # ---- parts in files of their own

    def part_files(self, role: str) -> tuple[Path, ...]:
        """The files that are parts of models, of one `Signature.role`; those that a whole search finds."""
        self.wait()
        return self._library().by_role.get(role, ())

    def _found(self, collection: Collection) -> list[ModelInfo]:
        """What lies in a folder; of models with parts elsewhere what comes of what is there now."""
        infos = collection.found()
        files = self._library()
        return [self._resolve(info, files) if info.seeks else info for info in infos]

    def _resolve(self, info: ModelInfo, files: PartFiles) -> ModelInfo:
        if info.path not in self._resolved:
            self._resolved[info.path] = _completed(info, self._families, self._said, files)
        return self._resolved[info.path]

    def _library(self, lone: Path | None = None) -> PartFiles:
        """The parts that lie in files of their own, of all folders; and around a `lone` file that is in none."""
        infos = self._parts()
        if lone is not None and lone.is_file() and not any(map(lone.is_relative_to, self._collections)):
            infos += map(self._lone_info, around(lone))
        found = PartFiles.of(infos)
        if found.by_role == self._files.by_role:
            return self._files
        if lone is None:
            self._resolved.clear()
            self._files = found
        return found

    def _parts(self) -> list[ModelInfo]:
        infos = [info for each in self._collections.values() for info in each.found()]
        lone = [path for path in self._added if path not in self._collections and path.is_file()]
        return infos + [self._lone_info(path) for path in lone]

    def _lone_info(self, path: Path) -> ModelInfo:
        if path not in self._lone:
            self._lone[path] = role_info(path)
        return self._lone[path]

    def _info(self, name: str, path: Path) -> ModelInfo:
        try:
            if path in self._collections:
                raise empty(path, self._found(self._collections[path]))
            return self.find(name).info()
        except (UserError, OSError) as error:
            return problem_info(name, path.name, path, error)


def read_model(
    path: Path, name: str, families: Families, said: SaidOfModel = NOTHING_SAID, library: PartFiles = NO_FILES
) -> CatalogueEntry:
    """What is at `path`, as far as the user has `said` nothing else of it.

    Raises UserError naming what it is, when it is not a model we know.
    """
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            raise refused(path, "it is a device or a pipe, not a file")
        if path.is_file():
            return read_file(path, name, families, said, library)
        return read_folder(path, name, families, said)
    except (UserError, OSError):
        raise
    except Exception as error:
        log.exception("while reading the model %s", path)
        raise refused(
            path,
            "its files say something that no model says ({}); download it again, or add another version",
            type(error).__name__,
        ) from None


def problem_info(name: str, title: str, path: Path, error: UserError | OSError) -> ModelInfo:
    """What is known of something that cannot be used."""
    return refused_info(name, title, str(path), error, message_of(error))


def _completed(
    info: ModelInfo, families: Families, said: Mapping[str, SaidOfModel], library: PartFiles
) -> ModelInfo:
    path = Path(info.path)
    try:
        found = read_model(path, info.id, families, said.get(info.path, NOTHING_SAID), library)
        return replace(found.info(), title=info.title)
    except (UserError, OSError) as error:
        return problem_info(info.id, info.title, path, error)


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


def _listed(names: Sequence[str]) -> str | Text:
    few = ", ".join(names[:SHOWN])
    return Text("{} and {} more", few, len(names) - SHOWN) if len(names) > SHOWN else few
