"""Guard: a plugin that ends the whole program while it is imported does so once, and is named the next time."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from studio.plugin_host.discovery import PluginSource


class ImportGuard:
    """Leaves a mark in a folder while a plugin of a third party is imported. A mark whose process is gone tells."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = folder / str(os.getpid())

    def culprits(self) -> dict[str, Path]:
        """The plugins that ended an earlier call, and the mark of each; those that were changed since are forgiven."""
        found = {}
        for mark in self._folder.glob("[0-9]*"):
            if mark == self._mark or psutil.pid_exists(int(mark.name)):
                continue
            with contextlib.suppress(FileNotFoundError):  # its process has just come to its proper end
                name, _, origin = mark.read_text(encoding="utf-8").partition("\n")
                if _changed(Path(origin), mark):
                    mark.unlink()
                else:
                    found[name] = mark
        return found

    @contextlib.contextmanager
    def watch(self) -> Iterator[None]:
        """Around the loading of all plugins."""
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                self._mark.unlink(missing_ok=True)

    def before(self, source: PluginSource) -> None:
        """Ahead of each plugin's import."""
        if source.builtin:
            return
        with contextlib.suppress(OSError):  # a home that cannot be written: then nobody is named
            self._folder.mkdir(parents=True, exist_ok=True)
            self._mark.write_text(f"{source.name}\n{source.origin}", encoding="utf-8")


def _changed(origin: Path, mark: Path) -> bool:
    """Whether a dropped plugin is newer than its mark, or gone. Of an installed one nobody can tell."""
    if not origin.is_absolute():
        return False
    file = origin / "__init__.py" if origin.is_dir() else origin
    return not file.exists() or file.stat().st_mtime > mark.stat().st_mtime
