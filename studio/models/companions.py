"""Companion files: the parts of a model that lie in files of their own, found among those of the user's folders."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.api import CompanionFile, Excerpt, Signature
from studio.descriptions import ModelInfo, NeededFile
from studio.errors import UserError
from studio.models.checkpoint import READERS, STRANGE
from studio.models.detection import detect
from studio.models.entry import DTYPES, Refusal, refused
from studio.models.families import name_fits, name_words
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ALLOWED, ComponentSpec
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import Tensor, WeightsHeader
from studio.models.locations import WEIGHTS
from studio.models.quantisation import check_numbers
from studio.text import Text, joined

MOST_UNFIT = 3
"""Files in a sentence that look right and are not."""
_NARROW_LAST = {"F16": 0, "BF16": 0, "F32": 1}
"""Of several files that fit alike, the one in 16 bits: it is as large as what is run, and nothing is lost."""


@dataclass
class PartFiles:
    """The files that may be parts of other models, by role; what was read of each is kept."""

    by_role: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    _read: dict[tuple[Path, str], ComponentSpec | UserError] = field(default_factory=dict)

    @classmethod
    def of(cls, infos: Iterable[ModelInfo]) -> "PartFiles":
        found: dict[str, list[Path]] = {}
        for info in infos:
            if info.role and Path(info.path) not in found.setdefault(info.role, []):
                found[info.role].append(Path(info.path))
        return cls({role: tuple(sorted(paths)) for role, paths in found.items()})

    def read(self, path: Path, part: CompanionFile) -> ComponentSpec:
        """The file as that part. Raises UserError for one that cannot be it."""
        key = (path, repr(part.excerpt))
        if key not in self._read:
            try:
                self._read[key] = read_companion(path, part)
            except UserError as error:
                self._read[key] = error
        found = self._read[key]
        if isinstance(found, UserError):
            raise found
        return found


@dataclass(frozen=True)
class Found:
    """What was found of a model's companions."""

    components: Mapping[str, ComponentSpec]
    candidates: Mapping[str, tuple[Path, ...]]
    notes: tuple[Text, ...]
    seeks: tuple[str, ...]
    without: frozenset[str]
    """Parts that are left out."""


def find_companions(
    path: Path, header: WeightsHeader, signature: Signature, own: Mapping[str, Any], library: PartFiles,
    chosen: Mapping[str, str],
) -> Found:  # fmt: skip
    """The parts that `signature` leaves to other files. Raises Refusal with all that is missing.

    `own`: the configs of the model's parts so far. `chosen`: the file that the user wants for a part.
    """
    search = _Search(path, header, own, library, chosen)
    for part, companion in signature.companions.items():
        search.look(part, companion)
    seeks = tuple(dict.fromkeys(search.seeks))
    if search.needs:
        raise Refusal(path, _lacking(signature, search), signature.kind, signature.base, seeks=seeks,
                      needs=tuple(search.needs))  # fmt: skip
    without = frozenset(search.without)
    return Found(search.components, search.candidates, tuple(search.notes), seeks, without)


@dataclass
class _Search:
    path: Path
    header: WeightsHeader
    own: Mapping[str, Any]
    library: PartFiles
    chosen: Mapping[str, str]
    components: dict[str, ComponentSpec] = field(default_factory=dict)
    candidates: dict[str, tuple[Path, ...]] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    seeks: list[str] = field(default_factory=list)
    needs: list[NeededFile] = field(default_factory=list)
    unfit: dict[Path, Text] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)

    def look(self, part: str, companion: CompanionFile) -> None:
        if inside := _inside(self.path, self.header, companion):
            self._take(part, companion, inside)
            return
        self.seeks.append(companion.role)
        if wish := self.chosen.get(part):
            self._take(part, companion, self._chosen(part, companion, Path(wish)))
            self.candidates[part] = (Path(wish), *(each for each in self._fitting(companion) if str(each) != wish))
            return
        fitting = self._fitting(companion)
        if fitting:
            self._take(part, companion, self.library.read(fitting[0], companion))
            self.candidates[part] = tuple(fitting)
            self._tell(part, companion, fitting)
        elif companion.optional:
            self.notes.append(Text(companion.optional))
            self.without.add(companion.tokenizer)
        else:
            self.needs.append(NeededFile(companion.title, companion.file, companion.get))

    def _take(self, part: str, companion: CompanionFile, spec: ComponentSpec) -> None:
        self.components[part] = spec
        if companion.words:
            self.components[companion.tokenizer] = _words(spec.path, companion.words)

    def _chosen(self, part: str, companion: CompanionFile, wish: Path) -> ComponentSpec:
        why: Text | None
        try:
            spec = self.library.read(wish, companion)
            why = _misfit(spec, companion, self.own)
        except UserError as error:
            why = error.message if isinstance(error.message, Text) else Text(str(error.message))
        if why:
            told = Text(
                "the file that was chosen for its part {} does not fit ({}); choose another, studio models set ID "
                "--file {}=PATH, or leave the choice to the studio, --file {}=",
                repr(part), why, part, part,
            )  # fmt: skip
            raise Refusal(self.path, told, seeks=(companion.role,))
        return spec

    def _fitting(self, companion: CompanionFile) -> list[Path]:
        """Files that can be this part, the best first; why others cannot is kept."""
        found = []
        for path in self.library.by_role.get(companion.role, ()):
            if companion.avoids and name_fits(companion.avoids, name_words(path.stem)):
                continue
            try:
                spec = self.library.read(path, companion)
            except (UserError, OSError) as error:
                told = error.why if isinstance(error, Refusal) else Text(str(error))
                self.unfit[path] = Text("{} does not fit: {}", path.name, told)
                continue
            if why := _misfit(spec, companion, self.own):
                self.unfit[path] = Text("{} does not fit: {}", path.name, why)
            else:
                found.append(path)
        return sorted(found, key=lambda path: self._rank(path, companion))

    def _tell(self, part: str, companion: CompanionFile, fitting: list[Path]) -> None:
        """What was taken where the user may want another, or where nothing tells that it is the right one."""
        first = fitting[0]
        if companion.avoids and not any(name_fits(each, name_words(first.stem)) for each in companion.prefers):
            self.notes.append(
                Text("{} was taken for {}, which its header does not tell; to take another file: studio models set ID "
                     "--file {}=PATH.", first.name, Text(companion.title), part)
            )  # fmt: skip
        elif len(fitting) > 1:
            self.notes.append(
                Text("Of {} files that may be {} {} was taken; to take another: studio models set ID --file {}=PATH.",
                     len(fitting), Text(companion.title), first.name, part)
            )  # fmt: skip

    def _rank(self, path: Path, companion: CompanionFile) -> tuple[int, int, int, str]:
        words = name_words(path.stem)
        named = (at for at, pattern in enumerate(companion.prefers) if name_fits(pattern, words))
        stored = next(iter(self.library.read(path, companion).headers()))[1].dtype()
        apart = len(self.path.parts) - len(_common(self.path, path))
        return next(named, len(companion.prefers)), _NARROW_LAST.get(stored, 2), apart, str(path)


def _common(one: Path, other: Path) -> list[str]:
    return [a for a, b in zip(one.parts, other.parts, strict=False) if a == b]


def _lacking(signature: Signature, search: _Search) -> Text:
    wanted = [Text("{} (for instance {})", Text(each.title), each.file) for each in search.needs]
    gets = list(dict.fromkeys(each.get for each in search.needs if each.get))
    ways = Text(", or fetch what is missing: studio models get {}", " ".join(gets)) if gets else Text("")
    used = {spec.path for spec in search.components.values()}
    others = [told for path, told in search.unfit.items() if path not in used][:MOST_UNFIT]
    unfit = Text(" ({})", joined("; ", others)) if others else Text("")
    return Text(
        "it is of the kind “{}”, which needs {}{}; put that into a folder that is added to the studio{}",
        Text(signature.title), joined(", ", wanted), unfit, ways,
    )  # fmt: skip


# ---- one file as one part


def read_companion(path: Path, part: CompanionFile) -> ComponentSpec:
    """A lone file as that part. Raises UserError for one that is of another kind, damaged or packed."""
    header = read_header(path)
    kind = detect(header, ())
    told = kind.signature if kind else Signature("", {})
    if told.role != part.role:
        raise refused(path, "it is no file of {}", Text(part.title))
    check_numbers(path, header)
    if part.words:
        _words(path, part.words)
    return _spec(path, header, part.excerpt, told.prefix)


def _words(path: Path, excerpt: Excerpt) -> ComponentSpec:
    name = next((each for each in read_header(path).tensors if each.endswith(excerpt.prefix)), "")
    if not name:
        raise refused(path, "it does not hold its tokenizer ({}), as ComfyUI's version does; get that version",
                      excerpt.prefix)  # fmt: skip
    section = CheckpointSection(json.dumps(dict(excerpt.config), sort_keys=True), name)
    return ComponentSpec("transformers", excerpt.class_name, path, "", section)


def _inside(path: Path, header: WeightsHeader, companion: CompanionFile) -> ComponentSpec | None:
    """The part out of the model's own file, if it holds it."""
    for prefix in filter(None, companion.excerpt.prefix.split("|")):
        if any(name.startswith(prefix) for name in header.tensors):
            return _spec(path, header, companion.excerpt, prefix)
    return None


def _spec(path: Path, header: WeightsHeader, excerpt: Excerpt, prefix: str) -> ComponentSpec:
    section = CheckpointSection("", prefix)
    own = section.of(header)
    tensors: dict[str, Tensor] = {section.rest(name): tensor for name, tensor in own.tensors.items()}
    try:
        config = READERS[excerpt.class_name](tensors) | dict(excerpt.config)
    except STRANGE:
        raise refused(path, "its tensors are not laid out like those of a {}, or are not all there",
                      excerpt.class_name) from None  # fmt: skip
    library = "transformers" if excerpt.class_name in ALLOWED["transformers"] else "diffusers"
    section = replace(section, config=json.dumps(config, sort_keys=True))
    return ComponentSpec(library, excerpt.class_name, path, DTYPES.get(own.dtype(), "float32"), section)


def _misfit(spec: ComponentSpec, companion: CompanionFile, own: Mapping[str, Any]) -> Text | None:
    assert spec.section is not None
    config = json.loads(spec.section.config)
    for key, wanted in _wanted(companion, own):
        if _value(config, key) != wanted:
            return Text("its {} is {}, not {}", key, str(_value(config, key)), str(wanted))
    return None


def _wanted(companion: CompanionFile, own: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from companion.like.items()
    for key, (place, factor) in companion.fits.items():
        part, _, name = place.partition(".")
        yield key, own[part][name] / factor


def _value(config: Mapping[str, Any], key: str) -> Any:
    for each in key.split("."):
        config = config.get(each, {})
    return config


def around(path: Path) -> list[Path]:
    """Files near a lone one that was not found in a folder: beside it, and in the folders beside its own."""
    folders = [path.parent, *(each for each in path.parent.parent.glob("*") if each.is_dir() and each.name in _NEAR)]
    files = (file for folder in dict.fromkeys(folders) for file in sorted(folder.iterdir()))
    return [each for each in files if each.suffix.lower() in WEIGHTS and each != path]


_NEAR = ("text_encoders", "text_encoder", "clip", "CLIP", "vae", "VAE")


def role_info(path: Path) -> ModelInfo:
    """Of a lone file, what matters to other models: as what they use it."""
    try:
        kind = detect(read_header(path), ())
    except (UserError, OSError):
        kind = None
    role = kind.signature.role if kind else ""
    return ModelInfo(path.stem, path.stem, "", str(path), role=role)
