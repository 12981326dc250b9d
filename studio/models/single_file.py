"""A lone file: an upscaler, or a checkpoint with all parts of a model; anything else is refused for what it is."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as replace_struct

from studio.api import Family, Signature
from studio.models import checkpoint, lora
from studio.models.companions import PartFiles, find_companions
from studio.models.detection import FileKind, alike, detect
from studio.models.entry import CatalogueEntry, Refusal, refused
from studio.models.families import NAMED, Families, choices, name_words, specialise
from studio.models.folder import UNFINISHED, in_one_dtype, native_size, unfinished_error
from studio.models.folder_word import upscaler_spec
from studio.models.loaders.header import read_header
from studio.models.loaders.tensor import WeightsHeader
from studio.models.locations import ALIKE, folder_name
from studio.models.lora_words import picture_beside, trigger_words
from studio.models.prediction import KEY, prediction_of, spread_of
from studio.models.quantisation import check_numbers, packing
from studio.models.said import as_said, with_prediction
from studio.models.transformers_file import read_beside
from studio.printable import printable
from studio.settings import NOTHING_SAID, SaidOfModel
from studio.text import Text, joined

SUFFIXES = (".safetensors", ".sft", ".gguf")
"""The second is ComfyUI's and Black Forest Labs' name for the first."""
_PICKLES = {".ckpt", ".pt", ".pth", ".bin"}
_PICKLE = (
    "it is a pickle, which can run code when it is opened; get the version with the ending .safetensors, or have it "
    "converted: “studio models convert”, or the button beside it in the window"
)
_OTHER_FORMATS = {
    ".onnx": "it is a graph for ONNX Runtime, which the studio does not have; get the version with the ending "
    ".safetensors",
}
_NO_WEIGHTS = "only files with the ending {} are opened; get the version with that ending"
CONTROLNET = "controlnet"
CONTROLS = Family(CONTROLNET, "ControlNet", (), {}, {})
REFERENCE = "reference"
REFERENCES = Family(REFERENCE, "Reference pictures", (), {}, {})
NO_FILES = PartFiles()
LORA = Family(lora.KIND, "LoRA", (), {}, {})
"""The row of what changes a model and is none itself."""
_BY_NAME = {"v": ("768", "vpred"), "epsilon": ("512", "base", "turbo")}
"""Words of a file's name, where its header and its weights do not tell what Stable Diffusion 2 predicts."""


def read_file(
    path: Path, name: str, families: Families, said: SaidOfModel = NOTHING_SAID, library: PartFiles = NO_FILES
) -> CatalogueEntry:
    """The model in a file. Raises UserError naming what it is, when it is none that can be used.

    `library`: where the parts are looked for that lie in files of their own.
    """
    header, kind = identify(path, families, said)
    if kind.architecture and (row := families.upscaler):
        return CatalogueEntry(
            name, path.stem, row, path, row.capabilities, {row.file_part: upscaler_spec(path)}, kind="upscaler"
        )
    told = kind.signature
    if kind.architecture:
        why = Text("it is of the kind “{}”, which no plugin opens that is switched on", told.title)
        raise Refusal(path, why, told.kind, told.base, packing(header))
    if told.kind == lora.KIND and not told.why:
        return _lora(path, name, header, told, families)
    if told.kind == CONTROLNET and not told.why:
        return CatalogueEntry(name, _title(path), CONTROLS, path, (), {}, kind=told.kind, base=told.base)
    if told.kind == REFERENCE:
        return CatalogueEntry(name, _title(path), REFERENCES, path, (), {}, kind=told.kind, base=told.base)
    if kind.family and told.beside:
        return read_beside(path, name, _title(path), header, told, kind.family)
    if kind.family is None or not told.parts:
        more = lora.other_form(header.tensors) if told.kind == lora.KIND else Text(told.why)
        why = Text("it is of the kind “{}”, {}", told.title, more)
        raise Refusal(path, why, told.kind, told.base, packing(header), role=told.role)
    try:
        check_numbers(path, header)
        titles = list(dict.fromkeys(each.signature.title for each in alike(header, families.rows())))
        entry = _checkpoint(path, name, header, kind, said, library)
        return replace(entry, choices=tuple(dict.fromkeys([*entry.choices, *titles]))) if len(titles) > 1 else entry
    except Refusal as error:
        raise error.of(told.kind, told.base, packing(header)) from None


def _lora(path: Path, name: str, header: WeightsHeader, told: Signature, families: Families) -> CatalogueEntry:
    """A LoRA, which is used together with a model. Raises UserError for one that no model of ours takes."""
    known = {row.lora for row in families.rows()} | {each.lora for row in families.rows() for each in row.variants}
    if told.base and not known & set(told.base.split(" or ")):
        why = Text("it is of the kind “{}”, and no model that the studio runs takes it", told.title)
        raise Refusal(path, why, told.kind, told.base)
    return CatalogueEntry(
        name, _title(path), LORA, path, (), {}, kind=told.kind, base=told.base,
        words=tuple(trigger_words(path, header.metadata)), picture=picture_beside(path),
    )  # fmt: skip


def _title(path: Path) -> str:
    """Of an add-on: what diffusers calls alike everywhere has the name of its folder."""
    return folder_name(path) if path.stem in ALIKE else path.stem


def identify(path: Path, families: Families, said: SaidOfModel = NOTHING_SAID) -> tuple[WeightsHeader, FileKind]:
    """What a file is. Raises UserError for what is no safetensors file, is damaged, or has no known kind."""
    _check_format(path)
    header = read_header(path)
    predicts = said.prediction or prediction_of(path, header)
    words = name_words(path.stem)
    kind = _detect(header, predicts, families, words, said.family)
    if kind and kind.signature.note and not predicts:  # it does not tell, so its weights and its name may
        predicts = spread_of(path, header) or _named_prediction(path)
        kind = _detect(header, predicts, families, words, said.family)
    header = _with_prediction(header, predicts)
    if kind is None:
        check_numbers(path, header)
        first = ", ".join(printable(name[:80]) for name in list(header.tensors)[:2]) or "none"
        raise refused(path, "its tensors ({} …) are those of no model that the installed plugins know", first)
    return header, kind


def _check_format(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix in UNFINISHED:
        raise unfinished_error(path, path.name)
    if suffix in _PICKLES:
        raise refused(path, _PICKLE)
    if suffix in _OTHER_FORMATS:
        raise refused(path, _OTHER_FORMATS[suffix])
    if suffix not in SUFFIXES:
        raise refused(path, _NO_WEIGHTS, SUFFIXES[0])


def _detect(
    header: WeightsHeader, predicts: str, families: Families, words: Collection[str], said: str
) -> FileKind | None:
    return detect(_with_prediction(header, predicts), families.rows(), words, said)


def _with_prediction(header: WeightsHeader, predicts: str) -> WeightsHeader:
    return replace(header, metadata=header.metadata | {KEY: predicts.partition("-zero")[0]}) if predicts else header


def _named_prediction(path: Path) -> str:
    named = name_words(path.stem)
    return next((each for each, told in _BY_NAME.items() if any(word in named for word in told)), "")


def _checkpoint(
    path: Path, name: str, header: WeightsHeader, kind: FileKind, said: SaidOfModel, library: PartFiles
) -> CatalogueEntry:
    assert kind.family is not None
    components = checkpoint.take_apart(path, header, kind.signature, kind.family.allows)
    found = find_companions(path, header, kind.signature, checkpoint.configs(components), library, said.files)
    components = {part: spec for part, spec in components.items() if part not in found.without}
    components |= found.components
    configs = checkpoint.configs(components) | {NAMED: name_words(path.stem), "index": dict(kind.signature.defaults)}
    if said.family == kind.signature.title and said.family not in choices(kind.family, configs):
        said = replace_struct(said, family="")  # it has told which of several signatures the file is of
    family, note = specialise(kind.family, configs, said.family)
    size = native_size(configs) if family.native_size else {}
    family = with_prediction(path, family, said.prediction or prediction_of(path, header))
    entry = CatalogueEntry(
        name, path.stem, family, path, family.capabilities, components,
        {**family.defaults, **size, **kind.signature.defaults}, family.license,
        joined(" ", [each for each in (Text(kind.signature.note), note, *found.notes) if each]),
        kind.signature.kind if found.seeks else "checkpoint",
        kind.signature.base or family.title, seeks=found.seeks, candidates=found.candidates,
        packing=packing(header),
    )  # fmt: skip
    return in_one_dtype(as_said(entry, kind.family, configs, said))
