"""Discovery: which plugins there are, found without importing any of them."""

import importlib.util
import re
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from studio import requirement

GROUP = "studio.plugins"


@dataclass(frozen=True)
class PluginSource:
    """A plugin that may be loaded."""

    name: str
    origin: str
    load: Callable[[], Any]
    """Imports it; whatever a plugin can raise comes out of here."""
    version: str = ""
    builtin: bool = False
    """Whether it is of our own distribution; safe mode keeps those."""
    distribution: str = ""
    places: Callable[[], list[Path]] = list
    """The files and folders that its code is in, as far as that can be told without importing it."""


def find(plugins_dir: Path) -> list[PluginSource]:
    """The built-in plugins, those of other distributions, then what was dropped into the folder: each by name."""
    installed = [_installed(point) for point in metadata.entry_points(group=GROUP)]
    return [*sorted(installed, key=lambda source: (not source.builtin, source.name)), *_dropped(plugins_dir)]


def _installed(point: metadata.EntryPoint) -> PluginSource:
    distribution = point.dist.name if point.dist else ""
    return PluginSource(
        point.name,
        "entry point",
        point.load,
        point.dist.version if point.dist else "",
        builtin=requirement.normal(distribution) == requirement.STUDIO,
        distribution=distribution,
        places=lambda: _module_places(point.module.partition(".")[0]),
    )


def _module_places(name: str) -> list[Path]:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return []
    found = (spec.submodule_search_locations or [spec.origin or ""]) if spec else []
    return [Path(place) for place in found]


def _dropped(folder: Path) -> Iterator[PluginSource]:
    try:
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        paths, reason = [], error
        yield PluginSource(folder.name, str(folder), lambda: _raise(reason))
    for path in paths:
        package = path / "__init__.py"
        file = package if package.is_file() else path
        if not path.name.startswith((".", "_")) and (file is package or (path.suffix == ".py" and path.is_file())):
            yield PluginSource(path.stem, str(path), partial(_import_file, file), places=partial(list, [path]))


def _raise(error: OSError) -> None:
    raise error


def _import_file(file: Path) -> ModuleType:
    """Import under a name that no other module has: a dropped numpy.py must not become everybody's numpy."""
    whole = file.parent if file.name == "__init__.py" else file
    name = f"studio_plugin_{re.sub(r'[^a-zA-Z0-9_]', '_', whole.stem)}_{zlib.crc32(bytes(whole)):08x}"
    locations = [str(whole)] if whole is not file else None
    spec = importlib.util.spec_from_file_location(name, file, submodule_search_locations=locations)
    assert spec is not None, "a .py file always has a loader"
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
