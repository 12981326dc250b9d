"""Adapters: the LoRAs of a catalogue, how one goes with a model, and what it changes of which part."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studio.api import Adapter, UserError
from studio.descriptions import AdapterFit
from studio.errors import os_reason
from studio.models import lora_layers, lycoris, lycoris_layers
from studio.models.add_ons import AddOnFile, AddOnKind, AddOns
from studio.models.catalogue import Catalogue
from studio.models.entry import CatalogueEntry
from studio.models.file_hashes import FileHashes
from studio.models.loaders.component import prepare
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import WeightsHeader
from studio.models.lora import KIND
from studio.models.lora_layers import LayerFit
from studio.models.lora_variant import Loaded, put_onto
from studio.models.lycoris_layers import LycorisFit, LycorisLayers, Place
from studio.models.skeleton import configuration, layer_shapes
from studio.text import Text

LEAST = 0.5
"""Of a LoRA's layers a model has to have so many, and none of another shape; the others are left out and told."""
REMEMBERED = 200
"""Pairs of a LoRA and a model of which it is known how they go together."""
FIELD = "lora"
"""What tasks call their list of LoRAs, where a form puts what is wrong with one."""
log = logging.getLogger(__name__)
Change = Callable[[Any], None]


@dataclass(frozen=True)
class FittedAdapter:
    """A LoRA that goes with a model: what it changes there, and how strongly."""

    file: AddOnFile
    chosen: Adapter
    header: WeightsHeader
    pipeline: Any
    unet: Any
    fits: Mapping[str, LayerFit]
    """By diffusers' name of each part that it changes."""
    places: Mapping[str, Sequence[Place]] | None = None
    """Where its layers go, for one that diffusers does not read."""
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
    def lora(self) -> lora_layers.LoraTensors | LycorisLayers:
        """Its tensors, read from the file. Raises UserError."""
        if self.places is not None:
            return LycorisLayers(lycoris.layers(_read(self.file))[0], self.places)
        return lora_layers.converted(self.pipeline, _read(self.file), self.header, self.unet).without(self.fit.left_out)


class Adapters(AddOns):
    """The LoRAs of a catalogue."""

    def __init__(self, catalogue: Catalogue, hashes: FileHashes) -> None:
        super().__init__(catalogue, hashes, AddOnKind(KIND, "LoRA", FIELD, "adapter"))
        self._judged: dict[tuple[Any, ...], LycorisFit] = {}

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

    # ---- how it goes with a model

    def _fitted(self, entry: CatalogueEntry, capability: str, chosen: Adapter) -> FittedAdapter:
        file = self.find(chosen.adapter, chosen.sha256)
        pipeline = _pipeline(entry, capability)
        header = read_header(file.path)
        unet = _unet(entry)
        judged = self._fits(file, entry, pipeline, header, unet)
        found = sum(judged.fits.values(), LayerFit())
        _check(file, entry, found)
        note = None
        if found.count > len(found.fitting):
            note = Text(
                "{} of the {} layers of the LoRA {} fit {}; the others, such as {}, were left out.",
                len(found.fitting), found.count, repr(file.title), entry.title, found.absent[0],
            )  # fmt: skip
        return FittedAdapter(file, chosen, header, pipeline, unet, judged.fits, judged.places, note)

    def _fits(
        self, file: AddOnFile, entry: CatalogueEntry, pipeline: Any, header: WeightsHeader, unet: Any
    ) -> LycorisFit:
        """Once for each LoRA and model: to convert and compare takes a second for large ones."""
        key = (file.sha256, pipeline, *[(part, spec.path, spec.section) for part, spec in entry.components.items()])
        if key not in self._judged:
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            self._judged[key] = _judged(file, entry, pipeline, header, unet)
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


def _judged(file: AddOnFile, entry: CatalogueEntry, pipeline: Any, header: WeightsHeader, unet: Any) -> LycorisFit:
    ours = {theirs: name for name, theirs in entry.about.parts.items()}
    loadable = [part for part in _loadable(pipeline) if ours.get(part) in entry.components]
    if lycoris.is_lycoris(header.tensors):
        shapes = {part: layer_shapes(entry.components[ours[part]]) for part in loadable}
        return lycoris_layers.judged(pipeline, header, unet, shapes)
    try:
        outline = lora_layers.outline(pipeline, header, unet)
    except Exception as error:  # noqa: BLE001 - diffusers' converters let names of other models run into any error
        log.info("converting %s for %s: %r", file.path, entry.title, error)
        raise _misfit(file, entry, Text("its tensors are not named as those of one for this model")) from None
    fits = {}
    for part in loadable:
        if outline.of(part):
            fits[part] = lora_layers.fit(outline, part, layer_shapes(entry.components[ours[part]]))
    if rest := [name for name in outline.tensors if name.partition(".")[0] not in loadable]:
        layers = dict.fromkeys(name.partition(".lora")[0] for name in rest)
        fits[""] = LayerFit(absent=tuple(layers), left_out=frozenset(rest))
    return LycorisFit(fits)


def _loadable(pipeline: Any) -> list[str]:
    parts: list[str] = list(pipeline._lora_loadable_modules)
    return parts


def _check(file: AddOnFile, entry: CatalogueEntry, found: LayerFit) -> None:
    """Raises UserError for a LoRA of another model, and for one that is damaged."""
    if found.broken:
        layer, (down, up) = next(iter(found.broken.items()))
        raise UserError(
            "The LoRA {} is damaged: its layer {} goes down to {} numbers and up from {}. Nothing was made; get it "
            "again.",
            file.path.name, layer, down, up, field=FIELD, code="invalid_weights",
        )  # fmt: skip
    if found.torn:
        layer, held = next(iter(found.torn.items()))
        raise UserError(
            "The LoRA {} is damaged: the tensors of its layer {} do not go together ({}). Nothing was made; get it "
            "again.",
            file.path.name, layer, held, field=FIELD, code="invalid_weights",
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


def _misfit(file: AddOnFile, entry: CatalogueEntry, why: Text) -> UserError:
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


def _read(file: AddOnFile) -> dict[str, Any]:
    """Tensors of their own: the file may be written to while they are in use. Raises UserError."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors = {name: tensor.clone() for name, tensor in load_file(file.path).items()}
    except OSError as error:
        raise UserError(
            "The {} {} cannot be read ({}); check the file.", "LoRA", file.path, os_reason(error), field=FIELD,
            code="invalid_weights",
        ) from None  # fmt: skip
    except SafetensorError:
        raise UserError(
            "The LoRA {} was changed or cut short since it was chosen, so nothing was made; get it again.",
            file.path.name, field=FIELD, code="invalid_weights",
        ) from None  # fmt: skip
    spoiled = [name for name, tensor in tensors.items() if not _is_finite(tensor)]
    if spoiled:
        raise UserError(
            "The LoRA {} holds numbers that are none (NaN or infinity) in {}; nothing was made. Get another version "
            "of it.",
            file.path.name, spoiled[0], field=FIELD, code="invalid_weights",
        )  # fmt: skip
    return tensors


def _is_finite(tensor: Any) -> bool:
    """By its least and its greatest, which is a tenth of what to ask each number costs."""
    import torch

    if not tensor.is_floating_point() or not tensor.numel():
        return True
    wide = tensor if tensor.dtype.itemsize > 1 else tensor.float()
    return bool(torch.isfinite(torch.stack(torch.aminmax(wide))).all())
