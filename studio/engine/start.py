"""Start of the engine's process, which `studio.client` asks for: builds its objects, says what there is, and serves."""

import argparse
import faulthandler
import os
import signal
import sys
import uuid
from typing import Any, BinaryIO

from msgspec.structs import replace

from studio import __version__, messages, settings
from studio.engine.library_access import LibraryAccess
from studio.engine.memory_file import MemoryFile
from studio.engine.process import EngineProcess, EventPipe, swept
from studio.engine.runner import Runner
from studio.engine.wording import Wording
from studio.errors import UserError
from studio.models.service import ModelService
from studio.plugin_host import registry
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.operations import PictureOperations
from studio.plugin_host.plugin_loader import PluginRefused
from studio.plugin_host.translators import Translators
from studio.plugin_host.trial import FOLDER as TRIALS
from studio.plugin_host.trial import PluginTrials
from studio.settings import Settings

NICENESS = 5
"""The window and whatever else the user works with come first."""


def main() -> int:
    arguments = _arguments()
    faulthandler.enable()  # a crash in native code leaves its last words in the log
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the front, which cancels
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    commands, events = _pipe(arguments.commands, "rb"), _pipe(arguments.events, "wb")
    try:
        chosen = settings.load()
    except UserError as error:
        sys.stderr.write(f"{error.message}\n")
        return messages.CANNOT_START
    chosen = replace(chosen, safe_mode=chosen.safe_mode or arguments.safe_mode)
    return _serve(chosen, arguments.without, commands, EventPipe(events))


def _serve(chosen: Settings, without: str, commands: BinaryIO, emit: EventPipe) -> int:
    """Returns the exit code."""
    emit(_starting("Loading plugins"))
    loaded = _load(chosen, without, emit)
    emit(_starting("Looking for models and devices"))
    service, store = ModelService(chosen, loaded.families), LibraryAccess(chosen.library_dir)
    at_work = service.at_work()
    about = (loaded.infos, loaded.plugins, service.infos(), service.devices(), __version__)
    emit(messages.Ready(*about, at_once=len(at_work), engine=uuid.uuid4().hex))
    swept(store.sweep, emit)
    alone = len(at_work) == 1
    options: dict[str, Any] = {
        "alone": alone, "wording": Wording(chosen.home, Translators(loaded.translators, service)),
        "operations": PictureOperations(loaded.operations, service.file_of_role),
    }  # fmt: skip
    runners = [Runner(loaded, store, models, emit, **options) for models in at_work]
    memory_file = MemoryFile(chosen.cache_dir)
    memory_file.sweep()
    process = EngineProcess(emit, runners, service, memory_file)
    process.serve(commands)
    memory_file.remove()
    store.close()
    return process.exit_code


def _load(chosen: Settings, without: str, emit: EventPipe) -> registry.Registry:
    def told(source: PluginSource) -> None:
        emit(_starting(f"Loading the plugin {source.name}", "" if source.builtin else source.name))

    def before(source: PluginSource) -> None:
        if source.name == without and not source.builtin:
            raise PluginRefused("was at work each time the engine stopped, so this engine does without it")
        told(source)
        trials.before(source)

    trials = PluginTrials(chosen.cache_dir / TRIALS, chosen.plugins_dir, alive=told)
    with trials.watch():
        loaded = registry.load(chosen, before=before)
    for plugin in loaded.plugins:
        if plugin.note:
            emit(messages.Log(plugin.note))
    return loaded


def _starting(doing: str, plugin: str = "") -> messages.Starting:
    return messages.Starting(os.getpid(), doing, plugin=plugin)


def _pipe(descriptor: int, mode: str) -> BinaryIO:
    os.set_inheritable(descriptor, False)  # a child of a plugin would keep the pipe open after our end
    return open(descriptor, mode, buffering=0 if "w" in mode else -1)  # type: ignore[return-value]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="studio.engine", description=__doc__)
    parser.add_argument("--commands", type=int, required=True, help="descriptor to read commands from")
    parser.add_argument("--events", type=int, required=True, help="descriptor to write events to")
    parser.add_argument("--safe-mode", action="store_true", help="leave out the plugins of third parties")
    parser.add_argument("--without", default="", metavar="NAME", help="leave out this plugin of a third party")
    return parser.parse_args()
