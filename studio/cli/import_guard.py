"""Import guard: a plugin that ends the whole program while it is imported does so once, and is named the next time."""

import contextlib
import faulthandler
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import psutil

from studio import files
from studio.plugin_host.discovery import PluginSource


class ImportGuard:
    """Leaves a mark in a folder while a plugin of a third party is imported, and in it the last words of a crash.

    A mark whose process is gone tells who ended it, if there are such words. Without them it was ended from outside:
    by Ctrl-C, a closed terminal, the end of the session or for want of memory, for which no plugin is to blame.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / str(os.getpid())
        self._mark: BinaryIO | None = None

    def culprits(self) -> dict[str, Path]:
        """The plugins that ended an earlier call, and the mark of each; those that were changed since are forgiven."""
        found = {}
        for mark in self._folder.glob("[0-9]*"):
            if mark == self._path or psutil.pid_exists(int(mark.name)):
                continue
            with contextlib.suppress(FileNotFoundError):  # its process has just come to its proper end
                name, origin, words = (mark.read_text(encoding="utf-8", errors="replace") + "\n\n").split("\n", 2)
                if not words.strip() or _changed(Path(origin), mark):
                    mark.unlink()
                else:
                    found[name] = mark
        return found

    @contextlib.contextmanager
    def watch(self) -> Iterator[None]:
        """Around the loading of all plugins."""
        was_enabled = faulthandler.is_enabled()
        try:
            with _witnessed(self._witness):
                yield
        finally:
            if self._mark:
                faulthandler.disable()
                self._mark.close()
                self._mark = None
                if was_enabled and sys.__stderr__:
                    faulthandler.enable(sys.__stderr__)
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

    def before(self, source: PluginSource) -> None:
        """Ahead of each plugin's import."""
        if source.builtin:
            return
        with contextlib.suppress(OSError):  # a home that cannot be written: then nobody is named
            if self._mark is None:
                files.make_private(self._folder)
                self._mark = self._path.open("wb", buffering=0)
                faulthandler.enable(self._mark, all_threads=False)
            self._mark.seek(0)
            self._mark.truncate()
            self._mark.write(f"{source.name}\n{source.origin}\n".encode(errors="surrogateescape"))

    def _witness(self, words: str) -> None:
        if self._mark:
            with contextlib.suppress(OSError):
                self._mark.write(f"{words}\n".encode())


@contextlib.contextmanager
def _witnessed(told: Callable[[str], None]) -> Iterator[None]:
    """While plugins are imported, what ends this process at once leaves a word first: nothing else would tell of it."""
    real_exit, real_kill = os._exit, os.kill

    def leave(status: int) -> None:
        told(f"os._exit({status})")
        real_exit(status)

    def kill(pid: int, signal: int) -> None:
        if pid in (0, os.getpid()) and signal:
            told(f"os.kill({pid}, {signal})")
        real_kill(pid, signal)

    os._exit, os.kill = leave, kill  # type: ignore[assignment]  # it does not return either
    try:
        yield
    finally:
        os._exit, os.kill = real_exit, real_kill


def _changed(origin: Path, mark: Path) -> bool:
    """Whether a dropped plugin is newer than its mark, or gone. Of an installed one nobody can tell."""
    if not origin.is_absolute():
        return False
    file = origin / "__init__.py" if origin.is_dir() else origin
    return not file.exists() or file.stat().st_mtime > mark.stat().st_mtime
