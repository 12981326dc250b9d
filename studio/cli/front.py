"""What the commands share: settings, plugins and the way to an engine, each made when it is first wanted."""

import contextlib
import difflib
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from studio import log_file, requirement, settings
from studio.cli.inline import InlineClient
from studio.cli.output import Aside, say
from studio.cli.session import Connect
from studio.client import ENGINE, ENGINE_LOG, SAFE_MODE, EngineClient, nearest_engine
from studio.descriptions import ModelInfo, PluginInfo, TaskInfo
from studio.errors import UserError
from studio.messages import Planned, Ready
from studio.models.families import Families
from studio.plugin_host import registry
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.trial import FOLDER as TRIALS
from studio.plugin_host.trial import LIMIT_S, PluginTrials
from studio.settings import SaidOfModel, Settings

if TYPE_CHECKING:
    from studio.client.remote import RemoteEngine
    from studio.models.entry import CatalogueEntry

PATIENT_TURNS = 3
"""Of a trial's signs of life, until somebody is told what is waited for."""


class Front:
    """The composition root of one call of `studio`."""

    def __init__(self, environ: Mapping[str, str] = os.environ, *, reserved: Collection[str] = ()) -> None:
        """`reserved`: names of commands that plugins may not have."""
        self.environ = environ
        self._reserved = reserved
        self.debug = self.safe_mode = False
        self.engine = ""
        """The address of the engine that this call uses; '' for the one that the settings name."""

    @cached_property
    def settings(self) -> Settings:
        stored = settings.load(self.environ)
        return replace(stored, safe_mode=True) if self.safe_mode else stored

    @cached_property
    def remote(self) -> "RemoteEngine | None":
        """The engine of another machine, where one is used. Raises UserError."""
        if not (self.engine or self.settings.engine):
            return None
        from studio.client.remote import known  # most calls need no network

        return known.engine(self.settings, self.engine, self.environ)

    @cached_property
    def _offered(self) -> Ready:
        """What that engine has."""
        from studio.client.remote import ask_ready  # most calls need no network

        assert self.remote is not None
        return ask_ready(self.remote)

    @property
    def tasks(self) -> list[TaskInfo]:
        return self._offered.tasks if self.remote else self._registry.infos

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
        self._warn_of_others()
        trials = PluginTrials(self.settings.cache_dir / TRIALS, self.settings.plugins_dir, alive=_told_trial())
        with trials.watch(), _stdout_aside():
            loaded = registry.load(self.settings, reserved=self._reserved, before=trials.before)
        for plugin in loaded.plugins:
            if plugin.note:
                say(plugin.note)
        if any(plugin.details for plugin in loaded.plugins) and (told := requirement.report()):
            say("\n".join(told))
        return loaded

    def _warn_of_others(self) -> None:
        try:
            settings.check_plugins_folder(self.settings)
        except UserError as error:
            say(error.message)

    def require_here(self, why: str) -> None:
        """Raise UserError where an engine of another machine is used."""
        if self.remote:
            raise UserError("{}: this call uses the engine at {}. Do it there, or add --engine here.", why,
                            self.remote.host, code="remote")  # fmt: skip

    def connect(self, *, inline: bool = False, shared: bool = False) -> Connect:
        """The way to an engine process of this call's own; or, `inline`, to the same engine without a process.

        `shared`: to that of `studio serve`, where one runs for this home.
        """
        if shared and self.remote:
            if inline:
                raise UserError("An engine of another machine runs in no process of this one; leave out --in-process, "
                                "or use this machine's: studio --engine here …", code="invalid_params")  # fmt: skip
            from studio.client.remote import RemoteClient  # most calls need no network

            return partial(
                RemoteClient, engine=self.remote, home=self.settings.home, library_dir=self.settings.library_dir
            )  # fmt: skip
        if inline:
            return partial(InlineClient, settings=self.settings, registry=self._registry)
        log = self.settings.home / log_file.FOLDER / ENGINE_LOG
        if shared and not self.safe_mode:
            return partial(nearest_engine, home=self.settings.home, log=log)
        return partial(EngineClient, argv=[*ENGINE, SAFE_MODE] if self.safe_mode else ENGINE, log=log)

    def plan(self, task: str, params: Mapping[str, Any]) -> Planned:
        """What a job would take, told here: no engine need be started. Raises UserError for one that is refused."""
        if self.remote:
            from studio.client.remote import inquiry  # most calls need no network

            with inquiry(self.remote) as asked:
                return asked.planned(task, params, self.settings.library_dir)
        from studio.engine.library_access import LibraryAccess
        from studio.engine.planner import Planner
        from studio.engine.wording import Wording
        from studio.models.service import ModelService
        from studio.plugin_host.translators import Translators

        store = LibraryAccess(self.settings.library_dir)
        models = ModelService(self.settings, self.families)
        wording = Wording(self.settings.home, Translators(self._registry.translators, models))
        planner = Planner(models, store.path, wording)
        with contextlib.closing(store):
            return planner.answer("", self._registry.tasks[task], params)

    def models(self, *, everything: bool = False) -> list[ModelInfo]:
        """The catalogue, read here: no engine need be started to list it.

        `everything`: with all that was found in folders with many models and cannot be used.
        """
        if self.remote:
            return self._offered.models
        from studio.models.service import ModelService

        service = ModelService(self.settings, self.families)
        service.wait_for_scan()
        infos = service.infos()
        known = {info.path for info in infos}
        return [*infos, *(info for info in service.left_out() if everything and info.path not in known)]

    def model(self, ref: str) -> "CatalogueEntry":
        """One model of the catalogue, or at a path. Raises UserError."""
        from studio.models.service import ModelService

        return ModelService(self.settings, self.families).find(ref)

    def allot_ids(self, changed: Settings) -> None:
        """Give every model of these settings its id now, before others come that would like the same one."""
        from studio.models.service import ModelService

        service = ModelService(changed, self.families)
        service.wait_for_scan()
        service.infos()

    def place(self, ref: str) -> tuple[str, Path]:
        """The id and the path of a model of the catalogue, usable or not. Raises UserError."""
        from studio.models.service import ModelService

        return ModelService(self.settings, self.families).place(ref)

    def read(self, path: Path, name: str, said: SaidOfModel) -> "CatalogueEntry":
        """The model as it is when the user says this of it. Raises UserError when it cannot be that."""
        from studio.models.service import ModelService

        return ModelService(self.settings, self.families).read(path, name, said)

    def look_at(self, path: Path) -> list[ModelInfo]:
        """The model at a path that need not be in the catalogue, or all that lie in a folder, usable or not.

        Raises UserError for a lone one that cannot be used, but for a file that is, or needs, a part of other models.
        """
        from studio.models.catalogue import problem_info, scanner
        from studio.models.entry import Refusal
        from studio.models.locations import is_collection
        from studio.models.service import ModelService

        service = ModelService(self.settings, self.families)
        if is_collection(path):
            service.wait_for_scan()
            return service.complete(scanner(self.settings.cache_dir, self.families).scan(path))
        try:
            return [service.read(path, path.name).info()]
        except Refusal as error:
            if not (error.role or error.needs):
                raise
            return [problem_info(path.name, path.stem, path, error)]

    def record(self, details: str) -> None:
        """Keep the traceback of a bug where it can be found again; with --debug it is shown."""
        if self.debug:
            say(details)
            return
        try:
            log = self.settings.home / log_file.FOLDER / "command-line.log"
            log_file.append(log, details.rstrip() + "\n\n")
        except (OSError, UserError):
            say(details)
        else:
            say(f"Its details are in {log}; --debug shows them here.")

    def on_bug(self, kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        """For sys.excepthook: what nobody caught is a bug, ours or a plugin's."""
        reason = traceback.format_exception_only(error)[-1].strip()
        if told := requirement.report():
            say("\n".join(told))
        else:
            say(f"This is a bug in the studio or in a plugin: {reason}.")
        self.record("".join(traceback.format_exception(kind, error, at)))


def _told_trial() -> Callable[[PluginSource], None]:
    """Says once what is waited for, when a trial takes more than a moment."""
    turns: Counter[str] = Counter()

    def alive(source: PluginSource) -> None:
        turns[source.name] += 1
        if turns[source.name] == PATIENT_TURNS:
            say(f"The plugin {source.name} is new or was changed, and is tried first: for {LIMIT_S:.0f} s at most.")

    return alive


@contextlib.contextmanager
def _stdout_aside() -> Iterator[None]:
    """What a plugin prints while it is imported, C code and child processes too, must not be among our results."""
    aside, kept = Aside(sys.stderr), os.dup(1)
    os.dup2(2, 1)
    try:
        with contextlib.redirect_stdout(aside), contextlib.redirect_stderr(aside):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


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
