"""A folder's own word on itself, its studio.json: title, defaults, dtype, licence, upscalers of its own."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.api import Upscaler
from studio.models import config
from studio.models.entry import DTYPES, CatalogueEntry, refused
from studio.models.folder_files import inside
from studio.models.loaders.component import ComponentSpec
from studio.models.loaders.header import read_header
from studio.models.model_card import read_card

FILE = "studio.json"
DECLARED = ("vocabulary", "phrasing", "languages")
"""What a folder says of the prompts that its model reads."""
_TEXTS, _TABLES = ("title", "license", "dtype"), ("defaults",)
_NEVER = "its studio.json has {} for {}, which it cannot be"


def with_about(entry: CatalogueEntry) -> CatalogueEntry:
    """With the folder's own word on itself, where there is one."""
    file = entry.path / FILE
    about = config.read(file) if file.is_file() else {}
    _check(entry.path, about)
    defaults = {**entry.defaults, **about.get("defaults", {})}
    components, capabilities = dict(entry.components), entry.capabilities
    for upscaler in entry.about.upscalers:
        named = _upscaler_files(entry.path, upscaler, about)
        for part, (name, factor) in named.items():
            components[part] = upscaler_spec(inside(entry.path, name))
            defaults |= {upscaler.scale: factor} if upscaler.scale else {}
        if named and upscaler.capability not in capabilities:
            capabilities = (*capabilities, upscaler.capability)
    entry = replace(
        entry,
        title=about.get("title", entry.title),
        capabilities=capabilities,
        components=components,
        defaults={**defaults, **{key: about[key] for key in DECLARED if key in about}},
        license=about.get("license") or read_card(entry.path).license or entry.about.license,
    )
    dtype = about.get("dtype", "")
    if dtype and dtype not in DTYPES.values():
        raise refused(entry.path, "its studio.json asks for the dtype {}", repr(dtype))
    return entry.in_dtype(dtype) if dtype else entry


def upscaler_spec(path: Path) -> ComponentSpec:
    """An upscaler's file; never in bfloat16, see CatalogueEntry.in_dtype."""
    dtype = "float16" if read_header(path).dtype() == "F16" else "float32"
    return ComponentSpec("spandrel", "Upscaler", path, dtype)


def _check(path: Path, about: Mapping[str, Any]) -> None:
    for keys, kind in ((_TEXTS, str), (_TABLES, dict)):
        for key in keys:
            if not isinstance(about.get(key, kind()), kind):
                raise refused(path, _NEVER, repr(about[key])[:80], repr(key))


def _upscaler_files(path: Path, upscaler: Upscaler, about: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Our name of each part -> its file, and its factor."""
    named = about.get(upscaler.key)
    if named is None or named == {}:
        return {}
    try:
        if "{}" in upscaler.part:
            return {upscaler.part.format(int(key)): (_name(file), int(key)) for key, file in named.items()}
        return {upscaler.part: (_name(named["path"]), int(named["scale"]))}
    except (TypeError, ValueError, KeyError, AttributeError):
        raise refused(path, _NEVER, repr(named)[:80], repr(upscaler.key)) from None


def _name(file: Any) -> str:
    if not isinstance(file, str):
        raise TypeError
    return file
