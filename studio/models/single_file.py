"""A lone file: an upscaler, or a checkpoint with all parts of a model; anything else is refused for what it is."""

import re
from dataclasses import replace
from pathlib import Path

from studio.models import checkpoint
from studio.models.detection import FileKind, detect
from studio.models.entry import CatalogueEntry, refused
from studio.models.families import Families, name_words, specialise
from studio.models.folder import UNFINISHED, check_numbers, in_one_dtype, native_size, unfinished_error, upscaler_spec
from studio.models.loaders.header import WeightsHeader, read_header
from studio.text import Text

SUFFIX = ".safetensors"
BESIDE_CAP_BYTES = 2**20
_PARAMETERIZATION = re.compile(r"""^\s*parameterization:\s*["']?(\w+)""", re.MULTILINE)


def read_file(path: Path, name: str, families: Families) -> CatalogueEntry:
    """The model in a file. Raises UserError naming what it is, when it is none that can be used by itself."""
    header, kind = identify(path, families)
    if kind.architecture and (row := families.upscaler):
        return CatalogueEntry(name, path.stem, row, path, row.capabilities, {row.file_part: upscaler_spec(path)})
    if kind.architecture:
        raise refused(path, "it is of the kind “{}”, which no plugin opens that is switched on", kind.signature.title)
    if kind.family is None or not kind.signature.parts:
        raise refused(path, "it is of the kind “{}”, {}", kind.signature.title, Text(kind.signature.why))
    return _checkpoint(path, name, header, kind)


def identify(path: Path, families: Families) -> tuple[WeightsHeader, FileKind]:
    """What a file is. Raises UserError for what is no safetensors file, is damaged, or has no known kind."""
    if path.suffix.lower() in UNFINISHED:
        raise unfinished_error(path, path.name)
    if path.suffix.lower() != SUFFIX:
        raise refused(
            path,
            "only {} files are opened, because other formats can run code; get the version with that ending",
            SUFFIX,
        )
    header = read_header(path)
    check_numbers(path, header)
    header = replace(header, metadata=header.metadata | _beside(path))
    kind = detect(header, families.rows())
    if kind is None:
        first = ", ".join(list(header.tensors)[:2]) or "none"
        raise refused(path, "its tensors ({} …) are those of no model that the installed plugins know", first)
    return header, kind


def _checkpoint(path: Path, name: str, header: WeightsHeader, kind: FileKind) -> CatalogueEntry:
    assert kind.family is not None
    components = checkpoint.take_apart(path, header, kind.signature, kind.family.allows)
    configs = checkpoint.configs(components)
    family = specialise(kind.family, {**configs, "folder": name_words(path.stem)})
    size = native_size(configs) if family.native_size else {}
    return in_one_dtype(
        CatalogueEntry(
            name, path.stem, family, path, family.capabilities, components,
            {**family.defaults, **size, **kind.signature.defaults}, family.license, kind.signature.note,
        )
    )  # fmt: skip


def _beside(path: Path) -> dict[str, str]:
    """What a NAME.yaml says that lies beside the file, as the first checkpoints had it; not saying means `eps`."""
    file = path.with_suffix(".yaml")
    try:
        text = file.read_text(errors="replace") if file.stat().st_size <= BESIDE_CAP_BYTES else ""
    except OSError:
        return {}
    said = _PARAMETERIZATION.search(text)
    return {"parameterization": said[1] if said else "eps"} if said or "model:" in text else {}
