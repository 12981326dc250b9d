"""Homes whose plugins were tried already. A trial is a process of its own for each; its own tests are about it."""

import functools
from pathlib import Path

import msgspec

from studio import files
from studio.plugin_host import discovery, trial
from studio.plugin_host.discovery import PluginSource


def keep(home: Path) -> Path:
    """What a first start would have written down of the plugins that are there. Returns the home."""
    folder = home / "cache" / trial.FOLDER
    files.make_private(folder)
    for source in (*_installed(), *discovery._dropped(home / "plugins")):
        outcome = trial.Outcome(trial._fingerprint(source))
        (folder / trial._record_name(source)).write_bytes(msgspec.json.encode(outcome))
    return home


@functools.cache
def _installed() -> list[PluginSource]:
    return [source for source in discovery.find(Path("nowhere")) if not source.builtin]
