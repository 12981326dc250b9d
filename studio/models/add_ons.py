"""Add-ons: files that are used together with a model, LoRAs, ControlNets and the like; which file a name means."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from studio import files
from studio.api import UserError
from studio.descriptions import ModelInfo
from studio.errors import os_reason
from studio.models.catalogue import Catalogue
from studio.models.entry import CatalogueEntry
from studio.models.file_hashes import FileHashes
from studio.models.model_ids import slug
from studio.text import Text

SHOWN = 20


@dataclass(frozen=True)
class AddOnKind:
    """A sort of add-on, and how tasks ask for it."""

    kind: str
    """In the catalogue: see `Signature.kind`."""
    noun: str
    """As people call one, in every language: `LoRA`."""
    field: str
    """What tasks call their list of them, where a form puts what is wrong with one."""
    key: str
    """Under what name an entry of that list has its id, name or path."""


@dataclass(frozen=True)
class AddOnFile:
    """An add-on of the catalogue, or at a path."""

    ref: str
    """Its id; of one outside the catalogue the path."""
    title: str
    path: Path
    base: str
    sha256: str


class AddOns:
    """Those of one kind in a catalogue."""

    def __init__(self, catalogue: Catalogue, hashes: FileHashes, kind: AddOnKind) -> None:
        self._catalogue, self._hashes, self.kind = catalogue, hashes, kind

    def find(self, ref: str, sha256: str = "") -> AddOnFile:
        """That of an id, a file's name or a path; where that is gone, the one with this hash. Raises UserError."""
        listed = self._listed()
        info = self._named(ref, listed)
        if sha256 and (info is None or self._hash(Path(info.path)) != sha256):
            info = self._moved(sha256, listed) or info
        return self._file(info) if info else self._elsewhere(ref, listed)

    def named(self, name: str) -> AddOnFile | None:
        """That which a prompt names; None where there is none. Raises UserError where there are several."""
        info = self._named(name, self._listed())
        return self._file(info) if info else None

    def _listed(self) -> list[ModelInfo]:
        self._catalogue.wait()
        return [info for info in self._catalogue.infos() if info.kind == self.kind.kind and not info.problem]

    def _named(self, name: str, listed: Iterable[ModelInfo]) -> ModelInfo | None:
        there = [info for info in listed if Path(info.path).exists()]
        ways: tuple[Callable[[ModelInfo], bool], ...] = (
            lambda info: name in (info.id, info.path),
            lambda info: info.title.casefold() == name.casefold(),
            lambda info: slug(info.title) == slug(name),
        )
        for same in ways:
            found = [info for info in there if same(info)]
            if len(found) > 1 and len({self._hash(Path(info.path)) for info in found}) > 1:
                raise UserError(
                    "There are {} {}s called {}: {}. Name the one that you mean by its id or its path.",
                    len(found), self.kind.noun, repr(name),
                    ", ".join(f"{info.id} ({info.path})" for info in found[:SHOWN]),
                    field=self.kind.field, code="unknown_model",
                )  # fmt: skip
            if found:
                return found[0]
        return None

    def _moved(self, sha256: str, listed: Iterable[ModelInfo]) -> ModelInfo | None:
        """One that was moved or renamed since: as far as hashes are known, for to read all files would take long."""
        return next((info for info in listed if self._hashes.known(Path(info.path)) == sha256), None)

    def _elsewhere(self, ref: str, listed: Sequence[ModelInfo]) -> AddOnFile:
        """By a path; or the sentence that there is none."""
        noun, field = self.kind.noun, self.kind.field
        path, spelled = files.absolute(ref), "/" in ref or "\\" in ref
        if path.is_file() and (spelled or path.suffix):
            entry = self._entry(path)
            if entry.kind != self.kind.kind:
                raise UserError("{} is no {}; choose another file here.", path, noun, field=field,
                                code="unusable_model")  # fmt: skip
            return self._file(replace(entry.info(), id=str(path)))
        was = next((Path(info.path) for info in listed if info.id == ref), None) or self._catalogue.last_place(ref)
        if was is None and spelled:
            was = path
        if was is not None and was.exists():
            raise UserError("{} is no {}; choose another file here.", repr(ref), noun, field=field,
                            code="unusable_model")  # fmt: skip
        if was is not None:
            raise UserError(
                "The {} {} is missing: there is no file {} any more. Put it back, choose another one, or remove this "
                "entry.",
                noun, repr(ref), was, field=field, code="missing_weights",
            )  # fmt: skip
        if bad := self._named(ref, self._catalogue.left_out()):
            self._entry(Path(bad.path))  # which says why
        known = ", ".join(info.id for info in listed[:SHOWN]) or Text("none")
        raise UserError(
            "There is no {} {}; installed are: {}. Add its file to the models, or remove this entry.",
            noun, repr(ref), known, field=field, code="unknown_model",
        )  # fmt: skip

    def _entry(self, path: Path) -> CatalogueEntry:
        """Raises UserError for what is none that can be used."""
        try:
            return self._catalogue.find(str(path))
        except UserError as error:
            error.field = self.kind.field
            raise

    def _file(self, info: ModelInfo) -> AddOnFile:
        return AddOnFile(info.id, info.title, Path(info.path), info.base, self._hash(Path(info.path)))

    def _hash(self, path: Path) -> str:
        try:
            return self._hashes.of(path)
        except OSError as error:
            raise UserError(
                "The {} {} cannot be read ({}); check the file.", self.kind.noun, path, os_reason(error),
                field=self.kind.field, code="invalid_weights",
            ) from None  # fmt: skip
