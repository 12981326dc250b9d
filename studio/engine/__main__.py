"""The engine's process, started by `studio.client`: builds its objects, says what there is, and serves."""

import argparse
import faulthandler
import os
import signal
import sys
from typing import BinaryIO

from msgspec.structs import replace

from studio import __version__, messages, settings
from studio.engine.library_access import LibraryAccess
from studio.engine.process import EngineProcess, EventPipe, swept
from studio.engine.runner import Runner
from studio.errors import UserError
from studio.models.service import ModelService
from studio.plugin_host import registry
from studio.plugin_host.discovery import PluginSource
from studio.settings import Settings

NICENESS = 5
"""The window and whatever else the user works with come first."""
SPINS = "1000"
"""How long torch's threads spin while they wait for each other before they sleep. The default (300,000) makes a small
model 5 times slower, and the window stutter, when anything else wants a core; none (0) makes it twice as slow on an
idle machine. The OpenMP library reads it when torch is imported."""


def main() -> int:
    arguments = _arguments()
    faulthandler.enable()  # a crash in native code leaves its last words in the log
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the front, which cancels
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    commands, events = _pipe(arguments.commands, "rb"), _pipe(arguments.events, "wb")
    try:
        chosen = settings.load()
    except UserError as error:
        sys.stderr.write(f"{error.message}\n")
        return messages.CANNOT_START
    return _serve(replace(chosen, safe_mode=chosen.safe_mode or arguments.safe_mode), commands, EventPipe(events))


def _serve(chosen: Settings, commands: BinaryIO, emit: EventPipe) -> int:
    """Returns the exit code."""
    def told(source: PluginSource) -> None:
        emit(_starting(f"Loading the plugin {source.name}", "" if source.builtin else source.name))

    emit(_starting("Loading plugins"))
    loaded = registry.load(chosen, before=told)
    emit(_starting("Looking for models and devices"))
    service, store = ModelService(chosen, loaded.families), LibraryAccess(chosen.library_dir)
    emit(messages.Ready(loaded.infos, loaded.plugins, service.infos(), service.devices(), __version__))
    swept(store.sweep, emit)
    process = EngineProcess(emit, Runner(loaded, store, service, emit), service)
    process.serve(commands)
    store.close()
    return process.exit_code


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
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
