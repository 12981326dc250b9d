"""Adapters: which LoRA a name means, how it goes with a model, and what it changes of which part."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from studio import files
from studio.api import Adapter, UserError
from studio.descriptions import AdapterFit, ModelInfo
from studio.errors import os_reason
from studio.models import lora_layers
from studio.models.catalogue import Catalogue
from studio.models.entry import CatalogueEntry
from studio.models.file_hashes import FileHashes
from studio.models.loaders.component import prepare
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import WeightsHeader
from studio.models.lora import KIND
from studio.models.lora_layers import LayerFit, LoraTensors
from studio.models.lora_variant import Loaded, put_onto
from studio.models.model_ids import slug
from studio.models.skeleton import configuration, layer_shapes
from studio.text import Text

LEAST = 0.5
"""Of a LoRA's layers a model has to have so many, and none of another shape; the others are left out and told."""
SHOWN = 20
REMEMBERED = 200
"""Pairs of a LoRA and a model of which it is known how they go together."""
FIELD = "lora"
"""What tasks call their list of LoRAs, where a form puts what is wrong with one."""
log = logging.getLogger(__name__)
Change = Callable[[Any], None]


@dataclass(frozen=True)
class AdapterFile:
    """A LoRA of the catalogue, or at a path."""

    ref: str
    """Its id; of one outside the catalogue the path."""
    title: str
    path: Path
    base: str
    sha256: str


@dataclass(frozen=True)
class FittedAdapter:
    """A LoRA that goes with a model: what it changes there, and how strongly."""

    file: AdapterFile
    chosen: Adapter
    header: WeightsHeader
    pipeline: Any
    unet: Any
    fits: Mapping[str, LayerFit]
    """By diffusers' name of each part that it changes."""
    note: Text | None = None

    @property
    def size_bytes(self) -> int:
        return self.header.bytes()

    @property
    def fit(self) -> LayerFit:
        return sum(self.fits.values(), LayerFit())

    def weight(self, part: str) -> float:
        told = self.chosen.text_weight if part.startswith("text_encoder") else None
        return self.chosen.weight if told is None else told

    def key(self, part: str) -> str:
        return f"{self.file.title} {self.weight(part):g} {self.file.sha256[:12]}"

    @cached_property
    def lora(self) -> LoraTensors:
        """Its tensors, read from the file. Raises UserError."""
        return lora_layers.converted(self.pipeline, _read(self.file), self.header, self.unet).without(self.fit.left_out)


class Adapters:
    """Of a catalogue."""

    def __init__(self, catalogue: Catalogue, hashes: FileHashes) -> None:
        self._catalogue, self._hashes = catalogue, hashes
        self._judged: dict[tuple[Any, ...], dict[str, LayerFit]] = {}

    def find(self, ref: str, sha256: str = "") -> AdapterFile:
        """The LoRA of an id, a file's name or a path; where that is gone, the one with this hash. Raises UserError."""
        listed = self._listed()
        info = self._named(ref, listed)
        if sha256 and (info is None or self._hash(Path(info.path)) != sha256):
            info = self._moved(sha256, listed) or info
        return self._file(info) if info else self._elsewhere(ref, listed)

    def named(self, name: str) -> AdapterFile | None:
        """The LoRA that a prompt names; None where there is none. Raises UserError where there are several."""
        info = self._named(name, self._listed())
        return self._file(info) if info else None

    def looked_at(self, entry: CatalogueEntry, capability: str, chosen: Iterable[Adapter]) -> list[AdapterFit]:
        """How each goes with the model, as data for fronts: what is wrong with one is told, not raised."""
        return [self._looked_at(entry, capability, each) for each in chosen]

    def _looked_at(self, entry: CatalogueEntry, capability: str, chosen: Adapter) -> AdapterFit:
        try:
            made = self._fitted(entry, capability, chosen)
        except UserError as error:
            return AdapterFit(chosen.adapter, problem=error.message)
        return AdapterFit(made.file.title, len(made.fit.fitting), made.fit.count, size_bytes=made.size_bytes)

    def fitted(self, entry: CatalogueEntry, capability: str, chosen: Iterable[Adapter]) -> list[FittedAdapter]:
        """Those of them that change anything, held against the model; nothing is loaded. Raises UserError."""
        acting = [each for each in chosen if each.weight or each.text_weight]
        return [self._fitted(entry, capability, each) for each in acting]

    # ---- which file

    def _listed(self) -> list[ModelInfo]:
        self._catalogue.wait()
        return [info for info in self._catalogue.infos() if info.kind == KIND and not info.problem]

    def _named(self, name: str, listed: Iterable[ModelInfo]) -> ModelInfo | None:
        there = [info for info in listed if Path(info.path).exists()]
        ways: tuple[Callable[[ModelInfo], bool], ...] = (
            lambda info: name in (info.id, info.path),
            lambda info: Path(info.path).stem.casefold() == name.casefold(),
            lambda info: slug(Path(info.path).stem) == slug(name),
        )
        for same in ways:
            found = [info for info in there if same(info)]
            if len(found) > 1 and len({self._hash(Path(info.path)) for info in found}) > 1:
                raise UserError(
                    "There are {} LoRAs called {}: {}. Name the one that you mean by its id or its path.",
                    len(found), repr(name), ", ".join(f"{info.id} ({info.path})" for info in found[:SHOWN]),
                    field=FIELD, code="unknown_model",
                )  # fmt: skip
            if found:
                return found[0]
        return None

    def _moved(self, sha256: str, listed: Iterable[ModelInfo]) -> ModelInfo | None:
        """One that was moved or renamed since: as far as hashes are known, for to read all files would take long."""
        return next((info for info in listed if self._hashes.known(Path(info.path)) == sha256), None)

    def _elsewhere(self, ref: str, listed: Sequence[ModelInfo]) -> AdapterFile:
        """By a path; or the sentence that there is none."""
        path, spelled = files.absolute(ref), "/" in ref or "\\" in ref
        if path.is_file() and (spelled or path.suffix):
            entry = self._catalogue.find(str(path))
            if entry.kind != KIND:
                raise UserError(
                    "{} is no LoRA, but a model; choose it as the model.", path, field=FIELD, code="unusable_model"
                )
            return self._file(replace(entry.info(), id=str(path)))
        was = next((Path(info.path) for info in listed if info.id == ref), None) or self._catalogue.last_place(ref)
        if was is None and spelled:
            was = path
        if was is not None:
            raise UserError(
                "The LoRA {} is missing: there is no file {} any more. Put it back, choose another one, or remove "
                "this entry.",
                repr(ref), was, field=FIELD, code="missing_weights",
            )  # fmt: skip
        known = ", ".join(info.id for info in listed[:SHOWN]) or Text("none")
        raise UserError(
            "There is no LoRA {}; installed are: {}. Add its file to the models, or remove this entry.",
            repr(ref), known, field=FIELD, code="unknown_model",
        )  # fmt: skip

    def _file(self, info: ModelInfo) -> AdapterFile:
        return AdapterFile(info.id, Path(info.path).stem, Path(info.path), info.base, self._hash(Path(info.path)))

    def _hash(self, path: Path) -> str:
        try:
            return self._hashes.of(path)
        except OSError as error:
            raise UserError(
                "The LoRA {} cannot be read ({}); check the file.", path, os_reason(error), field=FIELD,
                code="invalid_weights",
            ) from None  # fmt: skip

    # ---- how it goes with a model

    def _fitted(self, entry: CatalogueEntry, capability: str, chosen: Adapter) -> FittedAdapter:
        file = self.find(chosen.adapter, chosen.sha256)
        pipeline = _pipeline(entry, capability)
        header = read_header(file.path)
        unet = _unet(entry)
        fits = self._fits(file, entry, pipeline, header, unet)
        found = sum(fits.values(), LayerFit())
        _check(file, entry, found)
        note = None
        if found.count > len(found.fitting):
            note = Text(
                "{} of the {} layers of the LoRA {} fit {}; the others, such as {}, were left out.",
                len(found.fitting), found.count, repr(file.title), entry.title, found.absent[0],
            )  # fmt: skip
        return FittedAdapter(file, chosen, header, pipeline, unet, fits, note)

    def _fits(
        self, file: AdapterFile, entry: CatalogueEntry, pipeline: Any, header: WeightsHeader, unet: Any
    ) -> dict[str, LayerFit]:
        """Once for each LoRA and model: to convert and compare takes a second for large ones."""
        key = (file.sha256, pipeline, *[(part, spec.path, spec.section) for part, spec in entry.components.items()])
        if key not in self._judged:
            try:
                outline = lora_layers.outline(pipeline, header, unet)
            except Exception as error:  # noqa: BLE001 - diffusers' converters let names of other models run into any error
                log.info("converting %s for %s: %r", file.path, entry.title, error)
                raise _misfit(file, entry, Text("its tensors are not named as those of one for this model")) from None
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            self._judged[key] = _fits(outline, entry, pipeline)
        return self._judged[key]


def changes(adapters: Sequence[FittedAdapter], parts: Mapping[str, str]) -> dict[str, tuple[tuple[str, ...], Change]]:
    """By our name of each part that they change: what tells this change from others, and what makes it.

    `parts`: our name of a part -> diffusers'.
    """
    found: dict[str, tuple[tuple[str, ...], Change]] = {}
    for ours, theirs in parts.items():
        acting = [
            each for each in adapters if theirs in each.fits and each.fits[theirs].fitting and each.weight(theirs)
        ]
        if acting:
            found[ours] = ("LoRA", *(each.key(theirs) for each in acting)), _change(acting, theirs)
    return found


def _change(acting: Sequence[FittedAdapter], part: str) -> Change:
    def change(module: Any) -> None:
        put_onto(module, [Loaded(each.lora, part, each.weight(part)) for each in acting])

    return change


def _pipeline(entry: CatalogueEntry, capability: str) -> Any:
    """The class that reads LoRAs for this model. Raises UserError for a family of which none does."""
    prepare()
    import diffusers

    about = entry.about
    name = about.pipelines.get(capability) or next((each for each in about.pipelines.values() if each), "")
    made = getattr(diffusers, name, None) if name else None
    if not about.lora or not hasattr(made, "lora_state_dict"):
        raise UserError(
            "The model {} does not support LoRA; remove the LoRA, or choose a model of another family, such as Stable "
            "Diffusion XL or FLUX.1.",
            repr(entry.title), field=FIELD, code="unsupported_operation",
        )  # fmt: skip
    return made


def _unet(entry: CatalogueEntry) -> Any:
    """The config of its UNet as diffusers' converters look at it; None without one."""
    if (spec := entry.components.get("unet")) is None:
        return None
    from types import SimpleNamespace

    return SimpleNamespace(layers_per_block=configuration(spec).get("layers_per_block", 2))


def _fits(outline: LoraTensors, entry: CatalogueEntry, pipeline: Any) -> dict[str, LayerFit]:
    ours = {theirs: name for name, theirs in entry.about.parts.items()}
    loadable = [part for part in _loadable(pipeline) if ours.get(part) in entry.components]
    fits = {}
    for part in loadable:
        if outline.of(part):
            fits[part] = lora_layers.fit(outline, part, layer_shapes(entry.components[ours[part]]))
    if rest := [name for name in outline.tensors if name.partition(".")[0] not in loadable]:
        layers = dict.fromkeys(name.partition(".lora")[0] for name in rest)
        fits[""] = LayerFit(absent=tuple(layers), left_out=frozenset(rest))
    return fits


def _loadable(pipeline: Any) -> list[str]:
    parts: list[str] = list(pipeline._lora_loadable_modules)
    return parts


def _check(file: AdapterFile, entry: CatalogueEntry, found: LayerFit) -> None:
    """Raises UserError for a LoRA of another model, and for one that is damaged."""
    if found.broken:
        layer, (down, up) = next(iter(found.broken.items()))
        raise UserError(
            "The LoRA {} is damaged: its layer {} goes down to {} numbers and up from {}. Nothing was made; get it "
            "again.",
            file.path.name, layer, down, up, field=FIELD, code="invalid_weights",
        )  # fmt: skip
    wrong = [*found.misshapen, *found.absent]
    if not found.misshapen and found.count and len(found.fitting) >= LEAST * found.count:
        return
    shown = Text("{}", wrong[0]) if wrong else Text("")
    if found.misshapen:
        made, there = found.misshapen[wrong[0]]
        shown = Text("{} ({} instead of {})", wrong[0], _sides(made), _sides(there))
    why = Text("{} of its {} layers are not those of this model, such as {}", len(wrong), found.count, shown)
    raise _misfit(file, entry, why)


def _misfit(file: AdapterFile, entry: CatalogueEntry, why: Text) -> UserError:
    base = entry.about.lora
    if file.base and base not in file.base.split(" or "):
        return UserError(
            "The LoRA {} is for {} and does not fit {}: {}. Nothing was made; choose a LoRA for {}, or another model.",
            repr(file.title), file.base, entry.title, why, base, field=FIELD, code="unusable_model",
        )  # fmt: skip
    return UserError(
        "The LoRA {} does not fit {}: {}. Nothing was made; choose another LoRA, or another model.",
        repr(file.title), entry.title, why, field=FIELD, code="unusable_model",
    )  # fmt: skip


def _sides(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape))


def _read(file: AdapterFile) -> dict[str, Any]:
    """Tensors of their own: the file may be written to while they are in use. Raises UserError."""
    import torch
    from safetensors.torch import load_file

    try:
        tensors = {name: tensor.clone() for name, tensor in load_file(file.path).items()}
    except OSError as error:
        raise UserError(
            "The LoRA {} cannot be read ({}); check the file.", file.path, os_reason(error), field=FIELD,
            code="invalid_weights",
        ) from None  # fmt: skip
    spoiled = [
        name for name, tensor in tensors.items() if tensor.is_floating_point() and not torch.isfinite(tensor).all()
    ]
    if spoiled:
        raise UserError(
            "The LoRA {} holds numbers that are none (NaN or infinity) in {}; nothing was made. Get another version "
            "of it.",
            file.path.name, spoiled[0], field=FIELD, code="invalid_weights",
        )  # fmt: skip
    return tensors
