"""Copies of finished pictures in the folder that the user named, under names that people can read."""

import contextlib
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio import atomic, files
from studio.errors import UserError
from studio.form import TaskForm
from studio.library import export as library_export
from studio.library.readable_name import slug
from studio.role import Role


def folder(path: str) -> Path:
    """The folder, made if need be. Raises UserError before any work is done."""
    target = files.absolute(path)
    try:
        target.mkdir(parents=True, exist_ok=True)
        for left in target.glob(f".*{atomic.TEMPORARY}"):  # of a copy that was killed
            with contextlib.suppress(OSError):
                atomic.discard_abandoned(left)
    except OSError as error:
        raise UserError(
            f"The folder {target} cannot be made ({error.strerror}); nothing was started. Choose another with -o.",
            code="storage",
        ) from None
    return target


def stem(form: TaskForm, params: Mapping[str, Any]) -> str:
    """A readable name for a picture: its prompt, else its task."""
    prompts = (params.get(name) for name in form.names(Role.PROMPT))
    return slug(next((text for text in prompts if isinstance(text, str) and slug(text)), form.id)) or "picture"


def place(picture: Path, target: Path, name: str) -> Path:
    """Copy `picture` into the folder under a name that is free there; nothing is ever overwritten. Raises OSError."""
    suffix = picture.suffix
    names = (f"{name}{suffix}" if number == 1 else f"{name}-{number}{suffix}" for number in itertools.count(1))
    return atomic.write_new((target / each for each in names), lambda file: library_export.copy_into(picture, file))
