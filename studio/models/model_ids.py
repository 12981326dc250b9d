"""The ids of models: short names that stay, whatever is added later."""

import contextlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from studio.atomic import writing
from studio.files import read_bounded

FILE = "model-ids.json"
CAP_BYTES = 64 * 2**20


class ModelIds:
    """Which model has which id, kept in one file of the user's: who came first keeps the plain name."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._by_path: dict[str, str] | None = None

    def of(
        self, models: Iterable[tuple[Path, str]], taken: Collection[str], added: Collection[Path]
    ) -> dict[str, Path]:  # fmt: skip
        """By id the paths of these (path, title), in their order.

        `taken`: ids that none of them may have. `added`: where the models of the catalogue lie, or what they are; an id
        of one elsewhere is free again.
        """
        known = {path: name for path, name in self._known().items() if _is_kept(Path(path), added)}
        wanted = list(dict.fromkeys(models))
        owners = {name: path for path, name in known.items()}
        new: dict[str, str] = {}
        for path, title in wanted:
            if str(path) not in known and str(path) not in new:
                name = _free(slug(title), owners, taken)
                new[str(path)] = name
                owners[name] = str(path)
        if new:
            known = {path: name for path, name in known.items() if owners.get(name) == path} | new
            self._by_path = known
            self._write(known)
        return {known[str(path)]: path for path, _ in wanted if str(path) in known}

    def path_of(self, id: str) -> Path | None:
        """Where a model of this id lies, or lay when it was there last."""
        return next((Path(path) for path, name in self._known().items() if name == id), None)

    def _known(self) -> dict[str, str]:
        if self._by_path is None:
            self._by_path = {}
            with contextlib.suppress(OSError, ValueError, RecursionError):  # none yet, or damaged: given anew
                self._by_path = msgspec.json.decode(read_bounded(self._file, CAP_BYTES), type=dict[str, str])
        return self._by_path

    def _write(self, names: dict[str, str]) -> None:
        """Without a word when the disk is full: the ids hold until the end of the process."""
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with writing(self._file) as stream:
                stream.write(msgspec.json.format(msgspec.json.encode(names)))


def slug(name: str) -> str:
    """A name in small letters, of any script, with `-` for what is neither letter, digit nor dot."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return re.sub(r"(?:[^\w.]|_)+", "-", plain).strip("-") or "model"


def _is_kept(path: Path, added: Collection[Path]) -> bool:
    return any(root in added for root in (path, *path.parents))


def _is_there(place: str) -> bool:
    try:
        return Path(place).exists()
    except (OSError, ValueError):  # such as a name that is longer than any file's
        return False


def _free(name: str, owners: dict[str, str], taken: Collection[str]) -> str:
    """The name, with a number where somebody has it who is still there."""
    number, candidate = 1, name
    while candidate in taken or (candidate in owners and _is_there(owners[candidate])):
        number += 1
        candidate = f"{name}-{number}"
    return candidate
