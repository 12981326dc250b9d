"""Removal: what goes from the disk with a model that was downloaded."""

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.errors import UserError, os_reason

REPOSITORY = "models--"


@dataclass(frozen=True)
class Removal:
    """The files and folders of one model, and what they take."""

    paths: tuple[Path, ...] = ()
    size_bytes: int = 0
    shared: bool = False
    """Whether they lie in the hub's cache, where other programs use them too."""


def removal(model: Path, models: Path, cache: Path) -> Removal:
    """Of a model in the catalogue; nothing for one that the user brought.

    `models`: where downloaded files lie; `cache`: the hub's.
    """
    if model.parent == models and model.is_file():
        paths = tuple(path for path in (model, model.with_suffix(".LICENSE.txt")) if path.exists())
        return Removal(paths, sum(path.stat().st_size for path in paths))
    repository = next((each for each in (model, *model.parents) if each.name.startswith(REPOSITORY)), None)
    if repository is None or repository.parent != cache:
        return Removal()
    return Removal((repository,), _size(repository), shared=True)


def remove(paths: Sequence[Path]) -> None:
    """Raises UserError."""
    try:
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(
            "{} could not be removed ({}); what is left of it stays. Close what uses it, and try again.", paths[0].name,
            os_reason(error), code="storage",
        ) from error  # fmt: skip


def _size(folder: Path) -> int:
    """Links count nothing."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() and not path.is_symlink() else 0
    return total
