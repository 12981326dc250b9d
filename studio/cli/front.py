"""What the commands share: settings, plugins and the way to an engine, each made when it is first wanted."""

import contextlib
import difflib
import os
import sys
import traceback
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click
import msgspec
from msgspec.structs import asdict, replace

from studio import settings
from studio.cli.display import printable
from studio.cli.import_guard import ImportGuard
from studio.cli.inline import InlineClient
from studio.cli.session import Connect
from studio.client import ENGINE, SAFE_MODE, EngineClient
from studio.errors import UserError
from studio.messages import ModelInfo, Planned, PluginInfo, TaskInfo
from studio.models.families import Families
from studio.plugin_host import registry
from studio.settings import Settings
from studio.text import english

if TYPE_CHECKING:
    from studio.models.entry import CatalogueEntry

LOG_CAP_BYTES = 1_000_000


class Front:
    """The composition root of one call of `studio`."""

    def __init__(self, environ: Mapping[str, str] = os.environ, *, reserved: Collection[str] = ()) -> None:
        """`reserved`: names of commands that plugins may not have."""
        self._environ = environ
        self._reserved = reserved
        self.debug = self.safe_mode = False

    @cached_property
    def settings(self) -> Settings:
        stored = settings.load(self._environ)
        return replace(stored, safe_mode=True) if self.safe_mode else stored

    @property
    def tasks(self) -> list[TaskInfo]:
        return self._registry.infos

    @property
    def commands(self) -> Mapping[str, click.Command]:
        return self._registry.commands

    @property
    def families(self) -> Families:
        return self._registry.families

    @property
    def plugins(self) -> list[PluginInfo]:
        return self._registry.plugins

    @cached_property
    def _registry(self) -> registry.Registry:
        guard = ImportGuard(self.settings.cache_dir / "importing")
        culprits = guard.culprits()
        wanted = replace(self.settings, disabled_plugins=(*self.settings.disabled_plugins, *culprits))
        # What a plugin prints while it is imported must not end up among our own results.
        with guard.watch(), contextlib.redirect_stdout(sys.stderr):
            loaded = registry.load(wanted, reserved=self._reserved, before=guard.before)
        loaded.plugins = [_blamed(plugin, culprits.get(plugin.name)) for plugin in loaded.plugins]
        return loaded

    def connect(self, *, inline: bool = False) -> Connect:
        """The way to an engine process of this call's own; or, `inline`, to the same engine without a process."""
        if inline:
            return partial(InlineClient, settings=self.settings, registry=self._registry)
        return partial(EngineClient, argv=[*ENGINE, SAFE_MODE] if self.safe_mode else ENGINE)

    def plan(self, task: str, params: Mapping[str, Any]) -> Planned:
        """What a job would take, told here: no engine need be started. Raises UserError for one that is refused."""
        from studio.engine.library_access import LibraryAccess
        from studio.engine.planner import Planner
        from studio.models.service import ModelService

        store = LibraryAccess(self.settings.library_dir)
        planner = Planner(ModelService(self.settings, self.families), store.path)
        with contextlib.closing(store):
            return planner.answer("", self._registry.tasks[task], params)

    def models(self) -> list[ModelInfo]:
        """The catalogue, read here: no engine need be started to list it."""
        from studio.models.service import ModelService

        service = ModelService(self.settings, self.families)
        service.wait_for_scan()
        return service.infos()

    def model(self, ref: str) -> "CatalogueEntry":
        """One model of the catalogue, or at a path. Raises UserError."""
        from studio.models.service import ModelService

        return ModelService(self.settings, self.families).find(ref)

    def record(self, details: str) -> None:
        """Keep the traceback of a bug where it can be found again; with --debug it is shown."""
        if self.debug:
            say(details)
            return
        try:
            log = self.settings.home / "logs" / "command-line.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            full = log.exists() and log.stat().st_size > LOG_CAP_BYTES
            with log.open("w" if full else "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(details.rstrip() + "\n\n")
        except (OSError, UserError):
            say(details)
        else:
            say(f"Its details are in {log}; --debug shows them here.")

    def on_bug(self, kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        """For sys.excepthook: what nobody caught is a bug, ours or a plugin's."""
        reason = traceback.format_exception_only(error)[-1].strip()
        say(f"This is a bug in the studio or in a plugin: {reason}.")
        self.record("".join(traceback.format_exception(kind, error, at)))


def _blamed(plugin: PluginInfo, mark: Path | None) -> PluginInfo:
    if mark is None:
        return plugin
    problem = f"The plugin {plugin.name!r} ended the program while it was imported, so it is left out."
    return replace(plugin, problem=f"{problem} Mend or remove it; {mark} may then be deleted.")


def front_of(ctx: click.Context) -> Front:
    """The Front that main() made for this call."""
    front = ctx.find_object(Front)
    assert front is not None, "main() makes it"
    return front


def unknown(noun: str, name: str, known: Iterable[str], hint: str = "") -> UserError:
    """The error for a name that is not there, with the nearest one that is; `hint` is one more sentence."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1)
    guess = f"; did you mean {near[0]}?" if near else "."
    there = f"{noun.capitalize()}s: {', '.join(known)}." if known else "There are none; see `studio plugins`."
    return UserError(f"There is no {noun} {name!r}{guess} {there}{f' {hint}' if hint else ''}", code=f"unknown_{noun}")


def say(text: str) -> None:
    """A sentence for the person at the terminal: what is on stdout is for programs."""
    click.echo("\n".join(printable(line) for line in text.splitlines()), err=True)


def print_json(value: Any) -> None:
    """One JSON document; a list of records with all their fields, for programs that read it."""
    if isinstance(value, list):
        value = [_fields(row) if isinstance(row, msgspec.Struct) else row for row in value]
    click.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=english), indent=2).decode())


def _fields(row: msgspec.Struct) -> dict[str, Any]:
    """Without what a sentence was made of: programs compare the sentence."""
    return {name: value for name, value in asdict(row).items() if name != "templates"}
