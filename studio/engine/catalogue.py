"""Which models exist, of which family, and what each can do: read from their folders without loading a weight."""

import re
from collections.abc import Iterable
from pathlib import Path

from studio.engine.entry import Entry
from studio.engine.family import Families
from studio.engine.file import read_file
from studio.engine.folder import read_folder
from studio.errors import UserError
from studio.messages import ModelInfo

STARTER = "starter"


class Catalogue:
    """The starter and the models that were added, by id; any other folder or file by its path."""

    def __init__(self, starter: Path, added: Iterable[str], families: Families) -> None:
        self._families = families
        self._paths = {STARTER: starter}
        for path in map(Path, added):
            self._paths[_unique(_slug(path.name), self._paths)] = path
        self._entries: dict[str, Entry] = {}

    def infos(self) -> list[ModelInfo]:
        """Every model; one that cannot be used says why in `problem`."""
        return [self._info(name) for name in self._paths]

    def find(self, ref: str) -> Entry:
        """The model behind an id or a path. Raises UserError (`unknown_model`, or why it cannot be used)."""
        if ref not in self._entries:
            path = self._paths.get(ref) or Path(ref).expanduser()
            if ref not in self._paths and not path.exists():
                raise UserError(
                    f"There is no model {ref!r}; the catalogue has {', '.join(self._paths)}. "
                    "Name one of them, or the path of a model's folder.",
                    field="model",
                    code="unknown_model",
                )
            self._entries[ref] = read_model(path, ref if ref in self._paths else _slug(path.name), self._families)
        return self._entries[ref]

    def refresh(self) -> None:
        """Forget what was read, so that changed folders are read again."""
        self._entries.clear()

    def _info(self, name: str) -> ModelInfo:
        try:
            return self.find(name).info()
        except (UserError, OSError) as error:
            path = self._paths[name]
            return ModelInfo(id=name, title=path.name, family="", path=str(path), problem=str(error))


def read_model(path: Path, name: str, families: Families) -> Entry:
    """What is at `path`. Raises UserError naming what it is, when it is not a model we know."""
    return read_file(path, name, families) if path.is_file() else read_folder(path, name, families)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-") or "model"


def _unique(name: str, taken: Iterable[str]) -> str:
    number, candidate = 1, name
    while candidate in set(taken):
        number += 1
        candidate = f"{name}-{number}"
    return candidate
