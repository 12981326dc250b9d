"""A file of weights in the layout of transformers, with its config and vocabulary beside it: what translates, say."""

import json
from pathlib import Path

from studio.api import Family, Signature
from studio.models import config
from studio.models.config_limits import check_config
from studio.models.entry import DTYPES, CatalogueEntry, refused
from studio.models.folder_files import check_files, inside, no_code
from studio.models.loaders.checkpoint_section import CheckpointSection
from studio.models.loaders.component import ComponentSpec, allowed
from studio.models.loaders.tensor import WeightsHeader
from studio.models.quantisation import check_numbers

CONFIG, TOKENIZER = "config.json", "Tokenizer"
LIBRARY = "transformers"


def read_beside(
    path: Path, name: str, title: str, header: WeightsHeader, told: Signature, family: Family
) -> CatalogueEntry:
    """Raises UserError where something is missing beside it, or does not fit."""
    folder = path.parent
    no_code(folder)
    check_numbers(path, header)
    if not (folder / CONFIG).is_file():
        raise refused(path, "it needs its {} beside it; get the whole folder", CONFIG)
    own = config.read(inside(folder, CONFIG))
    check_config(folder, own, [header])
    parts = {part: _part(path, made, own, header, family) for part, made in told.beside.items()}
    return CatalogueEntry(
        name, title, family, path, family.capabilities, parts, dict(family.defaults), family.license, kind=told.kind,
        base=told.base,
    )  # fmt: skip


def _part(path: Path, class_name: str, own: dict[str, object], header: WeightsHeader, family: Family) -> ComponentSpec:
    if not allowed(LIBRARY, class_name, family.allows):
        raise refused(path, "it is to become a {}, a class that is not allowed", class_name)
    if TOKENIZER in class_name:
        for file in path.parent.iterdir():
            inside(path.parent, file.name)
        check_files(path.parent, "", class_name)
        return ComponentSpec(LIBRARY, class_name, path.parent)
    section = CheckpointSection(json.dumps(own, sort_keys=True))
    return ComponentSpec(LIBRARY, class_name, path, DTYPES.get(header.dtype(), "float32"), section)
