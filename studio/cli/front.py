"""What the commands share: settings, plugins and the way to an engine, each made when it is first wanted."""

import contextlib
import difflib
import os
import shlex
import sys
import traceback
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from studio import files, settings
from studio.cli.import_guard import ImportGuard
from studio.cli.inline import InlineClient
from studio.cli.output import Aside, say
from studio.cli.session import Connect
from studio.client import ENGINE, SAFE_MODE, EngineClient
from studio.errors import UserError
from studio.messages import ModelInfo, PluginInfo, TaskInfo
from studio.models.families import Families
from studio.plugin_host import registry
from studio.settings import Settings

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
        self._warn_of_others()
        # What a plugin prints while it is imported must not end up among our own results.
        aside = Aside(sys.stderr)
        with guard.watch(), contextlib.redirect_stdout(aside), contextlib.redirect_stderr(aside):
            loaded = registry.load(wanted, reserved=self._reserved, before=guard.before)
        loaded.plugins = [_blamed(plugin, culprits.get(plugin.name)) for plugin in loaded.plugins]
        return loaded

    def _warn_of_others(self) -> None:
        """What others put into the plugins folder would run as this user."""
        folder = self.settings.plugins_dir
        if not self.settings.safe_mode and files.others_may_write(folder):
            say(
                f"Others may write to the plugins folder, and what they put there runs as you: {folder}. Take that "
                f"right from them: chmod -R go-w {shlex.quote(str(folder))}"
            )

    def connect(self, *, inline: bool = False) -> Connect:
        """The way to an engine process of this call's own; or, `inline`, to the same engine without a process."""
        if inline:
            return partial(InlineClient, settings=self.settings, registry=self._registry)
        return partial(EngineClient, argv=[*ENGINE, SAFE_MODE] if self.safe_mode else ENGINE)

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
            files.make_private(log.parent)
            full = log.exists() and log.stat().st_size > LOG_CAP_BYTES
            mode = "w" if full else "a"
            with open(log, mode, encoding="utf-8", errors="backslashreplace", opener=_private) as file:
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


def _private(path: str, flags: int) -> int:
    """Tracebacks quote prompts and paths: only their user may read them."""
    return os.open(path, flags, 0o600)


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
