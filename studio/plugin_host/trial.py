"""Trial: a new or changed plugin of a third party is first loaded in a process of its own, which it may end or hang."""

import contextlib
import faulthandler
import hashlib
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psutil

from studio import files, text
from studio.atomic import writing
from studio.plugin_host import discovery
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import PluginRefused, load_plugin
from studio.text import Text

FOLDER = "plugin-trials"
LIMIT_S = 60.0
ALIVE_S = 2.0
GRACE_S = 2.0
"""For a trial whose time is over to say where it is, and to end itself."""
STRAGGLER_S = 1.0
_LAST_WORDS = 4000  # bytes
_FROM_OUTSIDE = {getattr(signal, name, None) for name in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT")}


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a trial found about the files as they were; `problem` as `text.dump` writes it, [] when all went well."""

    files: str
    problem: list[object] = []
    details: str = ""


class PluginTrials:
    """Remembers in a folder, plugin by plugin, which files were tried and how that went.

    While a plugin is imported in this process a mark says so. One whose process is gone makes that plugin be tried
    again: something besides its files, say a library that it needs, may have changed.
    """

    def __init__(
        self, folder: Path, plugins_dir: Path, *, alive: Callable[[PluginSource], None] = lambda source: None,
        limit_s: float = LIMIT_S,
    ) -> None:  # fmt: skip
        """`alive` is called now and then while a trial runs, which may take as long as an import does."""
        self._folder, self._plugins_dir, self._alive, self._limit_s = folder, plugins_dir, alive, limit_s
        self._mark = folder / str(os.getpid())
        self._suspects = set(self._left_marks())

    @contextlib.contextmanager
    def watch(self) -> Iterator[None]:
        """Around the loading of all plugins."""
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                self._mark.unlink(missing_ok=True)

    def before(self, source: PluginSource) -> None:
        """Ahead of each plugin's import. Raises PluginRefused for one that ended or hung its trial."""
        if source.builtin:
            return
        record = self._folder / _record_name(source)
        found = _fingerprint(source)
        outcome = None if record.name in self._suspects else _read(record)
        if outcome is None or not found or outcome.files != found:
            outcome = self._try(source, found, record)
            self._keep(record, outcome)
        if outcome.problem:
            problem = text.load(outcome.problem)
            raise PluginRefused(problem.template, *problem.args, details=outcome.details)
        with contextlib.suppress(OSError):  # a home that cannot be written: then nothing is remembered
            self._mark.write_text(record.name, encoding="utf-8")

    def _left_marks(self) -> Iterator[str]:
        """The records of plugins whose import a process did not survive."""
        found = [*self._folder.glob("[0-9]*")] if self._folder.is_dir() else []
        for mark in (each for each in found if each.name.isdecimal()):  # a plugin's name may begin with a digit
            if mark != self._mark and not _lives(int(mark.name)):
                with contextlib.suppress(OSError, UnicodeDecodeError):
                    yield mark.read_text(encoding="utf-8")
                    mark.unlink()

    def _keep(self, record: Path, outcome: Outcome) -> None:
        with contextlib.suppress(OSError):
            files.make_private(self._folder)
            with writing(record) as file:
                file.write(msgspec.json.encode(outcome))

    def _try(self, source: PluginSource, files: str, record: Path) -> Outcome:
        # Its last word, not its exit code, says that it came to its end: a plugin may exit with any code, and where
        # SIGCHLD is ignored none is known.
        word = secrets.token_hex(16)
        try:
            code, details = self._run(source, word)
        except OSError:  # no process, or no pipe, is to be had: then it is imported as it is
            return Outcome("")
        if details.endswith(word):
            return Outcome(files)
        until = Text("until its files change, or {} is deleted", record)
        if code is None:
            limit = f"{self._limit_s:.0f}"
            problem = Text("was not done being imported after {} s, so it is left out {}", limit, until)
        elif -code in _FROM_OUTSIDE:  # perhaps by the system, for want of memory
            files, problem = "", Text("was ended ({}) while it was tried; it is tried again next time", _ending(code))
        else:
            problem = Text("ends the program while it is imported ({}), so it is left out {}", _ending(code), until)
        return Outcome(files, text.dump(problem), details)

    def _run(self, source: PluginSource, word: str) -> tuple[int | None, str]:
        """The exit code, None for a trial that was not done in time, and its last words."""
        arguments = [str(self._plugins_dir), source.name, source.origin, str(self._limit_s), word]
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "studio.plugin_host.trial", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        words = _LastWords(child)
        due = time.monotonic() + self._limit_s
        try:
            while (left_s := due + GRACE_S - time.monotonic()) > 0:
                self._alive(source)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    code = child.wait(min(ALIVE_S, left_s))
                    return None if time.monotonic() > due else code, words.read()
            return None, words.read()
        finally:
            child.kill()
            child.wait()


class _LastWords:
    """The end of what a process prints, read on a thread so that it never waits for a reader."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        assert child.stdout is not None
        self._pipe, self._kept = child.stdout, b""
        self._thread = threading.Thread(target=self._read, name="last-words", daemon=True)
        self._thread.start()

    def read(self) -> str:
        self._thread.join(STRAGGLER_S)  # a child of its own may hold the other end open
        return self._kept.decode("utf-8", "replace")

    def _read(self) -> None:
        with self._pipe:
            while data := os.read(self._pipe.fileno(), 65536):
                self._kept = (self._kept + data)[-_LAST_WORDS:]


def _record_name(source: PluginSource) -> str:
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", source.name)[:40]
    return f"{name}-{zlib.crc32(os.fsencode(f'{source.name}|{source.origin}')):08x}.json"


def _read(record: Path) -> Outcome | None:
    try:
        outcome = msgspec.json.decode(record.read_bytes(), type=Outcome)
        if outcome.problem:
            text.load(outcome.problem)
    except (OSError, ValueError, RecursionError):  # none, or one that cannot be read
        return None
    return outcome


def _lives(pid: int) -> bool:
    try:
        return psutil.pid_exists(pid)
    except OverflowError:  # no process has such a number
        return False


def _fingerprint(source: PluginSource) -> str:
    """Of the plugin's code as it lies on the disk, without reading it; '' when that cannot be told."""
    found = hashlib.blake2b(source.version.encode(), digest_size=16)
    try:
        for place in source.places():
            for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
                state = file.stat()
                found.update(f"{file}|{state.st_size}|{state.st_mtime_ns}|{state.st_ino}".encode(errors="replace"))
    except OSError:
        return ""
    return found.hexdigest()


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    return {number.value: number.name for number in signal.Signals}.get(-code, f"signal {-code}")


def main() -> None:
    """The process of a trial."""
    plugins_dir, name, origin, limit_s, word = sys.argv[1:]
    told = os.dup(1)  # whatever the plugin does to its output
    faulthandler.enable()
    # Even where code in C holds the interpreter's lock, and where nobody is left who would end this process.
    faulthandler.dump_traceback_later(float(limit_s), exit=True)
    for source in discovery.find(Path(plugins_dir)):
        if (source.name, source.origin) == (name, origin):
            with contextlib.suppress(PluginRefused):  # whoever imports it next is told why
                load_plugin(source, float(limit_s) * 2)
    os.write(told, word.encode())
    os._exit(0)


if __name__ == "__main__":
    main()
